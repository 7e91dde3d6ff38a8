import { MASK } from '../parsers/secret-patterns.js'
import type { Sought } from './finder.js'
import { groupsOf, type Pseudonyms } from './pseudonyms.js'
import { isReserved, NO_DOMAIN } from './vocabulary.js'

/** An identifier that its form gives away, wherever it stands. `end` is exclusive. */
export interface Formed {
  readonly form: 'guid' | 'dcr' | 'ipv4' | 'ipv6' | 'mac' | 'email' | 'user'
  readonly start: number
  readonly end: number
  readonly original: string
  /** What stands for the sign in the middle of a mail address, or between the groups of a GUID or an IPv6 address. */
  readonly sign?: string
}

export type FormDetector = (text: string, at: number) => Formed | null

const HEX = '0123456789abcdef'
const DIGITS = '0123456789'

/**
 * Where to look for identifiers: at the rare character that each must hold, with its neighbours. Dates and times, which most lines
 * begin with, have these characters as well: where several signs are the same characters, one look there is enough.
 */
export const FORM_SIGNS: readonly Sought<FormDetector>[] = [
  { shape: [HEX, HEX, '-'], also: { ahead: [7], chars: '-' }, tag: guid },
  { word: '\\x2d', tag: escapedGuid },
  { word: 'dcr-', tag: ruleId },
  ...['@', '%40', '%2540', '\\u0040'].map((word) => ({ word, tag: mailAddress })),
  { shape: [HEX, HEX, ':-'], also: { ahead: [5, 8], chars: ':-' }, tag: hardwareAddress },
  { word: 'macaddress', tag: plainHardwareAddress },
  { word: 'nvalid user ', tag: strangerName },
]

/** The same for addresses, which are not looked for in lists of packages: there, four numbers with dots are a version. */
export const ADDRESS_SIGNS: readonly Sought<FormDetector>[] = [
  { shape: [DIGITS, '.', DIGITS], tag: dottedQuad },
  { shape: [null, HEX, ':'], tag: longIpv6 },
  { word: '::', tag: shortIpv6 },
  { word: '%3a', tag: encodedIpv6 },
]

/** What the replacement of an identifier is called in a list of what must not be there. */
export const FORM_NAMES: Readonly<Record<Formed['form'], string>> = {
  guid: 'GUID',
  dcr: 'rule id',
  ipv4: 'IP address',
  ipv6: 'IP address',
  mac: 'hardware address',
  email: 'mail address',
  user: 'user name',
}

export function standIn({ form, original, sign }: Formed, pseudonyms: Pseudonyms): string {
  const made = form === 'user' ? pseudonyms.name(form, original) : pseudonyms[form](original)
  return sign === undefined ? made : made.replaceAll(form === 'email' ? '@' : form === 'guid' ? '-' : ':', sign)
}

