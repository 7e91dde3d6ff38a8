import { MASK, SEALED_MEMBERS, SECRET_NAMES, SECRET_PATTERNS, type SecretPattern } from '../parsers/secret-patterns.js'
import { cutAt, endOfContainer, lineBreaks, openContainer, upTo, type EndIn } from './containers.js'
import type { Span } from './spans.js'
import { FULL_LINE, withoutKey } from './text.js'

/** A secret in a text. */
export interface SecretSpan extends Span {
  readonly kind: string
  /** The text of it may stand elsewhere without anything that betrays it; customer data is too large to be looked for. */
  readonly value: string | null
  /** Where nothing closes it: where it ends in what follows the text, or null when a line of a log has cut it. */
  readonly open?: EndIn | null
}

const BACK = 512
const AHEAD = 32 * 1024
/** What a placeholder looks like, so that redacting twice changes nothing. */
const TAKEN_OUT =
  /^(?:REDACTED(?: .*)?|redacted|\*+|x+|<[^>]*>|\[[^\]]*\]|removed|hidden|masked|none|null|true|false|)$/i
const SEALED = 'customer data'

/** Looks at a place where something that betrays a secret stands. */
export type SecretDetector = (text: string, at: number, end: number) => SecretSpan | null

/** Words that are names of secrets only behind some signs, and with some values. */
const ORDINARY: readonly { readonly word: string; readonly before: RegExp; readonly value: RegExp }[] = [
  { word: 'token', before: /[?&"'_]$|[A-Z]_?$/, value: /^[^\s()[\]{}]{12,}$/ },
  { word: 'pass', before: /[?&"'_]$|--$/, value: /^(?!\d+$)\S{6,}$/ },
  // A user and a password in base64.
  { word: 'auth', before: /["'_]$/, value: /^(?=.*[\d+/=])[A-Za-z0-9+/]{16,}={0,2}$/ },
]

/** Passwords, of a request with the user's name, as words of a command line or of a list. */
const LOGINS: readonly { readonly words: readonly string[]; readonly pattern: RegExp }[] = [
  {
    words: ['curl'],
    pattern:
      /curl(?:\.exe)?[^\n]{0,400}?[\s"',](?:-[A-Za-z]{0,8}[uU]|--user)(?:=["']?|["'\\]*,?[ \t]{0,4}["'\\]*)([^\s:"',\\]{1,100}(:)(?!\/\/|\$)[^\s"'\\]{2,200})/y,
  },
  { words: ['sshpass'], pattern: /sshpass[^\n]{0,40}?\s-p\s?["'\\]*(?!\$)([^\s"'\\]{2,200})/y },
  {
    words: ['mysql', 'mariadb'],
    pattern: /m\w{3,10}(?:-\w+)?\s[^\n|;]{0,200}?(?<=\s)-p["'\\]*(?!\$)([^\s"'\\]{3,200})/y,
  },
  { words: [' login '], pattern: / login [^\n|;]{0,300}?(?<=\s)-p[ =]["'\\]*(?!\$)([^\s"'\\]{3,200})/y },
  {
    words: ['useradd', 'usermod'],
    pattern: /user(?:add|mod)\s[^\n|;]{0,200}?(?<=\s)-p\s?["'\\]*(?!\$\w*\b(?!\$))([^\s"'\\]{3,200})/y,
  },
  { words: ['ldap'], pattern: /ldap\w{3,12}\s[^\n|;]{0,300}?(?<=\s)-w\s?["'\\]*(?!\$)([^\s"'\\]{3,200})/y },
  {
    words: ['smbclient', 'net ads '],
    pattern: /[a-z ]{8,9}\s?[^\n|;]{0,200}?(?<=\s)-U\s?["'\\]*[^\s%"']{1,100}%(?!\$)([^\s"'\\]{3,200})/y,
  },
]

const BY_FORM = SECRET_PATTERNS.map((pattern) => ({
  word: pattern.needle,
  tag: (text: string, at: number) => (text.startsWith(pattern.needle, at) ? around(text, at, pattern) : null),
}))
const FORMS: ReadonlySet<SecretDetector> = new Set(BY_FORM.map(({ tag }) => tag))

/**
 * What betrays secrets: their form, the name in front of them, or that they are a member that holds the customer's own data.
 * Strings in JSON are followed through any depth of escaping.
 */
export const SECRET_SIGNS: readonly { readonly word: string; readonly tag: SecretDetector }[] = [
  ...BY_FORM,
  ...SECRET_NAMES.map((word) => ({ word, tag: behindName })),
  ...ORDINARY.map(({ word, before, value }) => ({ word, tag: behindOrdinary(before, value) })),
  { word: 'proxy', tag: proxyLogin },
  ...LOGINS.flatMap(({ words, pattern }) => words.map((word) => ({ word, tag: commandLogin(pattern) }))),
  { word: 'private key-----', tag: endOfKey },
  { word: '\\u00', tag: behindEscapedName },
  ...['"', "'", '&quot;', '&#34;'].flatMap((quote) =>
    SEALED_MEMBERS.map((name) => ({ word: quote + name, tag: sealedMember })),
  ),
  { word: 'payload:', tag: payload },
  ...['customdata', 'secretdata'].map((word) => ({ word, tag: inElement })),
]

/**
 * What looks for secrets in one text, place by place. Nothing that repeats itself is read to its end again and again: a form finds
 * nothing new inside what it has found, and whatever begins inside what nothing closes ends with it.
 */
export function secretsIn(text: string): (detect: SecretDetector, at: number, end: number) => SecretSpan | null {
  const covered = new Map<SecretDetector, number>()
  return (detect, at, end) => {
    if (at < (covered.get(detect) ?? 0)) return null
    const found = detect(text, at, end)
    if (found !== null && (found.open !== undefined || FORMS.has(detect))) covered.set(detect, found.end)
    return found !== null && isNew(text, found) ? found : null
  }
}

/** Whether something new would stand in its place. */
function isNew(text: string, { start, end, replacement }: Span): boolean {
  return end - start !== replacement.length || !text.startsWith(replacement, start)
}

function around(text: string, at: number, { kind, pattern, before, holds, secret }: SecretPattern): SecretSpan | null {
  const lead = text.slice(Math.max(0, at - BACK), at)
  const held = holds === undefined ? 0 : lead.lastIndexOf(holds)
  if (held < 0) return null
  const head = before.exec(holds === undefined ? lead : lead.slice(Math.max(0, held - 22)))?.[0].length
  if (head === undefined) return null
  pattern.lastIndex = at
  const body = pattern.exec(text.length > AHEAD ? text.slice(0, at + AHEAD) : text)?.[0]
  if (body === undefined) return null
  const start = at - head
  const hit = secret.exec(text.slice(start, at + body.length))
  if (hit === null || TAKEN_OUT.test(hit[0]) || /^(?:REDACTED:)?REDACTED$/.test(hit[0])) return null
  const value = hit[0]
  return {
    kind,
    start: start + hit.index,
    end: start + hit.index + value.length,
    replacement: value.startsWith('eyJ')
      ? tokenNote(value)
      : kind === 'password' && value.includes(':')
        ? `${MASK}:${MASK}`
        : MASK,
    value: kind === 'private key' ? null : value,
  }
}

/** For whom a token was and until when: that helps, and opens nothing. */
function tokenNote(token: string): string {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('latin1')
  const audience = /"aud"\s*:\s*"(?:https?:\/\/)?([\w.-]{1,100})/.exec(claims)?.[1]
  const expiry = /"exp"\s*:\s*(\d{1,12})/.exec(claims)?.[1]
  return [
    MASK,
    ...(audience === undefined ? [] : [`aud=${audience}`]),
    ...(expiry === undefined ? [] : [`exp=${expiry}`]),
  ].join(' ')
}

const ENTITY = '&(?:amp;)?(?:quot|apos|#0{0,3}3[49]|#x0{0,3}2[27]);'
const QUOTE = String.raw`(?:\\*["']|${ENTITY})`
/** A quote in front of text, or of bytes as Python writes them. */
const OPEN = new RegExp(`^[bu]?(${QUOTE})`, 'i')
/** Quotes that stand several together: of TOML and Python, perhaps over many lines, and of CSV. */
const QUOTES = /^(?:(\\*["'])\1\1|""(?=[\w!#$%*@^~-][^"\n]{0,400}""))/
const COLOURS = String.raw`(?:(?:\x1b|\\+(?:u001b|x1b|033|e)|#033)\[[\d;]{0,12}m){0,3}`
/**
 * What stands between a name and its value: a sign, the word `value` where names are values themselves, and in YAML a sign
 * that the value stands below.
 */
const SIGN = new RegExp(
  String.raw`(?:${QUOTE}?[\s,]{1,20}${QUOTE}?value)?(${QUOTE}?)${COLOURS}[ \t]{0,20}(=>|[:=]|%(?:25)*3[ad]|\\+u003[ad]|\\x3[ad])${COLOURS}(?:[ \t]{0,20}([|>])[+-]?[ \t]*\n[ \t]+|(?:[ \t]|\xc2\xa0){0,20}(?:\r?\n[ \t]{0,40}(?:-[ \t]+)?)?)${COLOURS}`,
  'iy',
)
/** Behind an option on a command line there is a blank; a comma where its words are a list. */
const OPTION = /["']?,?[ \t]{1,4}(?=[^\s-])/y
const ELEMENT = /(?:\s[^<>]{0,200}?)?(?:>|&gt;|\\+u003e)\s{0,20}(?:<!\[CDATA\[)?/iy

function behindName(text: string, at: number, end: number): SecretSpan | null {
  SIGN.lastIndex = end
  const between = SIGN.exec(text) ?? behindOption(text, at, end)
  if (between === null) return inElement(text, at, end) ?? listed(text, at, end)
  const [whole, quote = '', sign = '', block] = between
  const from = end + whole.length
  const found =
    valueBelow(text, from, quote) ??
    (block === undefined
      ? valueAt(text, from, quote !== '', sign, isVariable(text, at), /\n([ \t]*)(?:-[ \t]+)?$/.exec(whole)?.[1])
      : blockAt(text, from))
  if (found === null) return listed(text, at, end)
  if (TAKEN_OUT.test(found.value)) return null
  // A package is called so.
  if (/^(?:amd64|arm64|armhf|i386|all|any)$/.test(found.value)) return null
  // `PWD` is the folder one is in.
  if (end - at === 3 && found.value.startsWith('/')) return null
  // A package is called `passwd`, and a list keyed by names holds its record there; what is in it is looked at by itself.
  if (/^\s*[{[]/.test(found.value)) return null
  // A variable or a command that it comes from.
  if (/^\$(?:\{?\w+\}?$|\()/.test(found.value)) return null
  const breaks = lineBreaks(found.value)
  return {
    kind: 'password',
    ...found,
    value: breaks === '' ? found.value : null,
    replacement: (found.bare && quote !== '' && sign === ':' ? `"${MASK}"` : MASK) + breaks,
  }
}

/** As the parameters of a deployment have it: `"password": {"value": "…"}`. */
const BELOW = /\s{0,40}\{[^{}[\]]{0,200}?(\\*)"(?:default|secure)?value\1"\s{0,40}:\s{0,40}\1"/iy

function valueBelow(text: string, from: number, quote: string): Value | null {
  BELOW.lastIndex = from
  const escapes = quote === '' ? undefined : BELOW.exec(text)?.[1]
  if (escapes === undefined) return null
  const start = BELOW.lastIndex
  const end = endOfString(text, start, escapes.length)
  return { start, end, value: text.slice(start, end), bare: false }
}

/** `"passwords": ["…", "…"]`; what else is called in the plural is a list of something else. */
const LIST = /s?\\*["']\s{0,9}:\s{0,40}(?=\[)/y

function listed(text: string, at: number, end: number): SecretSpan | null {
  LIST.lastIndex = end
  if (!/^p(?:ass|wd)/i.test(text.slice(at, end)) || !LIST.test(text)) return null
  const from = LIST.lastIndex
  const close = endOfContainer(text, from)
  if (close === null) return container(text, from, /^\[\s*(\\*)/.exec(text.slice(from, from + 80))?.[1] ?? '')
  const list = text.slice(from, close)
  const [opening] = /^\[\s*\\*["']/.exec(list) ?? []
  const [closing, quote = ''] = /(\\*["'])\s*\]$/.exec(list) ?? []
  if (opening === undefined || closing === undefined || opening.length + closing.length > list.length) return null
  const value = list.slice(opening.length, -closing.length)
  // Of one, a list of words says what kinds there are.
  if (TAKEN_OUT.test(value) || (text[end] !== 's' && /^[a-z\s,"'\\]*$/.test(value))) return null
  const start = from + opening.length
  return {
    kind: 'password',
    start,
    end: start + value.length + quote.length,
    replacement: MASK + quote + lineBreaks(value),
    value: value.includes('"') ? null : value,
  }
}

function behindOption(text: string, at: number, end: number): RegExpExecArray | null {
  if (!/(?:^|[\s"'])--?[\w-]*$/.test(text.slice(Math.max(0, at - 60), at))) return null
  OPTION.lastIndex = end
  return OPTION.exec(text)
}

/** What stands in an element of XML, which may be the text of another. */
function inElement(text: string, at: number, end: number): SecretSpan | null {
  const less = /(<|&lt;|\\+u003c)[\w:.-]*$/i.exec(text.slice(Math.max(0, at - 80), at))?.[1]
  ELEMENT.lastIndex = end
  if (less === undefined || !ELEMENT.test(text)) return null
  const start = ELEMENT.lastIndex
  const rest = text.slice(start)
  const close = upTo(less)(rest)
  const value = (close === null ? rest : rest.slice(0, close)).replace(/(?:\]\]>)?\s*$/, '')
  // What is called so in a sentence is no element: nothing closes it, and words follow.
  const isElement = close === null ? !/\S[ \t]+\S/.test(value) : /^\\*\//.test(rest.slice(close + less.length))
  const stop: ReturnType<typeof goingOn> = isElement
    ? goingOn(text, start, close === null ? null : start + value.length, upTo(less))
    : { end: /\s/.test(text.charAt(start - 1)) ? start : start + (/^\S*/.exec(value)?.[0].length ?? 0) }
  const found = text.slice(start, stop.end)
  if (TAKEN_OUT.test(found.trim())) return null
  const breaks = lineBreaks(found)
  return { kind: 'password', start, replacement: MASK + breaks, value: breaks === '' ? found : null, ...stop }
}

function behindOrdinary(before: RegExp, value: RegExp): SecretDetector {
  return (text, at, end) => {
    if (!before.test(text.slice(Math.max(0, at - 2), at))) return null
    const found = behindName(text, at, end)
    return found !== null && value.test(found.value ?? '') ? found : null
  }
}

/** A user and a password in a proxy's address without a scheme. */
const LOGIN = /[\w.]*["'\\]*\s{0,3}[:= ]\s{0,3}["'\\]*([^\s/:@"'<>\\]{1,100}:(?!\/\/)[^\s@"'<>\\]{1,200})@[\w.[-]/y

function proxyLogin(text: string, _at: number, end: number): SecretSpan | null {
  LOGIN.lastIndex = end
  const value = LOGIN.exec(text)?.[1]
  if (value === undefined || value === `${MASK}:${MASK}`) return null
  const start = LOGIN.lastIndex - 2 - value.length
  return { kind: 'password', start, end: start + value.length, replacement: `${MASK}:${MASK}`, value }
}

function commandLogin(pattern: RegExp): SecretDetector {
  return (text, at) => {
    pattern.lastIndex = at
    const [, value = '', pair] = pattern.exec(text) ?? []
    if (value === '' || TAKEN_OUT.test(value) || value === `${MASK}:${MASK}`) return null
    const start = pattern.lastIndex - value.length
    const replacement = pair === undefined ? MASK : `${MASK}:${MASK}`
    return { kind: 'password', start, end: start + value.length, replacement, value }
  }
}

/** Of a key whose beginning is missing, the lines above its end: the last, full ones, and what is left of the first. */
function endOfKey(text: string, at: number): SecretSpan | null {
  if (!/-----END [A-Z ]{0,40}$/.test(text.slice(Math.max(0, at - 60), at))) return null
  const end = text.lastIndexOf('\n', at)
  const lines: string[] = []
  let start = end
  for (let goesOn = true; goesOn && start > 0;) {
    const above = text.lastIndexOf('\n', start - 1)
    const line = text.slice(above + 1, start)
    const masked = withoutKey(line)
    if (masked === null) break
    goesOn = FULL_LINE.test(line) || (lines.length === 0 && FULL_LINE.test(text.slice(Math.max(0, above - 70), above)))
    lines.unshift(masked)
    start = above
  }
  return lines.length === 0
    ? null
    : { kind: 'private key', start: start + 1, end, replacement: lines.join('\n'), value: null }
}

/** A member's name in which a letter is written as an escape. */
function behindEscapedName(text: string, at: number, end: number): SecretSpan | null {
  if (!/^(?:[46][1-9a-f]|[57][0-9a]|3\d|2d|5f)/i.test(text.slice(end, end + 2))) return null
  const [before = '', word = ''] = /([\w-]*)\\*$/.exec(text.slice(Math.max(0, at - 60), at)) ?? []
  const after = /^(?:[\w-]|\\+u00[2-7][\da-f])*/i.exec(text.slice(end, end + 200))?.[0] ?? ''
  const name = `${word}\\u00${after}`.replaceAll(/\\+u00([\da-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  const start = at - before.length
  const stop = end + after.length
  if (SEALED_NAME.test(name)) return sealedMember(text, start - 1, stop)
  return ENDS_SECRET.test(name) ? behindName(text, start, stop) : null
}

const ENDS_SECRET = new RegExp(`(?:${SECRET_NAMES.join('|')})$`, 'i')
const SEALED_NAME = new RegExp(`^(?:${SEALED_MEMBERS.join('|')})$`, 'i')

/** `export MDSD_PROXY_PASSWORD=`: what follows up to a blank is the value, whatever it is made of. */
function isVariable(text: string, nameAt: number): boolean {
  return /(?:^|[\s"'])[A-Z][A-Z0-9_]*$/.test(text.slice(Math.max(0, nameAt - 60), nameAt + 1))
}

interface Value {
  readonly start: number
  readonly end: number
  readonly value: string
  readonly bare: boolean
  readonly open?: EndIn | null
}

// eslint-disable-next-line no-control-regex -- a terminal's colours begin with it
const UNQUOTED = /^(?:\\ |[^\s"'\x1b])+/
/** Signs that end a word unless more of it follows; a name behind them is the next one's. */
const BARE =
  // eslint-disable-next-line no-control-regex -- as above
  /^[^\s"'&;,<>\\{}()[\]\x1b](?:[^\s"'&;,<>\\{}()[\]\x1b]|\\[^\s\w"'\\]|[&;<>{}()[\]]{1,4}(?![\w.-]{1,40}\s?[:=])(?=[^\s"'&;,<>\\{}()[\]/\x1b]))*/
const ENCODED = /^(?:(?!%(?:25)*(?:26|3b|22|20))[^\s&;"'<>])+/i

/** `below` is what stands before a value on the line below its name. */
function valueAt(
  text: string,
  from: number,
  quoted: boolean,
  sign: string,
  variable: boolean,
  below: string | undefined,
): Value | null {
  const quotes = QUOTES.exec(text.slice(from, from + 420))?.[0]
  if (quotes !== undefined) {
    const start = from + quotes.length
    const close = text.indexOf(quotes, start)
    const stop = goingOn(text, start, close < 0 ? null : close, upTo(quotes))
    return { start, value: text.slice(start, stop.end), bare: false, ...stop }
  }
  const [opening, open] = OPEN.exec(text.slice(from, from + 12)) ?? []
  if (opening !== undefined && open !== undefined) {
    const start = from + opening.length
    const end = endOf(open, text, start)
    return { start, end, value: text.slice(start, end), bare: false }
  }
  const rest = text.slice(from, from + 4096)
  // There may be none, and the line below is about something else.
  if (below !== undefined && (variable || below === '' || /^[\w.-]{1,80}[ \t]*[:=]/.test(rest))) return null
  const bare = variable ? UNQUOTED : sign.startsWith('%') ? ENCODED : BARE
  const value = bare.exec(rest)?.[0]
  if (value === undefined || value === '') return null
  if (quoted && /^(?:null|true|false|[[{].*)$/.test(value)) return null
  return { start: from, end: from + value.length, value, bare: true }
}

/** A block of YAML: as many lines as stand in as far as the first. */
function blockAt(text: string, start: number): Value {
  const indent = `\n${text.slice(text.lastIndexOf('\n', start - 1) + 1, start)}`
  let end = endOfLine(text, start)
  while (text.startsWith(indent, end)) end = endOfLine(text, end + indent.length)
  return { start, end, value: text.slice(start, end), bare: false }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function endOf(quote: string, text: string, from: number): number {
  if (quote.endsWith('"')) return endOfString(text, from, quote.length - 1)
  const inside = quote.endsWith(';') ? IN_ENTITIES : IN_SINGLE
  inside.lastIndex = from
  return from + (inside.exec(text)?.[0].length ?? 0)
}

const IN_ENTITIES = new RegExp(`(?:(?!${ENTITY})[^<\\n]){0,${AHEAD}}`, 'iy')
/** YAML writes the quote twice, a shell closes, escapes and opens again. */
const IN_SINGLE = new RegExp(String.raw`(?:[^'\n]|''|'\\''){0,${AHEAD}}`, 'y')

/**
 * Where a JSON string ends that was opened by a quote behind `depth` backslashes: 0 in plain JSON, 1 in JSON inside a string,
 * 3 one deeper. A string that is cut ends with its line.
 */
export function endOfString(text: string, from: number, depth: number): number {
  const level = depth + 1
  let run = 0
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x5c) run += 1
    else {
      if (char === 0x0a) return at
      if (char === 0x22 && run % (2 * level) === depth) return at - depth
      run = 0
    }
  }
  return text.length
}

const SEALED_SIGN = new RegExp(String.raw`^${QUOTE}\s{0,9}:(?:\s|\\+[nrt]){0,200}`)

function sealedMember(text: string, at: number, end: number): SecretSpan | null {
  const gap = SEALED_SIGN.exec(text.slice(end, end + 240))?.[0]
  if (gap === undefined) return null
  const from = end + gap.length
  const [opening, open] = OPEN.exec(text.slice(from, from + 12)) ?? []
  if (opening !== undefined && open !== undefined) {
    const start = from + opening.length
    const close = endOf(open, text, start)
    const value = text.slice(start, close)
    return value.trim() === '' || value === MASK
      ? null
      : { kind: SEALED, start, end: close, replacement: MASK, value: null }
  }
  if (text[from] !== '{' && text[from] !== '[') return null
  return container(text, from, /\\*$/.exec(text.slice(Math.max(0, at - 12), at))?.[0] ?? '')
}

/** All of an object or array, whose quotes have `escape` before them. */
function container(text: string, from: number, escape: string): SecretSpan | null {
  const state = openContainer(escape.length)
  const close = endOfContainer(text, from, state)
  if (close !== null && close - from <= 2) return null
  const stop = goingOn(text, from, close, (next) => endOfContainer(next, 0, state))
  const replacement = `${escape}"${MASK}${escape}"${lineBreaks(text.slice(from, stop.end))}`
  return { kind: SEALED, start: from, replacement, value: null, ...stop }
}

/** Where something ends that goes on to `close`; what nothing closes goes on to the next line of a log, or behind the text. */
function goingOn(
  text: string,
  from: number,
  close: number | null,
  endIn: EndIn,
): { readonly end: number; readonly open?: EndIn | null } {
  if (close !== null) return { end: close }
  const cut = cutAt(text, from)
  return cut === null ? { end: text.length, open: endIn } : { end: cut, open: null }
}

/** Rows of a traced upload: the rest of the line. */
function payload(text: string, at: number, start: number): SecretSpan | null {
  const gap = /^Payload:( ?)[[{]/.exec(text.slice(at, start + 2))?.[1]
  if (gap === undefined) return null
  const end = text.indexOf('\n', start)
  return { kind: SEALED, start: start + gap.length, end: end < 0 ? text.length : end, replacement: MASK, value: null }
}
