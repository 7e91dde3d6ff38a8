import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { LIMIT } from '../model/artifact.js'
import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { hintOf, isListKey, recognise, type InventoryHint, type InventoryRecord } from './inventory-record.js'
import { isObject, type JsonObject, type JsonValue, type Segments } from './json.js'

/** How the records lay in the text. `empty`: no record and nothing else; `unknown`: something, but no record. */
export type InventoryShape =
  | 'array'
  | 'keyed'
  | 'keyed-base64'
  | 'wrapper'
  | 'data-items'
  | 'ndjson'
  | 'json-strings'
  | 'software-list'
  | 'nested'
  | 'record'
  | 'empty'
  | 'unknown'

/** What File.json, Packages.json or Services.json holds. */
export interface InventoryJson {
  readonly shape: InventoryShape
  /** In the order of the text. */
  readonly records: readonly LocatedRecord[]
  /** Records beyond the bound of 200 000, which were counted and not kept. */
  readonly beyond: number
  /** Records that name the same file, package version or service as one before; they are kept. */
  readonly duplicates: number
  readonly unrecognised: {
    readonly count: number
    /** The first few: where, and the names of the keys, never a value. */
    readonly examples: readonly { readonly segments: Segments; readonly keys: readonly string[] }[]
  }
}

/**
 * `segments` make up the RFC 6901 pointer. In shape `ndjson` the first segment is the line, from 1. A record inside a string
 * has the segments of the string.
 */
export interface LocatedRecord {
  readonly record: InventoryRecord
  readonly segments: Segments
}

const RECORDS_MAX = 200_000
const EXAMPLES_MAX = 10
const KEYS_MAX = 20
/** Containers around a record: the Log Analytics wrapper has four, and one or two more may lie around it. */
const WRAPPERS_MAX = 8
/** JSON text inside a string, inside a string. */
const FOLDS_MAX = 2
/** An object up to this size is parsed at once; a larger one is taken apart, member by member. */
const PROBE = 8 * 1024 * 1024
const LONG_TEXT = 64 * 1024
/** Members of a large object that are looked at to tell what it is. */
const OWN_MAX = 100
const RESUMES_MAX = 100
const BROKEN_MAX = 1000

const LIST = 'The list'

/**
 * Reads one of the agent's lists in any shape it may have; no public sample exists. Each of these gives the same record:
 *
 *     [{"Name":"bash","CurrentVersion":"5.2.15-2+b8","Architecture":"amd64"}]
 *     {"bash":{"Name":"bash","CurrentVersion":"5.2.15-2+b8","Architecture":"amd64"}}
 *     {"Count":1,"Packages":[{"Name":"bash","Version":"5.2.15-2+b8","Architecture":"amd64"}]}
 *     {"DataType":"CONFIG_DATA_BLOB_V2","DataItems":[{"Collections":[{"CollectionName":"bash","CurrentVersion":"5.2.15-2+b8",…}]}]}
 *     {"bash":"{\"Name\":\"bash\",\"CurrentVersion\":\"5.2.15-2+b8\",\"Architecture\":\"amd64\"}"}
 *
 * and so does one record a line. A text that ends too early keeps its whole records, with the problem `json-truncated`; so it
 * is with `json-invalid`, `nul-block` and `json-deep`. Without any record these fail, as do `empty`, `all-nul` and `json-null`.
 * `trailing-nul` is noted. A valid list of nothing is no failure.
 *
 * The text is never held as one string: bounds are found byte by byte, and one record parsed at a time.
 */
