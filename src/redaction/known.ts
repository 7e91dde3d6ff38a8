import type { NameKind, Pseudonyms } from './pseudonyms.js'
import { MASK } from '../parsers/secret-patterns.js'
import type { Span } from './spans.js'
import { isReserved } from './vocabulary.js'

/** What the first pass has proven to be an identifier, or a secret. */
export type KnownKind = NameKind | 'guid' | 'secret'

/** The original values of one input, and where they occur, in whatever spelling. Texts are bytes, a character each. */
export interface KnownValues {
  add(kind: KnownKind, value: string): void
  readonly size: number
  /** Every occurrence that is a word of its own; of secrets every one. */
  spans(text: string, names: boolean): Span[]
  /** Words in base64 that hold a known value and could not be read: they go as a whole. */
  encodedSpans(text: string, names: boolean): Span[]
  /** What a text must not hold any more, in base64 too. Tells kinds, never values. */
  leaks(text: string, names: boolean): string[]
  /** Where GUIDs stand without dashes. */
  values(): Iterable<readonly [value: string, kind: KnownKind]>
}

/** More than that no machine has: an input made of names would cost hours. */
const VALUES_MAX = 20_000
const NAME_MIN = 3
const SECRET_MIN = 6
/** A shorter piece of base64 stands in any text by chance. */
const BASE64_MIN = 10

export class TooManyValues extends Error {}

export function knownValues(pseudonyms: Pseudonyms): KnownValues {
  const values = new Map<string, { kind: KnownKind; value: string }>()
  let matchers: { readonly [names in 'true' | 'false']?: Matcher } = {}
  let encoded: { readonly [names in 'true' | 'false']?: RegExp | null } = {}

  const matcher = (names: boolean): Matcher => {
    const key = names ? 'true' : 'false'
    const made = matchers[key] ?? compile([...values.values()].filter(({ kind }) => names || kind === 'secret'))
    matchers = { ...matchers, [key]: made }
    return made
  }
  const encodings = (names: boolean): RegExp | null => {
    const key = names ? 'true' : 'false'
    const pieces = [...values.values()]
      .filter(({ kind }) => names || kind === 'secret')
      .flatMap(({ value }) => base64Pieces(value))
    const made =
      key in encoded
        ? (encoded[key] ?? null)
        : pieces.length === 0
          ? null
          : new RegExp([...new Set(pieces)].map(escape).join('|'))
    encoded = { ...encoded, [key]: made }
    return made
  }

  const find = (text: string, names: boolean): { start: number; end: number; kind: KnownKind; found: string }[] => {
    const { pattern, kinds } = matcher(names)
    if (pattern === null) return []
    const found: { start: number; end: number; kind: KnownKind; found: string }[] = []
    pattern.lastIndex = 0
    for (let hit = pattern.exec(text); hit !== null; hit = pattern.exec(text)) {
      const kind = kinds.get(hit[0].toLowerCase()) ?? 'secret'
      if (kind !== 'secret' && kind !== 'guid' && !beginsWord(text, hit.index)) pattern.lastIndex = hit.index + 1
      else found.push({ start: hit.index, end: hit.index + hit[0].length, kind, found: hit[0] })
    }
    return found
  }

  return {
    get size() {
      return values.size
    },
    values: () => [...values.values()].map(({ value, kind }) => [value, kind] as const),
    add(kind, raw) {
      const value = kind === 'secret' ? raw : raw.trim()
      const key = value.toLowerCase()
      if (values.has(key)) return
      if (kind === 'secret') {
        // A path, an address or a date behind such a name is where something lies, or how long it is good.
        if (/^(?:\/|https?:|\d{4}-\d\d-\d\d)/i.test(value)) return
        // An ordinary word that is somebody's password stands everywhere; it only goes where it is one.
        if (value.length < SECRET_MIN || value.length > 4096 || /^(?:[a-z]{1,12}|[\d.]{1,8})$/i.test(value)) return
      } else if (
        value.length < NAME_MIN ||
        value.length > 255 ||
        (kind !== 'guid' && (isReserved(value) || pseudonyms.isOwn(value)))
      )
        return
      if (values.size >= VALUES_MAX)
        throw new TooManyValues(
          `The input names more than ${VALUES_MAX} different things that would have to be replaced.`,
        )
      values.set(key, { kind, value })
      matchers = {}
      encoded = {}
    },
    spans: (text, names) =>
      find(text, names).map(({ start, end, kind, found }) => ({
        start,
        end,
        replacement: standIn(kind, found, pseudonyms),
      })),
    encodedSpans(text, names) {
      const base64 = encodings(names)
      if (base64 === null || !base64.test(text)) return []
      return [...text.matchAll(/[A-Za-z0-9+/_-]+={0,2}/g)].flatMap(({ index, 0: word }) =>
        base64.test(word) ? [{ start: index, end: index + word.length, replacement: MASK }] : [],
      )
    },
    leaks(text, names) {
      const kinds = find(text, names).map(({ kind }) => (kind === 'secret' ? 'a secret' : `the name of a ${kind}`))
      const base64 = encodings(names)
      if (base64 !== null && base64.test(text)) kinds.push('a known value in base64')
      return kinds
    },
  }
}

