import { MASK } from '../parsers/secret-patterns.js'
import type { KnownValues } from './known.js'
import { groupsOf, type NameKind, type Pseudonyms } from './pseudonyms.js'
import { dottedQuadsIn, idsIn, mayHoldIpv6 } from './scan.js'
import type { Span } from './spans.js'
import { isPublicDomain, NO_DOMAIN } from './vocabulary.js'

/** What a GUID is that names nothing of the customer's: nothing at all, and the management group of every workspace. */
const KEPT_GUIDS = new Set(['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000002'])

const GUID = String.raw`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-])/gi
const MAC = /(?<![0-9a-f:-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f:-])/gi
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi

/** What replaces identifiers that their form gives away. */
export type Forms = Pick<Pseudonyms, 'guid' | 'dcr' | 'ipv4' | 'ipv6' | 'mac' | 'email'>

/** An identifier that its form gives away. */
interface Formed extends Span {
  readonly kind: string
  readonly original: string
}

/**
 * Identifiers by their form, wherever they stand. `addresses` is false in lists of packages, where four numbers with dots are
 * a version.
 */
export function formedSpans(text: string, pseudonyms: Forms, addresses: boolean): Formed[] {
  const found: Formed[] = []
  const add = (kind: string, start: number, original: string, replacement: string): void => {
    found.push({ kind, start, end: start + original.length, original, replacement })
  }
  for (const { index, found: id } of idsIn(text)) {
    if (id.length === 36 && id[8] === '-') {
      if (!KEPT_GUIDS.has(id)) add('GUID', index, id, pseudonyms.guid(id))
    } else add('rule id', index, id, pseudonyms.dcr(id))
  }
  if (text.includes('@')) {
    for (const { index, 0: word } of text.matchAll(EMAIL)) {
      const skipped = escapeLength(text, index, word)
      const address = word.slice(skipped)
      // Of an address whose user and password are gone, the host is left.
      if (NO_DOMAIN.test(address) || address.startsWith('@') || address.startsWith(`${MASK}@`)) continue
      const start = index + skipped
      const replacement = pseudonyms.email(address)
      found.push({ kind: 'mail address', start, end: start + address.length, original: address, replacement })
    }
  }
  for (const { index, 0: word } of text.matchAll(MAC))
    if (!/^(?:00[:-]){5}00$|^(?:ff[:-]){5}ff$/i.test(word)) add('hardware address', index, word, pseudonyms.mac(word))
  if (!addresses) return found
  for (const { index, found: word } of dottedQuadsIn(text))
    if (isAddress(text, index, word)) add('IP address', index, word, pseudonyms.ipv4(word))
  if (mayHoldIpv6(text)) {
    for (const { index, 0: word } of text.matchAll(IPV6))
      if (isIpv6(word)) add('IP address', index, word, pseudonyms.ipv6(word))
  }
  return found
}

/** How many of the first letters belong to an escape or a percent code that begins before them. */
function escapeLength(text: string, at: number, word: string): number {
  const sign = text.charAt(at - 1)
  if (sign === '%') return /^(?:25)*[0-9a-f]{2}/i.exec(word)?.[0].length ?? 0
  return sign === '\\' ? (/^(?:u[0-9a-f]{4}|[bfnrt])/i.exec(word)?.[0].length ?? 0) : 0
}

/** Four numbers with dots are an address or a version; what stands around them decides. */
function isAddress(text: string, at: number, word: string): boolean {
  const octets = word.split('.').map(Number)
  const [a = 0, b = 0] = octets
  if (octets.some((octet) => octet > 255) || word.split('.').some((part) => /^0\d/.test(part))) return false
  // Nowhere, loopback, netmasks and groups; the platform's own two.
  if (a === 0 || a === 127 || a >= 224 || word === '168.63.129.16' || word === '169.254.169.254') return false
  const before = text.slice(Math.max(0, at - 40), at)
  const after = text.slice(at + word.length, at + word.length + 8)
  if (/(?:version|ver|release|\bv)["'\\]*\s{0,3}[:=(]?\s{0,3}["'\\(]*$/i.test(before)) return false
  if (
    /(?:[A-Za-z)\]][-_]|[~+_]|(?<![A-Za-z]|%[0-9A-F])[A-Za-z]\d*)$/.test(before) &&
    !/(?:%[0-9a-f]{2}|\\[nrt]|\\u[0-9a-f]{4})$/i.test(before)
  )
    return false
  if (/^(?:[-~+](?!\d+\.)|[A-Za-z_])/.test(after)) return false
  const isPrivate =
    a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128)
  if (isPrivate || a >= 10) return true
  return (
    /(?:\/\/|%2f|@|\b(?:from|to|address|addr|ip|inet|peer|host|hostname|server|dns|nameserver|gateway|listen|client|src|dst|remote|via|ipaddress|publicip)["'\\]*\s{0,3}[:=]?\s{0,3}["'\\[(]*)$/i.test(
      before,
    ) || /^(?::\d{2,5}\b|\/\d{1,2}\b)/.test(after)
  )
}

function isIpv6(word: string): boolean {
  if (!/[0-9]/.test(word) || /^:{1,2}1?$/.test(word) || word.split('::').length > 2) return false
  if (/^:[^:]|[^:]:$/.test(word)) return false
  const groups = groupsOf(word)
  if (groups.length !== 8 || groups.every((group) => group === '0')) return false
  return word.includes('::') || word.split(':').length === 8
}

const SLASH = String.raw`(?:\/|\\+\/|%2f|%252f)`
const SEGMENT = String.raw`((?:[\w.()~-]|%(?:25)?(?:28|29|C[2-9A-F]|D[0-9A-F]|E[0-9A-F]|[89AB][0-9A-F])|[\x80-\xff])+)`
const SUBSCRIPTION = new RegExp(`subscriptions${SLASH}(${GUID})`, 'gi')
const OWNER_ID = new RegExp(
  String.raw`(?:\bods-|(?:workspace|tenant|customer)_?id["'\\]*\s{0,3}[:=]\s{0,3}[{["'\\]*)(${GUID})`,
  'gi',
)
const GROUP = new RegExp(`resourcegroups${SLASH}${SEGMENT}`, 'gi')
const PROVIDED = new RegExp(
  `providers${SLASH}[\\w.]+((?:${SLASH}\\w+${SLASH}${SEGMENT.replace('((', '(?:(')}){1,4})`,
  'gi',
)
const PAIR = new RegExp(`${SLASH}(\\w+)${SLASH}${SEGMENT}`, 'gi')
const PLAIN_NAMES =
  /^(?:agentconfigurations|channels|extensions|locations|operations|publishers|versions|skus|types|apiversions|issueingestiontoken|dcr-[0-9a-f]{32}|ods-.*)$/i
const KINDS: Readonly<Record<string, NameKind>> = {
  virtualmachines: 'host',
  machines: 'host',
  datacollectionrules: 'rule',
  storageaccounts: 'storage',
}

/** Tells `known` every identifier that a text proves by what stands around it. `path` is the entry's own. */
export function learnFrom(text: string, path: string, known: KnownValues): void {
  for (const [, id = ''] of text.matchAll(SUBSCRIPTION)) known.add('guid', id.toLowerCase())
  for (const [, id = ''] of text.matchAll(OWNER_ID)) known.add('guid', id.toLowerCase())
  for (const [, name = ''] of text.matchAll(GROUP)) known.add('group', tidy(name))
  for (const [, chain = ''] of text.matchAll(PROVIDED)) {
    for (const [, type = '', name = ''] of chain.matchAll(PAIR)) {
      if (PLAIN_NAMES.test(type) || PLAIN_NAMES.test(name)) break
      known.add(KINDS[type.toLowerCase()] ?? 'resource', tidy(name))
    }
  }
  for (const name of namesBefore(text, STORAGE)) if (/^[a-z0-9]{3,24}$/.test(name)) known.add('storage', name)
  for (const [, name = ''] of text.matchAll(/\bAccountName(?:=|%3d)([a-z0-9]{3,24})/gi)) known.add('storage', name)
  if (/\.azure|\.windows\./i.test(text)) learnServices(text, known)
  // Packages name their homepages.
  if (!isPackageList(path))
    for (const [, name = ''] of text.matchAll(
      /(?::\/\/|%3a%2f%2f)(?:[^\s/@"'<>]{1,200}@)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24})(?=[:/?\s"'<>\\%)\],]|$)/gi,
    ))
      learnDomain(name, known)
  learnHosts(text, path, known)
  learnUsers(text, path, known)
}

/** What a customer calls endpoints, vaults and other services, as the first part of their addresses. */
function learnServices(text: string, known: KnownValues): void {
  for (const name of namesBefore(text, MONITOR)) if (!/^(?:global|[a-z]+\d?)$/i.test(name)) known.add('resource', name)
  for (const name of namesBefore(text, SERVICES)) known.add('resource', name)
}

const STORAGE = /\.(?:blob|file|queue|table|dfs|web|z\d+\.web)\.(?:core\.|storage\.)/g
const MONITOR = /\.(?:[a-z0-9]+-\d\.)?(?:handler\.control|ingest|metrics\.ingest)\.monitor\.azure/gi
const SERVICES =
  /\.(?:vault\.azure|database\.windows|servicebus\.windows|azurewebsites|[a-z0-9]+\.cloudapp\.azure|azurecr\.io)/gi

/** The word that stands right before each match of `rest`, where nothing of an address stands before it. */
function* namesBefore(text: string, rest: RegExp): Generator<string> {
  for (const { index } of text.matchAll(rest)) {
    const name = /(?<![\w.-])[a-z0-9][a-z0-9-]{2,60}$/i.exec(text.slice(Math.max(0, index - 63), index))?.[0]
    if (name !== undefined) yield name
  }
}

/** Lists of packages: four numbers with dots in them are versions, and their addresses are everybody's. */
export function isPackageList(path: string): boolean {
  return /(?:^|\/)(?:[^/]*(?:packages|dpkg|rpm|installed-debs)[^/]*|var\/lib\/dpkg\/[^/]*)$/i.test(path)
}

function learnDomain(name: string, known: KnownValues): void {
  if (isPublicDomain(name) || NO_DOMAIN.test(name)) return
  known.add('domain', name)
  const [, ...parent] = name.split('.')
  // `co.uk` is nobody's.
  if (parent.length >= 2 && (parent.at(-2) ?? '').length > 3) known.add('domain', parent.join('.'))
}

function learnHost(name: string, known: KnownValues): void {
  const [host = '', ...domain] = name.split('.')
  known.add('host', host)
  if (domain.length > 0 && !isPublicDomain(name)) known.add('domain', domain.join('.'))
}

const HOST_NAME = String.raw`([A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,8})`
const HOSTS: readonly RegExp[] = [
  // Of syslog and the journal: time, host, program.
  new RegExp(String.raw`^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ${HOST_NAME} [\w./()-]+(?:\[\d+\])?:`, 'gm'),
  new RegExp(
    String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d) ${HOST_NAME} [\w./()-]+\[\d+\]:`,
    'gm',
  ),
  new RegExp(String.raw`^\s*(?:Static hostname|Hostname|_HOSTNAME)\s*[:=]\s*${HOST_NAME}\s*$`, 'gim'),
  new RegExp(
    String.raw`\\*"(?:computer|computername|hostname|host_?name|machinename)\\*"\s*:\s*\\*"${HOST_NAME}\\*"`,
    'gi',
  ),
  new RegExp(String.raw`^Linux ${HOST_NAME} \d+\.\d`, 'gm'),
  new RegExp(String.raw`Linux UName: .*?\bLinux['", ]+${HOST_NAME}`, 'g'),
]

function learnHosts(text: string, path: string, known: KnownValues): void {
  for (const pattern of HOSTS) for (const [, name = ''] of text.matchAll(pattern)) learnHost(name, known)
  if (/(?:^|\/)(?:etc\/hostname|hostname|hostname\.txt|sos_commands\/(?:host|general)\/hostname(?:_-f)?)$/.test(path)) {
    for (const [, name = ''] of text.matchAll(new RegExp(`^${HOST_NAME}\\s*$`, 'gm'))) learnHost(name, known)
  }
  if (/(?:^|\/)etc\/hosts$/.test(path)) {
    for (const [, names = ''] of text.matchAll(/^\s*[0-9a-f.:]+\s+([^#\n]+)/gim))
      for (const name of names.trim().split(/\s+/)) if (!/^ip6-|^localhost/.test(name)) learnHost(name, known)
  }
  if (/(?:^|\/)etc\/resolv\.conf$/.test(path)) {
    for (const [, names = ''] of text.matchAll(/^(?:search|domain)\s+(.+)$/gim))
      for (const name of names.trim().split(/\s+/)) if (!isPublicDomain(name)) known.add('domain', name)
  }
}

const USER = String.raw`([A-Za-z_][\w.-]{0,40}\$?)`
const USERS: readonly RegExp[] = [
  new RegExp(String.raw`(?:\/|\\\/|%2f)home(?:\/|\\\/|%2f)${USER}`, 'gi'),
  new RegExp(
    String.raw`\\*"(?:owner|group|user|username|adminusername|user_?name|loginname)\\*"\s*:\s*\\*"${USER}\\*"`,
    'gi',
  ),
  new RegExp(String.raw`\b(?:for|of) (?:invalid )?user ${USER}\b`, 'g'),
  new RegExp(String.raw`\bAccepted \w+ for ${USER} from `, 'g'),
  new RegExp(String.raw`sudo(?:\[\d+\])?:\s+${USER} : `, 'g'),
  new RegExp(String.raw`\b(?:USER|LOGNAME|SUDO_USER|USERNAME)=${USER}`, 'g'),
  // Of `namei -om` and `ls -l`: mode, links, owner, group.
  new RegExp(String.raw`^\s*[-dlbcps][rwxsStT-]{9}[.+@]?(?:\s+\d+)?\s+${USER}\s`, 'gm'),
  new RegExp(String.raw`^\s*[-dlbcps][rwxsStT-]{9}[.+@]?(?:\s+\d+)?\s+\S+\s+${USER}\s`, 'gm'),
]

function learnUsers(text: string, path: string, known: KnownValues): void {
  for (const pattern of USERS)
    for (const [, name = ''] of text.matchAll(pattern)) known.add('user', name.replace(/[.-]+$/, ''))
  const name = path.slice(path.lastIndexOf('/') + 1)
  // Whose processes: ps cuts a long name and ends it with a plus sign.
  if (/^(?:ps[-_.]|ps$|processes)/.test(name) || /^\s*(?:UID|USER)\s+PID/m.test(text)) {
    for (const [, user = ''] of text.matchAll(/^([a-z_][\w.-]{2,40})\+?\s+\d+\s+[\d.]+/gim)) known.add('user', user)
  }
  if (/(?:^|\/)etc\/(?:passwd|group)-?$/.test(path)) {
    for (const [, user = '', id = '0'] of text.matchAll(/^([\w.-]+):[^:\n]*:(\d+):/gm))
      if (Number(id) >= 1000) known.add('user', user)
  }
}

/** A sentence's dot and a bracket around an id are not part of it. */
function tidy(name: string): string {
  const bare = name.replace(/[.]+$/, '')
  return bare.includes('(') ? bare : bare.replace(/\)+$/, '')
}

/** Names that collectors make of a host's. */
export function learnFromName(path: string, known: KnownValues): void {
  const top = path.split('/', 1)[0] ?? ''
  const host =
    /^sosreport-(.+?)-(?:\d+-)?\d{4}-\d\d-\d\d-\w+/.exec(top)?.[1] ??
    /^azcmagent(?:-logs)?-\d{6}T\d{4}-([\w-]+)/.exec(top)?.[1]
  if (host !== undefined) learnHost(host, known)
}