export function parseInventory(
  bytes: Uint8Array,
  hint: InventoryHint,
  limits: Pick<ReadingLimits, 'depth'> = LIMITS,
): Parsed<InventoryJson> {
  const { body, offset } = utf8(bytes)
  if (body.length === 0 || isBlank(body))
    return failed('empty', `${LIST} should hold JSON, but has ${bytes.length} bytes and nothing in them.`)
  const length = body.findLastIndex((byte) => byte !== 0) + 1
  if (length === 0) return failed('all-nul', `${LIST} should hold JSON, but all of its ${body.length} bytes are NUL.`)
  const spare = body.length - length
  const { value, onlyNull, faults } = read(body.subarray(0, length), hint, limits.depth)

  const problems = faults.map(({ code, at }): Problem => {
    const message = `${LIST} ${SENTENCES[code]} (byte ${at} of ${body.length}).`
    return offset === null
      ? { code, message }
      : { code, message, at: { kind: 'bytes', offset: offset + at, length: at < body.length ? 1 : 0 } }
  })
  const [first, ...others] = problems
  if (first !== undefined && value.records.length === 0) return { ok: false, problems: [first, ...others] }
  if (onlyNull) return failed('json-null', `${LIST} should hold records, but says null.`)
  if (spare > 0) {
    const message = `${LIST} is followed by ${spare} NUL bytes where the file should end, as after a crash or a torn copy.`
    problems.push(
      offset === null
        ? { code: 'trailing-nul', message }
        : { code: 'trailing-nul', message, at: { kind: 'bytes', offset: offset + length, length: spare } },
    )
  }
  if (value.beyond > 0) {
    const message = `${LIST} has ${value.beyond} records more than the ${RECORDS_MAX} that are kept.`
    problems.push({ code: LIMIT, message })
  }
  return parsed(value, problems)
}

type Fault = 'json-truncated' | 'json-invalid' | 'json-deep' | 'nul-block'

const SENTENCES: Readonly<Record<Fault, string>> = {
  'json-truncated': 'should end with a whole JSON text, but ends too early',
  'json-invalid': 'should be JSON throughout, but is not',
  'json-deep': 'nests deeper than the levels that are looked at',
  'nul-block': 'should hold text only, but holds a block of NUL bytes',
}

const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d])
const LF = 0x0a
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const BACKSLASH = 0x5c
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** The text as UTF-8 without a byte order mark. `offset`: bytes before it; null when the bytes are other ones than the file's. */
function utf8(bytes: Uint8Array): { body: Uint8Array; offset: number | null } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { body: bytes.subarray(3), offset: 3 }
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  if (wide === null) return { body: bytes, offset: 0 }
  const from = new TextDecoder(wide)
  const pieces: Uint8Array[] = []
  const step = 1024 * 1024
  // In steps, because the whole text as one string would cost as much again.
  for (let at = 0; at < bytes.length; at += step)
    pieces.push(encoder.encode(from.decode(bytes.subarray(at, at + step), { stream: true })))
  const body = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    body.set(piece, at)
    at += piece.length
  }
  return { body, offset: null }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => SPACE.has(byte))
}

interface Reading {
  readonly value: InventoryJson
  readonly onlyNull: boolean
  /** The first of each code. */
  readonly faults: readonly { readonly code: Fault; readonly at: number }[]
}

/** What lies around a record, outermost first: an `A`rray, an `O`bject, JSON text in a `S`tring. */
type Trail = string

