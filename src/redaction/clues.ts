import { finderLater, type Sought } from './finder.js'
import type { KnownValues } from './known.js'
import type { NameKind } from './pseudonyms.js'
import { SECRET_SIGNS, secretsIn, type SecretDetector } from './secrets.js'
import { isPublicDomain, NO_DOMAIN } from './vocabulary.js'

/** Tells `known` what a text proves to be an identifier or a secret. `path` is the entry's own. */
export type Learn = (text: string, path: string) => void

/** What proves an identifier by what stands around it. */
interface Clue {
  /** In a line without any of them, in either case, there is none. */
  readonly words: readonly string[]
  learn(line: string, known: KnownValues, path: string): void
}

const GUID = '[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}'
const SLASH = String.raw`(?:\/|\\+\/|%2f|%252f)`
const SEGMENT = String.raw`((?:[\w.()~-]|%(?:25)?(?:28|29|C[2-9A-F]|D[0-9A-F]|E[0-9A-F]|[89AB][0-9A-F])|[\x80-\xff])+)`
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

const DOMAIN =
  /(?::\/\/|%3a%2f%2f)(?:[^\s/@"'<>]{1,200}@)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24})(?=[:/?\s"'<>\\%)\],]|$)/gi
const PROXY = new RegExp(
  String.raw`proxy[\w.]*["'\\]*\s{0,3}[:=]\s{0,3}["'\\]*(?:[^\s/@"'<>]{1,200}@)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24})(?=[:/\s"'\\]|$)`,
  'gi',
)
const STORAGE = /\.(?:blob|file|queue|table|dfs|web|z\d+\.web)\.(?:core\.|storage\.)/g
const MONITOR = /\.(?:[a-z0-9]+-\d\.)?(?:handler\.control|ingest|metrics\.ingest)\.monitor\.azure/gi
const SERVICES =
  /\.(?:vault\.azure|database\.windows|servicebus\.windows|azurewebsites|[a-z0-9]+\.cloudapp\.azure|azurecr\.io)/gi
const HOST_NAME = String.raw`([A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){0,8})`
const ACCOUNT = String.raw`[A-Za-z_][\w.-]{0,40}\$?`
/** Perhaps behind a domain. */
const USER = String.raw`((?:[A-Z][A-Z0-9-]{1,14}\\{1,4})?${ACCOUNT})`
const PROMPT = new RegExp(String.raw`^\s*\[?${USER}@${HOST_NAME}(?::\S*[$#]|\s\S+\][$#])(?:\s|$)`)

const CLUES: readonly Clue[] = [
  clue(['subscriptions'], new RegExp(`subscriptions${SLASH}(${GUID})`, 'gi'), learnGuid),
  clue(
    ['ods-', ...['workspace', 'tenant', 'customer'].flatMap((owner) => [`${owner}id`, `${owner}_id`])],
    new RegExp(
      String.raw`(?:\bods-|(?:workspace|tenant|customer)_?id["'\\]*\s{0,3}[:=]\s{0,3}[{["'\\]*)(${GUID})`,
      'gi',
    ),
    learnGuid,
  ),
  clue(
    ['machine_id', 'machine id', 'machine-id', 'machineid'],
    /machine[ _-]?id["'\\]*\s{0,3}[:=]\s{0,3}["'\\]*([0-9a-f]{32})(?![0-9a-f])/gi,
    learnGuid,
  ),
  clue(['resourcegroups'], new RegExp(`resourcegroups${SLASH}${SEGMENT}`, 'gi'), (name, known) => {
    known.add('group', tidy(name))
  }),
  clue(['providers'], PROVIDED, learnResources),
  {
    words: ['.blob.', '.file.', '.queue.', '.table.', '.dfs.', '.web.'],
    learn(line, known) {
      for (const name of namesBefore(line, STORAGE)) if (/^[a-z0-9]{3,24}$/.test(name)) known.add('storage', name)
    },
  },
  clue(['accountname'], /\bAccountName(?:=|%3d)([a-z0-9]{3,24})/gi, (name, known) => {
    known.add('storage', name)
  }),
  {
    // What a customer calls endpoints, vaults and other services, as the first part of their addresses.
    words: ['.monitor.azure', '.vault.azure', '.database.windows', '.servicebus.windows', '.azurewebsites'].concat(
      '.cloudapp.azure',
      '.azurecr.io',
    ),
    learn(line, known) {
      for (const name of namesBefore(line, MONITOR))
        if (!/^(?:global|[a-z]+\d?)$/i.test(name)) known.add('resource', name)
      for (const name of namesBefore(line, SERVICES)) known.add('resource', name)
    },
  },
  clue(['://', '%3a%2f%2f'], DOMAIN, (name, known, path) => {
    // Packages name their homepages.
    if (!isPackageList(path)) learnDomain(name, known)
  }),
  // A proxy's address without a scheme.
  clue(['proxy'], PROXY, learnDomain),
  clue(
    ['proxy'],
    /proxy[\w.]*["'\\]*\s{0,3}[:=]\s{0,3}["'\\]*https?:(?:\\*\/){2}(?:[^\s/@"'<>]{1,200}@)?([a-z][a-z0-9-]{2,62}):\d/gi,
    learnHost,
  ),
  // Of Kerberos and Samba.
  clue(
    ['realm', 'workgroup', 'ad_domain'],
    /^\s*(?:default_realm|krb5_realm|ad_domain|realm(?:-name)?|workgroup)\s*[:=]\s*(?!workgroup)([\w.-]+)\s*$/gim,
    (name, known) => {
      if (name.includes('.')) learnDomain(name, known)
      else if (/^[A-Z][A-Z\d-]+$/.test(name)) known.add('resource', name)
    },
  ),
  // What stands for the network in the names that it gives to machines.
  clue(['.internal.cloudapp'], /\b([a-z0-9]{10,40})\.[a-z0-9]{1,4}\.internal\.cloudapp/gi, (name, known) => {
    known.add('resource', name)
  }),
  ...[
    new RegExp(String.raw`^\s*(?:Static hostname|Hostname|_HOSTNAME)\s*[:=]\s*${HOST_NAME}\s*$`, 'gim'),
    new RegExp(
      String.raw`\\*"(?:computer|computername|hostname|host_?name|machinename)\\*"\s*:\s*\\*"${HOST_NAME}\\*"`,
      'gi',
    ),
  ].map((pattern) => clue(['hostname', 'host_name', '"computer', '"machinename'], pattern, learnHost)),
  clue(['linux uname: '], new RegExp(String.raw`Linux UName: .*?\bLinux['", ]+${HOST_NAME}`, 'g'), learnHost),
  clue(['/home', '%2fhome'], new RegExp(String.raw`(?:\/|\\\/|%2f)home(?:\/|\\\/|%2f)(${ACCOUNT})`, 'gi'), learnUser),
  clue(
    ['/mail/', '/cron/'],
    new RegExp(
      String.raw`\/var\/(?:spool\/)?(?:mail|cron)\/(?!atjobs|atspool|lastrun|tabs\b|crontabs\b)(${ACCOUNT})`,
      'g',
    ),
    learnUser,
  ),
  clue(['/crontabs/'], new RegExp(String.raw`\/cron\/crontabs\/(${ACCOUNT})`, 'g'), learnUser),
  clue(
    ['"owner', '"group', '"user', '"adminuser', '"loginname'],
    new RegExp(
      String.raw`\\*"(?:owner|group|user|username|adminusername|user_?name|loginname)\\*"\s*:\s*\\*"${USER}\\*"`,
      'gi',
    ),
    learnUser,
  ),
  clue(
    [' user '],
    new RegExp(
      String.raw`\b(?:(?:for|of) user |(?:Disconnected from|authenticating) user (?=\S+ [\da-f.:]+ port ))${USER}\b`,
      'g',
    ),
    learnUser,
  ),
  clue(
    ['accepted ', 'postponed ', 'failed '],
    new RegExp(
      String.raw`\b(?:Accepted|Postponed|Failed) (?:password|publickey|keyboard|gssapi|host|none)[\w/-]* for ${USER} from `,
      'g',
    ),
    learnUser,
  ),
  clue(['cron['], new RegExp(String.raw`CRON\[\d+\]: +\(${USER}\) `, 'g'), learnUser),
  clue(['(to '], new RegExp(String.raw`\bsu(?:\[\d+\])?: \(to \S+\) ${USER} on `, 'g'), learnUser),
  {
    // A shell's prompt.
    words: ['@'],
    learn(line, known) {
      const [, user = '', host = ''] = PROMPT.exec(line) ?? []
      learnUser(user, known)
      learnHost(host, known)
    },
  },
  clue(['sudo'], new RegExp(String.raw`sudo(?:\[\d+\])?:\s+${USER} : `, 'g'), learnUser),
  clue(
    ['user=', 'logname=', 'username='],
    new RegExp(String.raw`\b(?:USER|LOGNAME|SUDO_USER|USERNAME)=${USER}`, 'g'),
    learnUser,
  ),
]

/** At the beginning of a line, by its first character. */
const HEADS: readonly { readonly first: RegExp; readonly pattern: RegExp; readonly learn: LearnName }[] = [
  // Of syslog and the journal: time, host, program.
  {
    first: /[A-Z]/,
    pattern: new RegExp(String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ${HOST_NAME} [\w./()-]+(?:\[\d+\])?:`, 'y'),
    learn: learnHost,
  },
  {
    first: /\d/,
    pattern: new RegExp(
      String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d) ${HOST_NAME} [\w./()-]+\[\d+\]:`,
      'y',
    ),
    learn: learnHost,
  },
  { first: /L/, pattern: new RegExp(String.raw`Linux ${HOST_NAME} \d+\.\d`, 'y'), learn: learnHost },
  // Of `namei -om` and `ls -l`: mode, links, owner, group.
  {
    first: /[-dlbcps]/,
    pattern: new RegExp(String.raw`[-dlbcps][rwxsStT-]{9}[.+@]?(?:\s+\d+)?\s+${USER}\s`, 'y'),
    learn: learnUser,
  },
  {
    first: /[-dlbcps]/,
    pattern: new RegExp(String.raw`[-dlbcps][rwxsStT-]{9}[.+@]?(?:\s+\d+)?\s+\S+\s+${USER}\s`, 'y'),
    learn: learnUser,
  },
]

type Tag =
  | { readonly of: 'clue'; readonly clue: Clue }
  | { readonly of: 'head' }
  | { readonly of: 'processes' }
  | { readonly of: 'secret'; readonly detect: SecretDetector }

const SECRETS: readonly Sought<Tag>[] = SECRET_SIGNS.map(({ word, tag }) => ({
  word,
  tag: { of: 'secret', detect: tag },
}))
const CLUE_SIGNS: readonly Sought<Tag>[] = [
  ...CLUES.flatMap((one) => one.words.map((word) => ({ word, tag: { of: 'clue' as const, clue: one } }))),
  { shape: [null, '\n', null], tag: { of: 'head' } },
  { word: ' pid', tag: { of: 'processes' } },
  { word: '\tpid', tag: { of: 'processes' } },
]

const onlySecrets = finderLater(SECRETS)
const everything = finderLater(CLUE_SIGNS, onlySecrets)

/** What learns from texts. */
export function learner(known: KnownValues, secretsOnly: boolean): Learn {
  const all = secretsOnly ? onlySecrets() : everything()
  return (text, path) => {
    /** A clue is followed once a line. */
    const lastLines = new Map<Clue, number>()
    let processes = false
    let lineStart = 0
    const secret = secretsIn(text)
    all.find(text, (tag, at, end) => {
      switch (tag.of) {
        case 'secret': {
          const found = secret(tag.detect, at, end)
          if (found !== null) learnSecret(found.value, known)
          break
        }
        case 'clue': {
          if (lastLines.get(tag.clue) === lineStart) break
          lastLines.set(tag.clue, lineStart)
          const stop = text.indexOf('\n', at)
          tag.clue.learn(text.slice(lineStart, stop < 0 ? text.length : stop), known, path)
          break
        }
        case 'head':
          lineStart = at + 2
          learnHead(text, lineStart, known, path)
          break
        case 'processes':
          processes ||= /(?:^|\n)\s*(?:UID|USER)\s+$/i.test(text.slice(Math.max(0, at - 40), at + 1))
      }
    })
    if (!secretsOnly) learnFromPlace(text, path, processes, known)
  }
}

/** Names that collectors make of a host's. */
export function learnFromName(path: string, known: KnownValues): void {
  const top = path.split('/', 1)[0] ?? ''
  const host =
    /^sosreport-(.+?)-(?:\d+-)?\d{4}-\d\d-\d\d-\w+/.exec(top)?.[1] ??
    /^azcmagent(?:-logs)?-\d{6}T\d{4}-([\w-]+)/.exec(top)?.[1]
  if (host !== undefined) learnHost(host, known)
}

/** Lists of packages: four numbers with dots in them are versions, and their addresses are everybody's. */
export function isPackageList(path: string): boolean {
  return /(?:^|\/)(?:[^/]*(?:packages|dpkg|rpm|installed-debs)[^/]*|var\/lib\/dpkg\/[^/]*)$/i.test(path)
}

type LearnName = (name: string, known: KnownValues, path: string) => void

/** Of every match of a pattern, its first group. */
function clue(words: readonly string[], pattern: RegExp, learn: LearnName): Clue {
  return {
    words,
    learn(line, known, path) {
      for (const [, name = ''] of line.matchAll(pattern)) learn(name, known, path)
    },
  }
}

function learnHead(text: string, lineStart: number, known: KnownValues, path: string): void {
  let start = lineStart
  while (text[start] === ' ' || text[start] === '\t') start += 1
  const first = text.charAt(start)
  for (const { first: firsts, pattern, learn } of HEADS) {
    if (!firsts.test(first)) continue
    pattern.lastIndex = start
    const name = pattern.exec(text)?.[1]
    if (name !== undefined) learn(name, known, path)
  }
}

/** What whole files are made of. */
function learnFromPlace(text: string, path: string, processes: boolean, known: KnownValues): void {
  const names = (list: string): string[] => list.trim().split(/\s+/)
  if (/(?:^|\/)(?:etc\/hostname|hostname|hostname\.txt|sos_commands\/(?:host|general)\/hostname(?:_-f)?)$/.test(path)) {
    for (const [, name = ''] of text.matchAll(new RegExp(`^${HOST_NAME}\\s*$`, 'gm'))) learnHost(name, known)
  }
  if (/(?:^|\/)machine-id$/.test(path)) {
    for (const [id] of text.matchAll(/^[0-9a-f]{32}$/gm)) learnGuid(id, known)
  }
  if (/(?:^|\/)etc\/hosts$/.test(path)) {
    for (const [, list = ''] of text.matchAll(/^\s*[0-9a-f.:]+\s+([^#\n]+)/gim))
      for (const name of names(list)) if (!/^ip6-|^localhost/.test(name)) learnHost(name, known)
  }
  if (/(?:^|\/)etc\/resolv\.conf$/.test(path)) {
    for (const [, list = ''] of text.matchAll(/^(?:search|domain)\s+(.+)$/gim))
      for (const name of names(list)) if (!isPublicDomain(name)) known.add('domain', name)
  }
  // Whose processes: ps cuts a long name and ends it with a plus sign.
  if (processes || /(?:^|\/)(?:ps[-_.][^/]*|ps|processes[^/]*)$/.test(path)) {
    for (const [, user = ''] of text.matchAll(/^([a-z_][\w.-]{2,40})\+?\s+\d+\s+[\d.]+/gim)) known.add('user', user)
  }
  if (/(?:^|\/)etc\/(?:passwd|group)-?$/.test(path)) {
    for (const [, user = '', id = '0'] of text.matchAll(/^([\w.-]+):[^:\n]*:(\d+):/gm))
      if (Number(id) >= 1000) known.add('user', user)
  }
}

function learnSecret(value: string | null, known: KnownValues): void {
  if (value === null) return
  known.add('secret', value)
  // A user and a password are two.
  if (/^[^:]+:[^:]+$/.test(value)) for (const part of value.split(':')) known.add('secret', part)
}

function learnGuid(id: string, known: KnownValues): void {
  const digits = id.replaceAll('-', '').toLowerCase()
  known.add('guid', digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))
}

function learnResources(chain: string, known: KnownValues): void {
  for (const [, type = '', name = ''] of chain.matchAll(PAIR)) {
    if (PLAIN_NAMES.test(type) || PLAIN_NAMES.test(name)) break
    known.add(KINDS[type.toLowerCase()] ?? 'resource', tidy(name))
  }
}

function learnUser(name: string, known: KnownValues): void {
  const [account = '', domain] = name.split(/\\+/).toReversed()
  known.add('user', account.replace(/[.-]+$/, ''))
  if (domain !== undefined) known.add('resource', domain)
}

function learnHost(name: string, known: KnownValues): void {
  const [host = '', ...domain] = name.split('.')
  known.add('host', host)
  if (domain.length > 0 && !isPublicDomain(name)) known.add('domain', domain.join('.'))
}

function learnDomain(name: string, known: KnownValues): void {
  if (isPublicDomain(name) || NO_DOMAIN.test(name)) return
  known.add('domain', name)
  const [, ...parent] = name.split('.')
  // `co.uk` is nobody's.
  if (parent.length >= 2 && (parent.at(-2) ?? '').length > 3) known.add('domain', parent.join('.'))
}

/** The word that stands right before each match of `rest`, where nothing of an address stands before it. */
function* namesBefore(text: string, rest: RegExp): Generator<string> {
  for (const { index } of text.matchAll(rest)) {
    const name = /(?<![\w.-])[a-z0-9][a-z0-9-]{2,60}$/i.exec(text.slice(Math.max(0, index - 63), index))?.[0]
    if (name !== undefined) yield name
  }
}

/** A sentence's dot and a bracket around an id are not part of it. */
function tidy(name: string): string {
  const bare = name.replace(/[.]+$/, '')
  return bare.includes('(') ? bare : bare.replace(/\)+$/, '')
}
