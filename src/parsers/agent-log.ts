import type { ReadingLimits } from '../model/limits.js'
import type { LogDigest, LogWatch } from '../model/log-event.js'
import { template } from '../model/message-template.js'
import type { Parsed } from '../model/parsed.js'
import type { Instant } from '../model/time.js'
import { instantAt } from './lines.js'
import { digestLog, patternTable, type AddEvent } from './series.js'

/**
 * What a line of the agent, handler or watcher log says; (s) marks the subject.
 *
 * `run` services, software or files (s), count · `error` (levels error, fatal, panic) and `warning`: the message without its
 * variable parts (s), all logrus fields but the time · `panic`, a crash of the Go runtime: the same of its first line (s),
 * level · `bind` port when the line names it · `outputStream` stream (s) · `pathError`, an error that names a part of the data
 * path: the same as `error`.
 *
 * A line of level error that is also a `bind`, `outputStream` or `pathError` counts as both. The last has room of its own, so
 * that no flood of other messages can push it out.
 */
export type AgentEventKind = 'run' | 'error' | 'warning' | 'panic' | 'bind' | 'outputStream' | 'pathError'

/**
 * Parses cta_linux_agent.log, cta_linux_handler.log and cta_linux_watcher.log, logrus text or logrus JSON:
 *
 *     time="2026-01-10T08:03:00Z" level=info msg="Number of services recieved in this run: 180"
 *
 * Raw lines (a crash of the Go runtime, what a library prints) belong to the dated line above.
 */