function read(bytes: Uint8Array, fileHint: InventoryHint, depthMax: number): Reading {
  const scanner = scannerOf(bytes, depthMax)
  const faults: { code: Fault; at: number }[] = []
  const records: LocatedRecord[] = []
  const examples: { segments: Segments; keys: readonly string[] }[] = []
  const identities = new Set<string>()
  let beyond = 0
  let duplicates = 0
  let unrecognised = 0
  let shape = null as InventoryShape | null
  let stoppedAt = 0
  let broken = 0

  let roots = 0
  let firstLine = 1
  let onlyNull = false
  let resumed = 0
  let previous = -1
  const line = lineCounter(bytes)
  let at = scanner.space(0)
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      fault('nul-block', at)
      while (bytes[at] === 0) at += 1
      at = scanner.space(at)
      continue
    }
    roots += 1
    if (roots === 1) firstLine = line(at)
    if (roots === 2) beginWithLine()
    const glued = at === previous && bytes[at] !== OPEN_OBJECT && bytes[at] !== OPEN_ARRAY
    const end = glued ? stop('json-invalid', at) : slice(at, roots === 1 ? [] : [line(at)], '', fileHint)
    if (end === null) {
      const next = nextLine(at)
      if (next === null) break
      at = next
    } else {
      onlyNull = roots === 1 && decoder.decode(bytes.subarray(at, Math.min(end, at + 5))) === 'null'
      previous = end
      at = scanner.space(end)
    }
  }
  const found = records.length + beyond
  return {
    onlyNull: onlyNull && roots === 1,
    faults,
    value: {
      shape: found + unrecognised === 0 ? 'empty' : roots > 1 ? 'ndjson' : (shape ?? 'unknown'),
      records,
      beyond,
      duplicates,
      unrecognised: { count: unrecognised, examples },
    },
  }

  /** Only a second value tells that there is one a line, so the first value's places get their line now. */
  function beginWithLine(): void {
    for (const [index, { record, segments }] of records.entries())
      records[index] = { record, segments: [firstLine, ...segments] }
    for (const [index, { keys, segments }] of examples.entries())
      examples[index] = { keys, segments: [firstLine, ...segments] }
  }

  /**
   * Where to go on after a value that does not end: at the next line that begins an object, unless this one began an array, which
   * says that the text is no list of lines. Few times, because each try may read far ahead.
   */
  function nextLine(from: number): number | null {
    if (bytes[from] === OPEN_ARRAY || resumed === RESUMES_MAX) return null
    resumed += 1
    let to = Math.max(stoppedAt - 1, from)
    while ((to = bytes.indexOf(LF, to)) >= 0) {
      to += 1
      if (bytes[to] === OPEN_OBJECT) return to
    }
    return null
  }

  function fault(code: Fault, place: number): void {
    if (!faults.some((known) => known.code === code)) faults.push({ code, at: place })
  }

  function stop(code: Fault, place: number): null {
    fault(code, place)
    stoppedAt = place
    return null
  }

  /** Reads the value that begins here, and tells where it ends; null when it does not end. */
  function slice(from: number, segments: Segments, trail: Trail, hint: InventoryHint): number | null {
    const begins = bytes[from]
    const container = begins === OPEN_ARRAY || begins === OPEN_OBJECT
    if (begins === OPEN_ARRAY && trail.length < WRAPPERS_MAX) return elements(from, segments, trail, hint)
    const probing = begins === OPEN_OBJECT && trail.length < WRAPPERS_MAX
    const extent = scanner.bounds(from, probing ? PROBE : Infinity)
    if (probing && (extent.fault === 'large' || extent.fault === 'json-truncated'))
      return members(from, segments, trail, hint)
    if (extent.fault !== null) return stop(extent.fault === 'large' ? 'json-invalid' : extent.fault, extent.end)
    // A number or word that ends where the text ends may go on; at the root it is whole.
    if (extent.end === bytes.length && trail !== '' && !container && begins !== QUOTE)
      return stop('json-truncated', extent.end)
    if (container && !probing) {
      leave(segments, [])
      return extent.end
    }
    const value = attempt(scanner, from, extent)
    if (value !== undefined) visit(value, segments, trail, hint, 0)
    // Words at the root are no JSON at all: another line may be.
    else if (broken > BROKEN_MAX || (trail === '' && !container)) return stop('json-invalid', from)
    else fault('json-invalid', from)
    return extent.end
  }

  /** A value in balanced brackets that is no JSON costs little once, and too much a million times. */
  function attempt(reader: Scanner, from: number, extent: Extent): JsonValue | undefined {
    const value = broken > BROKEN_MAX ? undefined : reader.parse(from, extent)
    if (value === undefined) broken += 1
    return value
  }

  function elements(from: number, segments: Segments, trail: Trail, hint: InventoryHint): number | null {
    let next = scanner.space(from + 1)
    for (let index = 0; ; index++) {
      const end = separator(next, index, CLOSE_ARRAY)
      if (end === null || end.closed) return end === null ? null : end.at
      const after = slice(end.at, [...segments, index], `${trail}A`, hint)
      if (after === null) return null
      next = scanner.space(after)
    }
  }

  /** An object too large to parse at once, or one that is cut. */
  function members(from: number, segments: Segments, trail: Trail, hint: InventoryHint): number | null {
    const own = Object.create(null) as Record<string, JsonValue>
    const remember = (name: string, value: JsonValue): void => {
      if (kept === OWN_MAX) return
      own[name] = value
      kept += 1
      if (typeof value === 'string') inner = hintOf(own) ?? hint
    }
    let kept = 0
    let inner = hint
    const before = records.length + beyond + unrecognised
    let next = scanner.space(from + 1)
    for (let index = 0; ; index++) {
      const end = separator(next, index, CLOSE_OBJECT)
      if (end === null) return null
      if (end.closed) {
        if (records.length + beyond + unrecognised === before) settle(own, segments, trail, hint)
        return end.at
      }
      const key = member(end.at)
      if (key === null) return null
      next = key.value
      const begins = bytes[next]
      const secret = isContents(key.name)
      if ((begins === OPEN_ARRAY || begins === OPEN_OBJECT) && !secret) {
        remember(key.name, [])
        const after = slice(next, [...segments, key.name], `${trail}O`, inner)
        if (after === null) return null
        next = scanner.space(after)
        continue
      }
      const extent = scanner.bounds(next, Infinity)
      if (extent.fault !== null) return stop(extent.fault === 'large' ? 'json-invalid' : extent.fault, extent.end)
      if (extent.end === bytes.length && begins !== QUOTE) return stop('json-truncated', extent.end)
      const long = secret || extent.end - next > LONG_TEXT
      const value = long && begins === QUOTE && extent.end - next > 2 ? '…' : attempt(scanner, next, extent)
      if (value === undefined && broken > BROKEN_MAX) return stop('json-invalid', next)
      if (value === undefined) fault('json-invalid', next)
      else {
        remember(key.name, value)
        if (isFolded(value)) visit(value, [...segments, key.name], `${trail}O`, inner, 0)
      }
      next = scanner.space(extent.end)
    }
  }

  /** Steps over the comma before an element, or the bracket after the last; a comma too many does no harm. */
  function separator(place: number, index: number, close: number): { at: number; closed: boolean } | null {
    let to = place
    const comma = bytes[to] === COMMA
    if (comma) to = scanner.space(to + 1)
    if (to >= bytes.length) return stop('json-truncated', bytes.length)
    if (bytes[to] === close) return { at: to + 1, closed: true }
    if (comma === index > 0) return { at: to, closed: false }
    return stop(bytes[to] === 0 ? 'nul-block' : 'json-invalid', to)
  }

  /** The name of a member, and where its value begins. */
  function member(from: number): { name: string; value: number } | null {
    if (bytes[from] !== QUOTE) return stop(bytes[from] === 0 ? 'nul-block' : 'json-invalid', from)
    const extent = scanner.bounds(from, Infinity)
    if (extent.fault !== null) return stop(extent.fault === 'large' ? 'json-invalid' : extent.fault, extent.end)
    const name = attempt(scanner, from, extent)
    const colon = scanner.space(extent.end)
    const value = scanner.space(colon + 1)
    if (value >= bytes.length) return stop('json-truncated', bytes.length)
    if (typeof name !== 'string' || bytes[colon] !== COLON) return stop('json-invalid', colon)
    return { name, value }
  }

  /** Finds the records in a value, through wrappers and through JSON text in strings. */
  function visit(value: JsonValue, segments: Segments, trail: Trail, hint: InventoryHint, folds: number): void {
    const step = (key: string | number): Segments => (folds > 0 ? segments : [...segments, key])
    if (typeof value === 'string') {
      const inner = folds < FOLDS_MAX ? unfold(value, attempt) : undefined
      if (inner === undefined) leave(segments, [])
      else visit(inner, segments, `${trail}S`, hint, folds + 1)
    } else if (Array.isArray(value)) {
      const list: readonly JsonValue[] = value
      if (trail.length < WRAPPERS_MAX)
        for (const [index, element] of list.entries()) visit(element, step(index), `${trail}A`, hint, folds)
      else leave(segments, [])
    } else if (!isObject(value)) {
      leave(segments, [])
    } else {
      const record = recognise(value, hint)
      const before = records.length + beyond + unrecognised
      if (record !== null) keep(record, segments, trail)
      else if (trail.length < WRAPPERS_MAX) {
        const inner = hintOf(value) ?? hint
        for (const [key, below] of Object.entries(value))
          if (!isContents(key) && ((typeof below === 'object' && below !== null) || isFolded(below)))
            visit(below, step(key), `${trail}O`, inner, folds)
      }
      if (records.length + beyond + unrecognised === before && !isEmptyList(value)) leave(segments, Object.keys(value))
    }
  }

  function settle(own: JsonObject, segments: Segments, trail: Trail, hint: InventoryHint): void {
    const record = recognise(own, hint)
    if (record !== null) keep(record, segments, trail)
    else if (!isEmptyList(own)) leave(segments, Object.keys(own))
  }

  function keep(record: InventoryRecord, segments: Segments, trail: Trail): void {
    shape ??= shapeOf(record, segments, trail)
    if (records.length === RECORDS_MAX) {
      beyond += 1
      return
    }
    const identity = identityOf(record)
    if (identities.has(identity)) duplicates += 1
    identities.add(identity)
    records.push({ record, segments })
  }

  function leave(segments: Segments, keys: readonly string[]): void {
    unrecognised += 1
    if (examples.length < EXAMPLES_MAX)
      examples.push({ segments, keys: keys.slice(0, KEYS_MAX).map((key) => key.slice(0, 100)) })
  }
}

