import type { NameKind, Pseudonyms } from './pseudonyms.js'
import { MASK } from '../parsers/secret-patterns.js'
import type { Sought } from './finder.js'
import type { Span } from './spans.js'
import { isReserved } from './vocabulary.js'

/** What the first pass has proven to be an identifier, or a secret. */
export type KnownKind = NameKind | 'guid' | 'secret'

/** The original values of one input. Texts are bytes, a character each. */
export interface KnownValues {
  add(kind: KnownKind, value: string): void
  readonly size: number
  /** What to look for: the values in every spelling, and pieces of their base64. New when a value was added. */
  signs(): readonly Sought<KnownSign>[]
  values(): Iterable<readonly [value: string, kind: KnownKind]>
}

/** A spelling of a known value, or a piece of its base64. */
export type KnownSign =
  { readonly is: 'value'; readonly kind: KnownKind } | { readonly is: 'base64'; readonly piece: string }

/** More than that no machine has: an input made of names would cost hours. */
const VALUES_MAX = 20_000
const NAME_MIN = 3
const SECRET_MIN = 6
/** A shorter piece of base64 stands in any text by chance. */
const BASE64_MIN = 10

export class TooManyValues extends Error {}

export function knownValues(pseudonyms: Pseudonyms, secretsOnly: boolean): KnownValues {
  const values = new Map<string, { kind: KnownKind; value: string }>()
  let signs: readonly Sought<KnownSign>[] | null = null

  return {
    get size() {
      return values.size
    },
    values: () => [...values.values()].map(({ value, kind }) => [value, kind] as const),
    signs: () => (signs ??= signsOf([...values.values()].filter(({ kind }) => !secretsOnly || kind === 'secret'))),
    add(kind, raw) {
      const value = kind === 'secret' ? raw : raw.trim()
      const key = value.toLowerCase()
      const had = values.get(key)
      // What is a secret anywhere is one everywhere.
      if (had !== undefined && (had.kind === 'secret' || kind !== 'secret')) return
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
      if (had === undefined && values.size >= VALUES_MAX)
        throw new TooManyValues(
          `The input names more than ${VALUES_MAX} different things that would have to be replaced.`,
        )
      values.set(key, { kind, value })
      signs = null
    },
  }
}

/** The place of a value in a text, unless it is a part of a longer word; of secrets any. */
export function knownAt(text: string, kind: KnownKind, start: number, end: number): KnownPlace | null {
  if (kind === 'secret') return { start, end, kind }
  if (/[A-Za-z0-9]/.test(text.charAt(end))) return null
  return kind === 'guid' || beginsWord(text, start) ? { start, end, kind } : null
}

/** What is known by its neighbour: a machine in a known domain, and the domain of a known user. */
const NEIGHBOURS: Partial<Record<KnownKind, { readonly kind: NameKind; readonly word: RegExp }>> = {
  domain: { kind: 'host', word: /(?<![\w.-])((?:[a-z0-9][\w-]{0,62}\.){0,3}[a-z0-9][\w-]{0,62})\.$/i },
  user: { kind: 'resource', word: /(?<![\w.\\-])([A-Z][A-Z0-9-]{1,14})\\{1,4}$/ },
}

/** What stands right before a place and goes with it, but not before `from`. */
export function neighbourOf(text: string, { kind, start }: KnownPlace, from: number): KnownPlace | null {
  const neighbour = /[.\\]/.test(text.charAt(start - 1)) ? NEIGHBOURS[kind] : undefined
  const [whole = '', word = ''] = neighbour?.word.exec(text.slice(Math.max(from, start - 130), start)) ?? []
  if (neighbour === undefined || word === '' || word === 'www' || isReserved(word)) return null
  const at = start - whole.length
  return { start: at, end: at + word.length, kind: neighbour.kind }
}

export interface KnownPlace {
  readonly start: number
  readonly end: number
  readonly kind: KnownKind
}

export function standInForKnown(text: string, { start, end, kind }: KnownPlace, pseudonyms: Pseudonyms): Span {
  const found = text.slice(start, end)
  return { start, end, replacement: standIn(kind, found, pseudonyms) }
}

/** The whole word in base64 that a piece of it lies in: it goes as it is. */
export function encodedAt(text: string, start: number, end: number): Span {
  let from = start
  while (isBase64(text.charCodeAt(from - 1))) from -= 1
  let to = end
  while (isBase64(text.charCodeAt(to))) to += 1
  if (text[to] === '=') to += text[to + 1] === '=' ? 2 : 1
  return { start: from, end: to, replacement: MASK }
}

function isBase64(code: number): boolean {
  return /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code))
}

function standIn(kind: KnownKind, found: string, pseudonyms: Pseudonyms): string {
  if (kind === 'secret') return MASK
  if (kind !== 'guid') return pseudonyms.name(kind, plainSpelling(found))
  const dash = /_|%(?:25)?2d|\\+x2d/i.exec(found)?.[0]
  return dash === undefined
    ? pseudonyms.guid(found)
    : pseudonyms.guid(found.replaceAll(dash, '-')).replaceAll('-', dash)
}

/** A name that is encoded gets the pseudonym of the plain one. */
function plainSpelling(found: string): string {
  if (/\\x2d/i.test(found)) return found.replaceAll(/\\+x2d/gi, '-')
  try {
    return found.includes('%') ? Buffer.from(decodeURIComponent(found), 'utf8').toString('latin1') : found
  } catch {
    return found
  }
}

function signsOf(values: readonly { kind: KnownKind; value: string }[]): Sought<KnownSign>[] {
  const kinds = new Map<string, KnownKind>()
  const pieces = new Set<string>()
  for (const { kind, value } of values) {
    for (const spelling of kind === 'guid'
      ? ['', '_', '%2d', '%252d', '\\x2d'].map((dash) => value.replaceAll('-', dash))
      : spellings(value))
      kinds.set(spelling.toLowerCase(), kind)
    for (const piece of base64Pieces(value)) pieces.add(piece)
  }
  return [
    ...[...kinds].map(([word, kind]) => ({ word, tag: { is: 'value' as const, kind } })),
    ...[...pieces].map((piece) => ({ word: piece, tag: { is: 'base64' as const, piece } })),
  ]
}

/** As it stands, in JSON, in JSON inside JSON, in an address, in the name of a unit, and in XML. */
function spellings(value: string): string[] {
  const inJson = JSON.stringify(value).slice(1, -1)
  return [
    value,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    value.replaceAll('/', '\\/'),
    value.replaceAll('-', '\\x2d'),
    value.replaceAll('-', '\\\\x2d'),
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

/** Whether a word can begin here: behind an escape, a colour or a percent code there stands a letter that belongs to it. */
function beginsWord(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9]/.test(text.charAt(at - 1))) return true
  return ESCAPED.test(text.slice(Math.max(0, at - 12), at))
}

// eslint-disable-next-line no-control-regex -- a terminal's colours begin with it
const ESCAPED = /(?:%(?:25)*[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[0-7]{3}|\\[bfnrt]|\x1b\[[\d;]*[a-z])$/i