function standIn(kind: KnownKind, found: string, pseudonyms: Pseudonyms): string {
  if (kind === 'secret') return MASK
  return kind === 'guid' ? pseudonyms.guid(found) : pseudonyms.name(kind, plainSpelling(found))
}

/** A name that is percent-encoded gets the pseudonym of the plain one. */
function plainSpelling(found: string): string {
  try {
    return found.includes('%') ? Buffer.from(decodeURIComponent(found), 'utf8').toString('latin1') : found
  } catch {
    return found
  }
}

interface Matcher {
  readonly pattern: RegExp | null
  readonly kinds: ReadonlyMap<string, KnownKind>
}

function compile(values: readonly { kind: KnownKind; value: string }[]): Matcher {
  const kinds = new Map<string, KnownKind>()
  const secrets = new Set<string>()
  const names = new Set<string>()
  for (const { kind, value } of values) {
    for (const spelling of kind === 'guid' ? [value.replaceAll('-', '')] : spellings(value)) {
      kinds.set(spelling.toLowerCase(), kind)
      if (kind === 'secret') secrets.add(spelling)
      else names.add(spelling)
    }
  }
  const any = (set: ReadonlySet<string>): string =>
    [...set]
      .toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
      .map(escape)
      .join('|')
  const parts = [
    ...(secrets.size > 0 ? [any(secrets)] : []),
    ...(names.size > 0 ? [`(?:${any(names)})(?![A-Za-z0-9])`] : []),
  ]
  return { pattern: parts.length === 0 ? null : new RegExp(parts.join('|'), 'gi'), kinds }
}

/** As it stands, in JSON, in JSON inside JSON, in an address, and in XML. */
function spellings(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1)
  return [
    value,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    value.replaceAll('/', '\\/'),
    percent(value),
    percent(percent(value)),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    value.replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('=', '\\u003d'),
  ]
}

function percent(value: string): string {
  return Array.from(Buffer.from(value, 'latin1'), (byte) => {
    const char = String.fromCharCode(byte)
    return /[\w.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

/** What of a value's base64 does not depend on its neighbours, for each of the three ways it can lie. */
function base64Pieces(value: string): string[] {
  return [0, 1, 2].flatMap((lead) => {
    const text = Buffer.concat([Buffer.alloc(lead), Buffer.from(value, 'latin1')])
      .toString('base64')
      .replaceAll('=', '')
    const start = lead === 0 ? 0 : lead + 1
    const end = Math.floor(((lead + value.length) * 8) / 6)
    const piece = text.slice(start, end)
    return piece.length < BASE64_MIN ? [] : [piece, piece.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** Whether a word can begin here: behind an escape or a percent code there stands a letter that belongs to it. */
function beginsWord(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9]/.test(text.charAt(at - 1))) return true
  return /(?:%(?:25)*[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[bfnrt])$/i.test(text.slice(Math.max(0, at - 8), at))
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