/** What a GUID is that names nothing of the customer's: nothing at all, and the management group of every workspace. */
const KEPT_GUIDS = new Set(['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000002'])
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy
/** As systemd writes dashes in the names of units. */
const ESCAPED_GUID = /[0-9a-f]{8}(\\+x2d)(?:[0-9a-f]{4}\1){3}[0-9a-f]{12}/iy
const DCR = /dcr-[0-9a-f]{32}/iy
const MAIL_SIGN = /@|%(?:25)?40|\\u0040/y
const DOMAIN = /(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-])/iy
/** One, perhaps behind a word and a colon, or what a firewall logs: two with the type of the frame. */
const MAC =
  /(?<![0-9a-f]|(?<![0-9a-z])[0-9a-f]{0,2}[:-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?:(?:\1[0-9a-f]{2}){8})?(?![0-9a-f]|[:-][0-9a-f])/iy
const PLAIN_MAC = /macaddress["'\\]*\s{0,3}[:=]\s{0,3}["'\\]*([0-9a-f]{12})(?![0-9a-f])/iy
const STRANGER = /nvalid user ([\w.@+-]{3,64})(?= |$)/imy
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)/y
const IPV6 = /(?<![\w.]|(?<!\w*[g-z_]\w*):)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/iy
const ENCODED_IPV6 = /(?:%3a[0-9a-f]{0,4}){2,7}(?!\w|%3a)/iy

const DASH = 0x2d
const DOT = 0x2e
const COLON = 0x3a

function guid(text: string, at: number): Formed | null {
  if (text.charCodeAt(at + 12) !== DASH) return null
  const found = formedAt('guid', GUID, text, at - 6)
  return found === null || KEPT_GUIDS.has(found.original) ? null : found
}

function escapedGuid(text: string, at: number): Formed | null {
  let first = at
  while (text[first - 1] === '\\' && at - first < 8) first -= 1
  const found = formedAt('guid', ESCAPED_GUID, text, first - 8)
  const sign = text.slice(first, at + 4)
  return found === null ? null : { ...found, original: found.original.replaceAll(sign, '-'), sign }
}

function ruleId(text: string, at: number): Formed | null {
  return formedAt('dcr', DCR, text, at)
}

function mailAddress(text: string, at: number): Formed | null {
  const name = /(?<![\w.+-])[\w.+-]{1,64}$/.exec(text.slice(Math.max(0, at - 65), at))?.[0]
  const sign = matchAt(MAIL_SIGN, text, at)
  if (name === undefined || sign === undefined) return null
  const domain = matchAt(DOMAIN, text, at + sign.length)
  if (domain === undefined) return null
  const skipped = escapeLength(text, at - name.length, name)
  const original = `${name.slice(skipped)}@${domain}`
  // Of an address whose user and password are gone, the host is left.
  if (NO_DOMAIN.test(original) || original.startsWith('@') || original.startsWith(`${MASK}@`)) return null
  const end = at + sign.length + domain.length
  return { form: 'email', start: at - name.length + skipped, end, original, sign }
}

/** How many of the first letters belong to an escape or a percent code that begins before them. */
function escapeLength(text: string, at: number, word: string): number {
  const sign = text.charAt(at - 1)
  if (sign === '%') return /^(?:25)*[0-9a-f]{2}/i.exec(word)?.[0].length ?? 0
  return sign === '\\' ? (/^(?:u[0-9a-f]{4}|[bfnrt])/i.exec(word)?.[0].length ?? 0) : 0
}

function hardwareAddress(text: string, at: number): Formed | null {
  const separator = text.charCodeAt(at + 2)
  if (text.charCodeAt(at + 5) !== separator) return null
  const found = formedAt('mac', MAC, text, at)
  return found === null || /^(?:00[:-]){5}00$|^(?:ff[:-]){5}ff$/i.test(found.original) ? null : found
}

/** As the metadata of an instance have it. */
function plainHardwareAddress(text: string, at: number): Formed | null {
  PLAIN_MAC.lastIndex = at
  const original = PLAIN_MAC.exec(text)?.[1]
  const end = PLAIN_MAC.lastIndex
  return original === undefined ? null : { form: 'mac', start: end - original.length, end, original }
}

/** Whoever tries to log in with any name: it is nobody's account here, so it goes where it stands and nowhere else. */
function strangerName(text: string, at: number): Formed | null {
  STRANGER.lastIndex = at
  const original = STRANGER.exec(text)?.[1]
  const end = STRANGER.lastIndex
  return original === undefined || isReserved(original)
    ? null
    : { form: 'user', start: end - original.length, end, original }
}

function dottedQuad(text: string, at: number): Formed | null {
  let second = at + 3
  while (isDigit(text.charCodeAt(second)) && second - at < 5) second += 1
  if (text.charCodeAt(second) !== DOT) return null
  let start = at
  while (isDigit(text.charCodeAt(start - 1)) && at - start < 3) start -= 1
  const found = formedAt('ipv4', IPV4, text, start)
  return found === null || !isAddress(text, start, found.original) ? null : found
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
  if (/(?:version|(?<![a-z])ver|release|\bv)["'\\]*\s{0,3}[:=(]?\s{0,3}["'\\(]*$/i.test(before)) return false
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

/** Eight groups: seven colons close together, of which this is the first. */
function longIpv6(text: string, at: number): Formed | null {
  let last = at + 2
  for (let colons = 1; colons < 7; colons++) {
    let next = last + 1
    while (text.charCodeAt(next) !== COLON) if (++next - last > 5) return null
    last = next
  }
  return shortIpv6(text, at + 1)
}

function shortIpv6(text: string, at: number): Formed | null {
  let start = at
  while (start > 0 && at - start < 64 && isOfAddress(text.charCodeAt(start - 1))) start -= 1
  // A word and a colon: the last letters of the word may be digits, too.
  if (/\w/.test(text.charAt(start - 1))) start = text.indexOf(':', start) + 1
  const found = formedAt('ipv6', IPV6, text, start)
  return found === null || !isIpv6(found.original) ? null : found
}

/** From the first of its colons on. */
function encodedIpv6(text: string, at: number): Formed | null {
  const [before = '', lead = ''] =
    /(?:%(?:25)*(?:2f|3d|5b|40|20|22)|[^\w%]|^)([0-9a-f]{0,4})$/i.exec(text.slice(Math.max(0, at - 16), at)) ?? []
  if (before === '' && at > 0) return null
  const rest = matchAt(ENCODED_IPV6, text, at)
  if (rest === undefined) return null
  const original = (lead + rest).replaceAll(/%3a/gi, ':')
  const start = at - lead.length
  return isIpv6(original) ? { form: 'ipv6', start, end: at + rest.length, original, sign: rest.slice(0, 3) } : null
}

function isIpv6(word: string): boolean {
  if (!/[0-9]/.test(word) || /^:{1,2}1?$/.test(word) || word.split('::').length > 2) return false
  if (/^:[^:]|[^:]:$/.test(word)) return false
  const groups = groupsOf(word)
  if (groups.length !== 8 || groups.every((group) => group === '0')) return false
  return word.includes('::') || word.split(':').length === 8
}

function isOfAddress(code: number): boolean {
  return code === COLON || isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function formedAt(form: Formed['form'], sticky: RegExp, text: string, start: number): Formed | null {
  const original = start < 0 ? undefined : matchAt(sticky, text, start)
  return original === undefined ? null : { form, start, end: start + original.length, original }
}

function matchAt(sticky: RegExp, text: string, index: number): string | undefined {
  sticky.lastIndex = index
  return sticky.exec(text)?.[0]
}
