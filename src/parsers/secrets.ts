import type { SecretPlace, SecretScanner } from '../model/input.js'
import { SECRET_PATTERNS, type SecretKind, type SecretPattern } from './secret-patterns.js'

/** The longest secret that is recognised as a whole, and how far before a needle one may begin. */
const AHEAD = 16 * 1024
const BACK = 512
const PLACES_MAX = 3
/** Needles of one kind looked at in one entry: a file made of them must not take minutes. */
const TRIES_MAX = 100_000
const BLOCK = 128 * 1024

/** Only whole ones count: the beginnings of tokens that logs print give nobody access. */
const DETECTORS = SECRET_PATTERNS.filter(({ whole }) => whole)

/**
 * Looks for secrets in clear, such as
 *
 *     "access_token": "eyJ0eXAi….eyJhdWQi….c2lnbmF0…"      export MDSD_PROXY_PASSWORD=…
 *     https://st.blob.core.windows.net/c/f?sv=2024-05-04&sig=…%3D     http://user:…@proxy.example:3128
 *
 * Bytes pass once, in pieces of any size; a secret may lie across two. What was found is told by place and length only.
 */
export function secretScanner(): SecretScanner {
  const found = new Map<SecretKind, { count: number; places: SecretPlace[] }>()
  const tries = new Map<SecretPattern, number>()
  /** Bytes not decided yet with those before them that may belong to a secret; `start` is where they begin in the entry. */
  let block: Buffer = Buffer.alloc(0)
  let used = 0
  let start = 0
  /** Needles before this place of the entry have been decided. */
  let decided = 0

  const add = (kind: SecretKind, offset: number, length: number): void => {
    const known = found.get(kind) ?? { count: 0, places: [] }
    found.set(kind, known)
    known.count += 1
    if (known.places.length < PLACES_MAX) known.places.push({ kind, offset, length })
  }

  /** Decides the needles between `decided` and `until`. */
  const look = (until: number): void => {
    const held = block.subarray(0, used)
    for (const detector of DETECTORS) {
      const { kind, needle, pattern, before, holds } = detector
      let tried = tries.get(detector) ?? 0
      let at = held.indexOf(needle, decided - start, 'latin1')
      while (at >= 0 && start + at < until && tried < TRIES_MAX) {
        tried += 1
        let next = at + needle.length
        const head = leadOf(held.toString('latin1', Math.max(0, at - BACK), at), before, holds)
        if (head !== null) {
          pattern.lastIndex = 0
          const hit = pattern.exec(held.toString('latin1', at, at + AHEAD))
          if (hit !== null) {
            add(kind, start + at - head, head + hit[0].length)
            next = at + Math.max(needle.length, hit[0].length)
          }
        }
        at = held.indexOf(needle, next, 'latin1')
      }
      tries.set(detector, tried)
    }
    decided = until
  }

  return {
    push(chunk) {
      if (block.length === 0) block = Buffer.alloc(BLOCK)
      for (let at = 0; at < chunk.length;) {
        const part = chunk.subarray(at, at + BLOCK - used)
        block.set(part, used)
        used += part.length
        at += part.length
        if (used < BLOCK) return
        look(start + used - AHEAD)
        const keep = decided - BACK - start
        block.copyWithin(0, keep, used)
        start += keep
        used -= keep
      }
    },
    end() {
      look(start + used)
      return [...found].map(([kind, { count, places }]) => ({ kind, count, places }))
    },
  }
}

/** How many characters before the needle belong to what was found; null when what stands there rules it out. */
function leadOf(text: string, before: RegExp, holds: string | undefined): number | null {
  if (holds === undefined) return before.exec(text)?.[0].length ?? null
  const at = text.lastIndexOf(holds)
  return at < 0 ? null : (before.exec(text.slice(Math.max(0, at - 22)))?.[0].length ?? null)
}
