import { Finder, finderLater } from './finder.js'
import { ADDRESS_SIGNS, FORM_SIGNS, type FormDetector, type Formed } from './forms.js'
import { encodedAt, knownAt, neighbourOf, type KnownPlace, type KnownSign, type KnownValues } from './known.js'
import { SECRET_SIGNS, secretsIn, type SecretDetector, type SecretSpan } from './secrets.js'
import type { Span } from './spans.js'

/** What stands in a text that must not, by how it was found out. Each in the order of the text. */
export interface Seen {
  readonly secrets: readonly SecretSpan[]
  readonly known: readonly KnownPlace[]
  /** Words in base64 with a known value inside. */
  readonly encoded: readonly Span[]
  readonly formed: readonly Formed[]
}

type Sign =
  | { readonly of: 'secret'; readonly detect: SecretDetector; readonly rank: number }
  | { readonly of: 'form'; readonly detect: FormDetector; readonly address: boolean }
  | { readonly of: 'known'; readonly sign: KnownSign }

const SECRETS = SECRET_SIGNS.map(({ word, tag }, rank) => ({ word, tag: { of: 'secret' as const, detect: tag, rank } }))
const FORMS = [
  ...FORM_SIGNS.map((sign) => ({ ...sign, tag: { of: 'form' as const, detect: sign.tag, address: false } })),
  ...ADDRESS_SIGNS.map((sign) => ({ ...sign, tag: { of: 'form' as const, detect: sign.tag, address: true } })),
]

const onlySecrets = finderLater<Sign>(SECRETS)
const everything = finderLater<Sign>(FORMS, onlySecrets)

/** Looks through a text once for everything. `addresses` is false in lists of packages. */
export type Look = (text: string, addresses: boolean) => Seen

export function lookingFor(known: KnownValues, secretsOnly: boolean): Look {
  const base = secretsOnly ? onlySecrets() : everything()
  let signs: ReturnType<KnownValues['signs']> = []
  let all = base

  return (text, addresses) => {
    if (signs !== known.signs()) {
      signs = known.signs()
      all = new Finder(
        signs.map((one) => ({ ...one, tag: { of: 'known' as const, sign: one.tag } })),
        base,
      )
    }
    const seen = {
      secrets: [] as (SecretSpan & { readonly rank: number })[],
      known: [] as KnownPlace[],
      encoded: [] as Span[],
      formed: [] as Formed[],
    }
    const secret = secretsIn(text)
    all.find(text, (sign, at, end) => {
      if (sign.of === 'secret') {
        const found = secret(sign.detect, at, end)
        if (found !== null) seen.secrets.push({ ...found, rank: sign.rank })
      } else if (sign.of === 'form') {
        if (sign.address && !addresses) return
        const found = sign.detect(text, at)
        if (found !== null) seen.formed.push(found)
      } else if (sign.sign.is === 'base64') {
        if (text.startsWith(sign.sign.piece, at)) seen.encoded.push(encodedAt(text, at, end))
      } else {
        const found = knownAt(text, sign.sign.kind, at, end)
        if (found !== null) addLongest(seen.known, found)
      }
    })
    // The more telling stand-in of two that lie on each other.
    seen.secrets.sort((a, b) => a.rank - b.rank)
    return {
      ...seen,
      known: seen.known.flatMap((place, index) => {
        const neighbour = neighbourOf(text, place, seen.known[index - 1]?.end ?? 0)
        return neighbour === null ? [place] : [neighbour, place]
      }),
    }
  }
}

/** Of places that overlap the first counts, of those with the same start a secret, or else the longest. */
function addLongest(places: KnownPlace[], place: KnownPlace): void {
  const last = places.at(-1)
  if (last === undefined || place.start >= last.end) places.push(place)
  else if (
    place.start === last.start &&
    (last.kind !== 'secret' || place.kind === 'secret') &&
    (place.kind === 'secret' || place.end > last.end)
  )
    places[places.length - 1] = place
}