export function parseAgentLog(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ReadingLimits,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<AgentEventKind>>> {
  return digestAgentLog<AgentEventKind>(chunks, limits, watch)
}

/** The forms that the agent's logs share, and what else a log of its own says: `more` gets every dated line `scan` touches. */
export function digestAgentLog<K extends string>(
  chunks: AsyncIterable<Uint8Array>,
  limits: ReadingLimits | undefined,
  watch: LogWatch | undefined,
  more?: {
    readonly scan: string
    readonly read: (fields: ReadonlyMap<string, string>, add: AddEvent<K>) => void
  },
): Promise<Parsed<LogDigest<AgentEventKind | K>>> {
  // The dated line under which a crash was last seen, so that its goroutines do not count as further ones.
  let crashed: number | undefined
  return digestLog<AgentEventKind | K>(
    chunks,
    {
      lineMax: limits?.line,
      name: 'logrus line, `time="2026-01-10T08:03:00Z" level=info …`',
      scan: more === undefined ? SCAN : `${SCAN}|${more.scan}`,
      time: timeOf,
      message: messageOf,
      read: (text, head, add) => {
        const fields = logrusFields(text)
        if (fields !== null) {
          readLogrus(fields, text, add)
          more?.read(fields, add)
          return
        }
        PATTERNS.addMatch(text, add)
        const under = head?.line ?? 0
        if (/^(?:panic|fatal error): /.test(text) || (/^goroutine \d+ \[/.test(text) && crashed !== under)) {
          crashed = under
          add('panic', template(text), { level: 'panic' })
        }
      },
    },
    watch,
  )
}

/** Levels in any spelling, after `level=` or `"level": "`; then the needles of the messages; then what Go prints itself. */
const SCAN = [
  '[vV][eE][lL][=": ]+(?:[eE][rR][rR]|[fF][aA][tT]|[pP][aA][nN]|[wW][aA][rR])',
  '[iI][sS] [rR][uU][nN]: ',
  'address already in use',
  'output stream for ',
  '\\n(?:panic: |fatal error: |goroutine \\d)',
].join('|')

/** "recieved" is how the agent spells it; the other spelling is accepted for the day it is corrected. */
const RUN = /\bNumber of (?<what>packages?|services?|files?|software) rec(?:ei|ie)ved in this run: (?<count>\d+)/i
const RUN_SUBJECTS: Readonly<Record<string, string>> = { p: 'software', s: 'services', f: 'files' }

const PATTERNS = patternTable<AgentEventKind>([
  {
    kind: 'bind',
    needle: 'bind: address already in use',
    pattern: /(?:(?<=:(?<port>\d{1,5}): )|)bind: address already in use/y,
  },
  {
    kind: 'outputStream',
    needle: 'Failed to find an output stream for ',
    pattern: /Failed to find an output stream for (?<stream>[\w.-]*\w)/y,
    subject: (fields) => fields['stream'] ?? '',
  },
])

function readLogrus(fields: ReadonlyMap<string, string>, text: string, add: AddEvent<AgentEventKind>): void {
  const message = fields.get('msg') ?? ''
  const run = RUN.exec(message)?.groups
  if (run !== undefined) {
    const what = (run['what'] ?? '').toLowerCase()
    const subject = what === 'software' ? what : RUN_SUBJECTS[what.charAt(0)]
    add('run', subject ?? what, { count: run['count'] ?? '' })
  }
  for (const value of fields.values()) if (PATTERNS.addMatch(value, add)) break
  const kind = KINDS.get((fields.get('level') ?? '').toLowerCase())
  if (kind === undefined) return
  const kept = [...fields].filter(([key]) => key !== 'time').slice(0, FIELDS_MAX)
  // A message that was cut is no field, yet it still tells one error from another.
  const subject = message || (fields.get('error') ?? text.replace(/^.*?\bmsg=/s, ''))
  add(kind, template(subject), Object.fromEntries(kept))
  if (kind === 'error' && ON_PATH.test(`${subject} ${fields.get('error') ?? ''}`))
    add('pathError', template(subject), Object.fromEntries(kept))
}

/** Words that name a part of the data path, as far as its names are public. */
const ON_PATH =
  /CAgentStream|ChangeTracking|changetracking|CONFIG_(?:CHANGE|DATA)_BLOB|\bdcr-[0-9a-f]|\bsocket\b|output stream|\bdial unix\b|\bbind:/i

const FIELDS_MAX = 32

const KINDS: ReadonlyMap<string, AgentEventKind> = new Map([
  ['error', 'error'],
  ['fatal', 'error'],
  ['panic', 'error'],
  ['warning', 'warning'],
  ['warn', 'warning'],
])

/** The message, then what other fields say. */
function messageOf(text: string): string {
  const fields = logrusFields(text)
  if (fields === null) return text
  const others = [...fields].filter(([key]) => !['time', 'level', 'msg'].includes(key))
  return [fields.get('msg') ?? '', ...others.map(([key, value]) => `${key}=${value}`)].join(' ').trim() || text
}

function timeOf(text: string): Instant | null {
  // The usual order of keys, without looking at the rest of the line.
  if (text.startsWith('time="')) {
    const end = text.indexOf('"', 6)
    return end < 0 ? null : wholeInstant(text.slice(6, end))
  }
  if (!text.includes('time')) return null
  return wholeInstant(logrusFields(text)?.get('time') ?? '')
}

function wholeInstant(text: string): Instant | null {
  const stamp = instantAt(text)
  return stamp !== null && stamp.end === text.length ? stamp.time : null
}

const TOKEN = /\s*(?<key>[A-Za-z_][\w.-]*)=(?<value>"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"]*)(?=\s|$)/y

/**
 * The fields of a logrus line, keys in any order, up to what is not a field; null when it is none. A value whose closing
 * quote is missing was cut, and half a number is worse than none: it ends the line.
 */
function logrusFields(text: string): ReadonlyMap<string, string> | null {
  const fields = text.startsWith('{') ? jsonFields(text) : new Map<string, string>()
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    const { key = '', value = '' } = token.groups ?? {}
    if (!fields.has(key)) fields.set(key, value.startsWith('"') ? unquote(value) : value)
  }
  return fields.has('level') || fields.has('time') || fields.has('msg') ? fields : null
}

function jsonFields(text: string): Map<string, string> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return new Map()
    return new Map(
      Object.entries(value).map(([key, v]) => [key, typeof v === 'string' ? v : (JSON.stringify(v) ?? '')]),
    )
  } catch {
    return new Map()
  }
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Undoes Go's strconv.Quote. `\x` and octal escapes are bytes, so a run of them is decoded as UTF-8. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(
      /(?<bytes>(?:\\x[\da-fA-F]{2}|\\[0-3][0-7]{2})+)|\\u(?<u4>[\da-fA-F]{4})|\\U(?<u8>[\da-fA-F]{8})|\\(?<char>.)/gs,
      (...match) => {
        const { bytes, u4, u8, char } = match[match.length - 1] as Record<string, string | undefined>
        if (bytes !== undefined) {
          const codes = bytes.split('\\').slice(1)
          return Buffer.from(
            codes.map((code) => (code.startsWith('x') ? parseInt(code.slice(1), 16) : parseInt(code, 8))),
          ).toString()
        }
        if (char !== undefined) return ESCAPES[char] ?? char
        const point = parseInt(u4 ?? u8 ?? '', 16)
        return point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point)
      },
    )
}
