import type { KnownValues } from './known.js'
import { formedSpans, type Forms } from './identifiers.js'
import type { Pseudonyms } from './pseudonyms.js'
import { base64WordsIn } from './scan.js'
import { secretSpans } from './secrets.js'
import { applySpans, type Span } from './spans.js'

/** Takes secrets out of a text and puts pseudonyms in. Texts are bytes, a character each, in whole lines. */
export interface Cleaner {
  /** `addresses` is false in lists of packages. */
  clean(text: string, addresses: boolean): string
  /** The kinds of what a text still holds and must not. Empty for a text that is clean. */
  leaks(text: string, addresses: boolean): string[]
  /** Tells `known` the secrets of a text, so that they go where nothing betrays them, too. */
  learnSecrets(text: string): void
}

/** Base64 inside base64 is followed so far. */
const FOLDS_MAX = 2
const ROUNDS_MAX = 8

/** To look for identifiers without making pseudonyms of pseudonyms. */
const same = (value: string): string => value
const UNCHANGED: Forms = { guid: same, dcr: same, ipv4: same, ipv6: same, mac: same, email: same }

export function cleaner(known: KnownValues, pseudonyms: Pseudonyms, secretsOnly: boolean): Cleaner {
  const clean = (text: string, addresses: boolean, folds: number): string => {
    const bare = withoutSecrets(text)
    const open =
      folds < FOLDS_MAX ? applySpans(bare, [...unfolded(bare, (inner) => clean(inner, addresses, folds + 1))]) : bare
    const named = applySpans(open, [...known.spans(open, !secretsOnly), ...formed(open, addresses)])
    return folds > 0 ? named : changedLines(text, named, (lines) => settled(lines, addresses))
  }

  const formed = (text: string, addresses: boolean): Span[] =>
    secretsOnly ? [] : formedSpans(text, pseudonyms, addresses)

  const hasStragglers = (text: string, addresses: boolean): boolean =>
    !secretsOnly && formedSpans(text, UNCHANGED, addresses).some(({ original }) => !pseudonyms.isOwn(original))

  /** What was replaced may have been what told its neighbour from an address, a name or a secret. */
  const settled = (text: string, addresses: boolean): string => {
    let current = text
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const before = current
      current = withoutSecrets(applySpans(current, known.encodedSpans(current, !secretsOnly)))
      const spans = hasStragglers(current, addresses)
        ? formed(current, addresses).filter(({ start, end }) => !pseudonyms.isOwn(current.slice(start, end)))
        : []
      current = applySpans(current, [...known.spans(current, !secretsOnly), ...spans])
      if (current === before) break
    }
    return current
  }

  const leaks = (text: string, addresses: boolean, folds: number): string[] => [
    ...secretSpans(text).map(({ kind }) => kind),
    ...known.leaks(text, !secretsOnly),
    ...(secretsOnly
      ? []
      : formedSpans(text, UNCHANGED, addresses).flatMap(({ kind, original }) =>
          pseudonyms.isOwn(original) ? [] : [kind],
        )),
    ...(folds < FOLDS_MAX ? [...tokens(text)].flatMap(({ inner }) => leaks(inner, addresses, folds + 1)) : []),
  ]

  return {
    clean: (text, addresses) => clean(text, addresses, 0),
    leaks: (text, addresses) => [...new Set(leaks(text, addresses, 0))],
    learnSecrets(text) {
      for (const { value } of secretSpans(text)) {
        if (value === null) continue
        known.add('secret', value)
        // A user and a password are two.
        if (/^[^:]+:[^:]+$/.test(value)) value.split(':').forEach((part) => known.add('secret', part))
      }
    },
  }
}

/** Passes the lines of a text that are new on, all at once, and puts what comes back in their places. */
function changedLines(before: string, after: string, change: (lines: string) => string): string {
  if (before === after) return after
  const old = before.split('\n')
  const now = after.split('\n')
  if (old.length !== now.length) return change(after)
  const touched = now.filter((line, index) => line !== old[index])
  const changed = change(touched.join('\n')).split('\n')
  if (changed.length !== touched.length) return change(after)
  let next = 0
  return now.map((line, index) => (line === old[index] ? line : (changed[next++] ?? ''))).join('\n')
}

/** What is left when a secret has gone may have the form of one itself. */
function withoutSecrets(text: string): string {
  let bare = text
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const spans = secretSpans(bare)
    if (spans.length === 0) break
    bare = applySpans(bare, spans)
  }
  return bare
}

function* unfolded(text: string, clean: (inner: string) => string): Generator<Span> {
  for (const { start, end, inner, token } of tokens(text)) {
    const cleaned = clean(inner)
    if (cleaned === inner) continue
    const alphabet = /[-_]/.test(token) ? 'base64url' : 'base64'
    const encoded = Buffer.from(cleaned, 'latin1').toString(alphabet)
    yield {
      start,
      end,
      replacement: token.endsWith('=') || alphabet === 'base64url' ? encoded : encoded.replaceAll('=', ''),
    }
  }
}

interface Token {
  readonly start: number
  readonly end: number
  readonly token: string
  /** What it is the base64 of: text. */
  readonly inner: string
}

/** Words that are the base64 of text: keys of the database, and what else somebody wraps up. */
function* tokens(text: string): Generator<Token> {
  for (const { index, found: word } of base64WordsIn(text)) {
    const whole = textOf(word)
    if (whole !== null) yield { start: index, end: index + word.length, token: word, inner: whole }
    else {
      // The last part of a path, perhaps.
      for (const { index: at, 0: part } of word.matchAll(/[A-Za-z0-9+]{12,}={0,2}/g)) {
        const inner = part === word ? null : textOf(part)
        if (inner !== null) yield { start: index + at, end: index + at + part.length, token: part, inner }
      }
    }
  }
}

function textOf(word: string): string | null {
  // Of what only looks like base64 the first bytes are hardly ever all letters.
  const head = Buffer.from(word.slice(0, 16), 'base64')
  if (!head.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09))
    return null
  if (word.replace(/=+$/, '').length % 4 === 1) return null
  const bytes = Buffer.from(word, 'base64')
  return bytes.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
    ? bytes.toString('latin1')
    : null
}