/** Several versions of one package may be installed, kernels for example; several architectures too. */
function identityOf(record: InventoryRecord): string {
  switch (record.kind) {
    case 'file':
      return `file\0${record.path}`
    case 'package':
      return `package\0${record.name}\0${record.architecture ?? ''}\0${record.version ?? ''}`
    case 'service':
      return `service\0${record.name}`
  }
}

function shapeOf(record: InventoryRecord, segments: Segments, trail: Trail): InventoryShape {
  const under = (name: string): boolean => segments.some((key) => String(key).toLowerCase() === name)
  if (under('dataitems')) return 'data-items'
  if (under('softwarelist')) return 'software-list'
  if (trail.includes('S')) return 'json-strings'
  const key = segments.at(-1)
  switch (trail) {
    case '':
      return 'record'
    case 'A':
      return 'array'
    case 'O':
      return record.kind === 'file' && typeof key === 'string' && isBase64Of(key, record.path)
        ? 'keyed-base64'
        : 'keyed'
    case 'OA':
      return 'wrapper'
    default:
      return 'nested'
  }
}

function isBase64Of(key: string, path: string): boolean {
  return Buffer.from(key, 'base64').toString() === path
}

/** `{}`, `{"Count":0}`, `{"Packages":null}`: a list that holds nothing, as opposed to something that is no list. */
function isEmptyList(value: JsonObject): boolean {
  const members = Object.entries(value)
  const nothing = (member: JsonValue): boolean => member === null || typeof member === 'object'
  return (
    members.every(([, member]) => nothing(member)) ||
    members.some(
      ([key, member]) => (isListKey(key) && nothing(member)) || (/^(?:total|count)$/i.test(key) && member === 0),
    )
  )
}

