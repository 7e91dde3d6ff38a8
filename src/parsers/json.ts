import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { clip } from '../model/locator.js'
import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { readText } from './text.js'

/** Anything JSON can say. Integers that a double cannot hold arrive as strings of their digits. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** Keys come from strangers (`__proto__`, `constructor`): read members with `child` or `members`, never with a dot. */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** Unescaped keys and indexes from the root: what an RFC 6901 pointer is made of. */
export type Segments = readonly (string | number)[]

/**
 * A value together with the way to it. `value` is undefined where nothing lies there.
 * `folded`: the value was JSON text inside a string, so `segments` ends at that string for everything below it.
 */
export interface JsonNode {
  readonly value: JsonValue | undefined
  readonly segments: Segments
  readonly folded: boolean
}

/** For pieces of a text: what looks like a byte order mark in the middle is none. */
const INNER = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads one JSON text, e.g. `{"name": "vm-01", "id": 18446744073709551615}`. `what` names it in sentences.
 * Fails with `empty`, `all-nul`, `json-truncated` (the text ends too early), `json-deep` (more levels than `depth`) or `json-invalid`;
 * notes `trailing-nul` and `json-duplicate-key` as problems.
 */
export function parseJsonValue(
  bytes: Uint8Array,
  what = 'The JSON text',
  { depth }: Pick<ReadingLimits, 'depth'> = LIMITS,
): Parsed<JsonValue> {
  const text = readText(bytes, what)
  if (!text.ok) return text

  const start = bomLength(bytes)
  const body = bytes.subarray(start, bytes.findLastIndex((b) => b !== 0) + 1)
  const { fault, twice, huge } = scan(body, depth)
  if (fault !== null) {
    const offset = start + fault.at
    const found = fault.at < body.length ? `byte ${offset} does not fit` : `the text ends after ${offset} bytes`
    const expected = {
      'json-truncated': 'a whole JSON text',
      'json-invalid': 'JSON',
      'json-deep': `at most ${depth} levels`,
    }
    return failed(fault.code, `${what} should be ${expected[fault.code]}, but ${found}.`, {
      kind: 'bytes',
      offset,
      length: fault.at < body.length ? 1 : 0,
    })
  }

  const problems: Problem[] = []
  const spare = bytes.length - start - body.length
  if (spare > 0) {
    problems.push({
      code: 'trailing-nul',
      message: `${what} is followed by ${spare} NUL bytes where the file should end, as after a crash or a torn copy.`,
      at: { kind: 'bytes', offset: start + body.length, length: spare },
    })
  }
  if (twice !== null) {
    problems.push({
      code: 'json-duplicate-key',
      message: `${what} has the key ${JSON.stringify(clip(twice.key))} twice in one object, the first of ${twice.count} such cases. The last value counts.`,
      at: { kind: 'bytes', offset: start + twice.at, length: twice.length },
    })
  }
  try {
    return parsed(JSON.parse(quoteHuge(body, huge)) as JsonValue, problems)
  } catch (error) {
    return failed('json-invalid', `${what} should be JSON, but the engine refused it: ${String(error)}.`)
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The string, or the text of a number or boolean; null for anything else. */
export function stringOf({ value }: JsonNode): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** The finite number, also when it was written as a string; null for anything else. */
export function numberOf({ value }: JsonNode): number | null {
  if (typeof value === 'string' && !/^\s*-?\d+(\.\d+)?\s*$/.test(value)) return null
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN
  return Number.isFinite(number) ? number : null
}

/** The boolean, also when it was written as a string in any case; null for anything else. */
export function boolOf({ value }: JsonNode): boolean | null {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return word === 'true' ? true : word === 'false' ? false : null
}

/** The elements of an array, each with its place. A lone object stands for an array of one; anything else has none. */
export function arrayOf(node: JsonNode): JsonNode[] {
  const { value } = node
  if (Array.isArray(value)) return value.map((element: JsonValue, index) => below(node, index, element))
  return isObject(value) ? [node] : []
}

/** The strings among the elements of an array, or a lone string. */
export function stringsOf(node: JsonNode): string[] {
  const elements = Array.isArray(node.value) ? node.value : [node.value]
  return elements.filter((element) => typeof element === 'string')
}

/** The members of an object in their order, each under the key as it is spelt; none for anything else. */
export function members(node: JsonNode): [key: string, member: JsonNode][] {
  return isObject(node.value) ? Object.entries(node.value).map(([key, value]) => [key, below(node, key, value)]) : []
}

export function rootOf(value: JsonValue): JsonNode {
  return { value, segments: [], folded: false }
}

/** The member of that name, else one that differs only in case; its segments keep the spelling found. */
export function child(node: JsonNode, name: string): JsonNode {
  const object = isObject(node.value) ? node.value : {}
  const key = Object.hasOwn(object, name) ? name : Object.keys(object).find((k) => sameName(k, name))
  return below(node, key ?? name, key === undefined ? undefined : object[key])
}

/** Opens JSON text that lies inside a string; leaves any other value as it is. */
export function unfold(node: JsonNode): JsonNode {
  if (typeof node.value !== 'string') return node
  const inner = parseJsonValue(new TextEncoder().encode(node.value))
  return inner.ok && typeof inner.value === 'object' ? { ...node, value: inner.value, folded: true } : node
}

export function sameName(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase()
}

function below(node: JsonNode, step: string | number, value: JsonValue | undefined): JsonNode {
  return { value, segments: node.folded ? node.segments : [...node.segments, step], folded: node.folded }
}

function bomLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** A double would silently change these: `FileMetaDatacheckSum` and the like are identifiers, so their digits are kept as text. */
function quoteHuge(bytes: Uint8Array, huge: readonly (readonly [number, number])[]): string {
  const pieces: string[] = []
  let done = 0
  for (const [from, to] of huge) {
    pieces.push(INNER.decode(bytes.subarray(done, from)), `"${INNER.decode(bytes.subarray(from, to))}"`)
    done = to
  }
  return [...pieces, INNER.decode(bytes.subarray(done))].join('')
}

interface Scan {
  readonly fault: { readonly code: 'json-truncated' | 'json-invalid' | 'json-deep'; readonly at: number } | null
  /** The first key that occurs again in its object, and how often that happens in all. */
  readonly twice: { readonly key: string; readonly at: number; readonly length: number; readonly count: number } | null
  readonly huge: readonly (readonly [from: number, to: number])[]
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const codes = (text: string): ReadonlySet<number> => new Set(new TextEncoder().encode(text))
const SPACE = codes(' \t\r\n')
const ESCAPED = codes('"\\/bfnrt')
const HEX = codes('0123456789abcdefABCDEF')
const NUMERIC = codes('0123456789+-.eE')
const LITERALS = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word))

/**
 * One pass over the grammar of RFC 8259 without recursion. JSON.parse tells neither a cut text from a wrong one nor a
 * duplicate key, and its own depth is the stack's.
 */
function scan(bytes: Uint8Array, depth: number): Scan {
  const end = bytes.length
  let twice: Scan['twice'] = null
  const huge: (readonly [number, number])[] = []
  /** Per open container: the keys of an object so far, null for an array. */
  const open: (Set<string> | null)[] = []
  let expect: 'value' | 'first' | 'key' | 'colon' | 'comma' | 'end' = 'value'
  let fault: Scan['fault'] = null
  let at = 0

  // Each step tells whether to go on.
  function fail(code: NonNullable<Scan['fault']>['code']): false {
    fault ??= { code: at >= end ? 'json-truncated' : code, at: Math.min(at, end) }
    return false
  }

  function string(): boolean {
    for (at++; at < end; at++) {
      const c = bytes[at] ?? 0
      if (c < 0x20) return fail('json-invalid')
      if (c === QUOTE) {
        at++
        return true
      }
      if (c !== BACKSLASH) continue
      const escape = bytes[++at] ?? 0
      if (escape === 0x75) {
        for (let digits = 0; digits < 4; digits++) if (!HEX.has(bytes[++at] ?? 0)) return fail('json-invalid')
      } else if (!ESCAPED.has(escape)) return fail('json-invalid')
    }
    return fail('json-truncated')
  }

  function number(): boolean {
    const from = at
    while (at < end && NUMERIC.has(bytes[at] ?? 0)) at++
    const text = INNER.decode(bytes.subarray(from, at))
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return fail('json-invalid')
    if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) huge.push([from, at])
    return true
  }

  function literal(): boolean {
    const word = LITERALS.find((candidate) => candidate[0] === bytes[at])
    if (word === undefined) return fail('json-invalid')
    for (const c of word) {
      if (bytes[at] !== c) return fail('json-invalid')
      at++
    }
    return true
  }

  function key(names: Set<string>): boolean {
    const from = at
    if (bytes[at] !== QUOTE) return fail('json-invalid')
    if (!string()) return false
    // Through JSON.parse, because "a" and "\u0061" are the same key.
    const name = JSON.parse(INNER.decode(bytes.subarray(from, at))) as string
    if (names.has(name)) twice = { key: name, at: from, length: at - from, ...twice, count: (twice?.count ?? 0) + 1 }
    names.add(name)
    expect = 'colon'
    return true
  }

  function value(c: number): boolean {
    expect = open.length === 0 ? 'end' : 'comma'
    if (c === 0x7b || c === 0x5b) {
      if (open.length >= depth) return fail('json-deep')
      open.push(c === 0x7b ? new Set() : null)
      expect = 'first'
      at++
      return true
    }
    if (c === QUOTE) return string()
    return c === 0x2d || (c >= 0x30 && c <= 0x39) ? number() : literal()
  }

  function step(): boolean {
    while (SPACE.has(bytes[at] ?? 0)) at++
    if (at >= end) return expect === 'end' ? false : fail('json-truncated')
    const c = bytes[at] ?? 0
    const inside = open.at(-1)
    if (inside !== undefined && (expect === 'first' || expect === 'comma') && c === (inside ? 0x7d : 0x5d)) {
      open.pop()
      expect = open.length === 0 ? 'end' : 'comma'
      at++
      return true
    }
    switch (expect) {
      case 'end':
        return fail('json-invalid')
      case 'comma':
        if (c !== 0x2c) return fail('json-invalid')
        expect = inside ? 'key' : 'value'
        at++
        return true
      case 'colon':
        if (c !== 0x3a) return fail('json-invalid')
        expect = 'value'
        at++
        return true
      case 'first':
      case 'key':
        return inside ? key(inside) : value(c)
      case 'value':
        return value(c)
    }
  }

  while (step());
  return { fault, twice, huge }
}
