import { tokens, unfolded } from './base64.js'
import type { EndIn } from './containers.js'
import { FORM_NAMES, standIn, type Formed } from './forms.js'
import { standInForKnown, type KnownValues } from './known.js'
import { lookingFor, type Seen } from './look.js'
import type { Pseudonyms } from './pseudonyms.js'
import { applySpans, type Span } from './spans.js'

/** Takes secrets out of a text and puts pseudonyms in. Texts are bytes, a character each, in whole lines. */
export interface Cleaner {
  /** `addresses` is false in lists of packages. */
  clean(text: string, addresses: boolean): string
  /** The same for a text that may go on. */
  cleanPart(text: string, addresses: boolean): Part
  /** The kinds of what a text still holds and must not. Empty for a text that is clean. */
  leaks(text: string, addresses: boolean): string[]
}

export interface Part {
  readonly text: string
  /** What must go and has not ended with it: the rest of that goes, too. */
  readonly open: EndIn | null
}

interface Bare {
  readonly text: string
  readonly seen: Seen
}

/** Base64 inside base64 is followed so far. */
const FOLDS_MAX = 2
const ROUNDS_MAX = 8

export function cleaner(known: KnownValues, pseudonyms: Pseudonyms, secretsOnly: boolean): Cleaner {
  const look = lookingFor(known, secretsOnly)

  const clean = (text: string, addresses: boolean, folds: number, first = look(text, addresses)): string => {
    const bare = withoutSecrets(text, addresses, first)
    const open =
      folds < FOLDS_MAX ? applySpans(bare.text, [...unfolded(bare.text, inside(addresses, folds))]) : bare.text
    const seen = open === bare.text ? bare.seen : look(open, addresses)
    const named = applySpans(open, namedSpans(open, seen))
    return folds > 0 ? named : changedLines(text, named, (lines) => settled(lines, addresses))
  }
  const inside = (addresses: boolean, folds: number) => (inner: string) => clean(inner, addresses, folds + 1)

  const namedSpans = (text: string, { encoded, known: places, formed }: Seen): Span[] => [
    // What is still encoded could not be decoded: it stands in a longer word.
    ...encoded,
    ...places.map((place) => standInForKnown(text, place, pseudonyms)),
    ...formed.map(formedSpan),
  ]
  const formedSpan = (formed: Formed): Span => ({
    start: formed.start,
    end: formed.end,
    replacement: standIn(formed, pseudonyms),
  })
  const isStraggler = ({ original }: Formed): boolean => !pseudonyms.isOwn(original)

  /** What is left when a secret has gone may have the form of one itself. */
  const withoutSecrets = (text: string, addresses: boolean, first: Seen): Bare => {
    let bare = text
    let seen = first
    for (let round = 0; round < ROUNDS_MAX && seen.secrets.length > 0; round++) {
      bare = applySpans(bare, seen.secrets)
      seen = look(bare, addresses)
    }
    return { text: bare, seen }
  }

  /** What was replaced may have been what told its neighbour from an address, a name or a secret. */
  const settled = (text: string, addresses: boolean): string => {
    let current = text
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const seen = look(current, addresses)
      const bare = withoutSecrets(current, addresses, seen)
      const formed = bare.seen.formed.filter(isStraggler)
      const next = applySpans(bare.text, namedSpans(bare.text, { ...bare.seen, formed }))
      if (next === current) break
      current = next
    }
    return current
  }

  const leaks = (text: string, addresses: boolean, folds: number): string[] => {
    const seen = look(text, addresses)
    return [
      ...seen.secrets.map(({ kind }) => kind),
      ...seen.known.map(({ kind }) => (kind === 'secret' ? 'a secret' : `the name of a ${kind}`)),
      ...seen.encoded.map(() => 'a known value in base64'),
      ...seen.formed.filter(isStraggler).map(({ form }) => FORM_NAMES[form]),
      ...(folds < FOLDS_MAX ? [...tokens(text)].flatMap(({ inner }) => leaks(inner, addresses, folds + 1)) : []),
    ]
  }

  return {
    clean: (text, addresses) => clean(text, addresses, 0),
    cleanPart(text, addresses) {
      const seen = look(text, addresses)
      return { text: clean(text, addresses, 0, seen), open: openIn(seen) }
    },
    leaks: (text, addresses) => [...new Set(leaks(text, addresses, 0))],
  }
}

/** Of the outermost: what is quoted in another that has ended is not open. */
function openIn({ secrets }: Seen): EndIn | null {
  const order = secrets.toSorted((a, b) => a.start - b.start)
  const found = order.find(({ open }) => typeof open === 'function')
  return found?.open === undefined || order.some(({ start, end }) => start < found.start && end > found.start)
    ? null
    : found.open
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