/** Text of a customer's file may well be JSON, and look like anything. */
function isContents(key: string): boolean {
  return key.toLowerCase() === 'contents'
}

function isFolded(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && /^\s*[[{]/.test(value)
}

function unfold(
  text: string,
  attempt: (reader: Scanner, from: number, extent: Extent) => JsonValue | undefined,
): JsonValue | undefined {
  if (!isFolded(text)) return undefined
  const bytes = encoder.encode(text)
  const scanner = scannerOf(bytes, LIMITS.depth)
  const from = scanner.space(0)
  const extent = scanner.bounds(from, Infinity)
  return extent.fault === null && scanner.space(extent.end) === bytes.length
    ? attempt(scanner, from, extent)
    : undefined
}

/** Tells the line, from 1, of places that come in ascending order. */
function lineCounter(bytes: Uint8Array): (at: number) => number {
  let line = 1
  let next = bytes.indexOf(LF)
  return (at) => {
    while (next >= 0 && next < at) {
      line += 1
      next = bytes.indexOf(LF, next + 1)
    }
    return line
  }
}

/** Where a value ends; or, with a fault, where that lies. */
interface Extent {
  readonly end: number
  readonly fault: Fault | 'large' | null
  /** Whole numbers that a double cannot hold. */
  readonly huge: readonly (readonly [from: number, to: number])[]
}

interface Scanner {
  space(at: number): number
  bounds(at: number, limit: number): Extent
  /** The value in these bounds; undefined when it is no JSON. */
  parse(at: number, extent: Extent): JsonValue | undefined
}

function scannerOf(bytes: Uint8Array, depthMax: number): Scanner {
  const length = bytes.length

  function space(at: number): number {
    let to = at
    while (to < length && SPACE.has(bytes[to] ?? 0)) to += 1
    return to
  }

  /** Balances brackets outside of strings; whether it is JSON in between, JSON.parse tells. */
  function bounds(from: number, limit: number): Extent {
    const huge: (readonly [number, number])[] = []
    const last = Math.min(length, from + limit)
    let depth = 0
    let at = from
    while (at < last) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) {
        const end = stringEnd(at + 1)
        if (end >= length) return { end: length, fault: 'json-truncated', huge }
        if (bytes[end] !== QUOTE) return { end, fault: bytes[end] === 0 ? 'nul-block' : 'json-invalid', huge }
        at = end + 1
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        depth += 1
        if (depth > depthMax) return { end: at, fault: 'json-deep', huge }
        at += 1
        continue
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (depth === 0) return { end: at, fault: 'json-invalid', huge }
        depth -= 1
        at += 1
      } else if (byte === 0) {
        return { end: at, fault: 'nul-block', huge }
      } else if (isWordByte(byte)) {
        const end = wordEnd(at + 1)
        // 16 digits are the least that can be too many.
        if (end - at >= 16 && isHuge(at, end)) huge.push([at, end])
        at = end
      } else if (depth > 0) {
        at += 1
        continue
      } else return { end: at, fault: 'json-invalid', huge }
      if (depth === 0) return { end: at, fault: null, huge }
    }
    return { end: at, fault: last < length ? 'large' : 'json-truncated', huge }
  }

  /** At the closing quote, at a byte that no string may hold, or at the end of the text. */
  function stringEnd(from: number): number {
    let at = from
    while (at < length) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE || byte < 0x20) return at
      at += byte === BACKSLASH ? 2 : 1
    }
    return length
  }

  function wordEnd(from: number): number {
    let at = from
    while (at < length && isWordByte(bytes[at] ?? 0)) at += 1
    return at
  }

  function isHuge(from: number, to: number): boolean {
    const digits = decoder.decode(bytes.subarray(from, to))
    return /^-?\d+$/.test(digits) && !Number.isSafeInteger(Number(digits))
  }

  function parse(from: number, { end, huge }: Extent): JsonValue | undefined {
    const pieces: string[] = []
    let done = from
    for (const [start, to] of huge) {
      pieces.push(decoder.decode(bytes.subarray(done, start)), `"${decoder.decode(bytes.subarray(start, to))}"`)
      done = to
    }
    pieces.push(decoder.decode(bytes.subarray(done, end)))
    try {
      return JSON.parse(pieces.join('')) as JsonValue
    } catch {
      return undefined
    }
  }

  return { space, bounds, parse }
}

/** Whatever can stand in a number or in true, false, null; and whatever else would be a word, so that it ends somewhere. */
function isWordByte(byte: number): boolean {
  return (
    byte > 0x20 &&
    byte !== QUOTE &&
    byte !== COMMA &&
    byte !== COLON &&
    byte !== OPEN_ARRAY &&
    byte !== CLOSE_ARRAY &&
    byte !== OPEN_OBJECT &&
    byte !== CLOSE_OBJECT
  )
}
