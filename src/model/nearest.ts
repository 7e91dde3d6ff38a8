/** Nobody mistypes a word into one this long, and comparing costs its length. */
const TYPED_MAX = 64

/** The word a mistyped one most likely meant, or undefined when none is near. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  if (typed.length > TYPED_MAX) return undefined
  const wanted = typed.toLowerCase()
  const ranked = words
    .map((word) => ({ word, distance: distance(wanted, word.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(2, Math.floor(wanted.length / 3)) ? best.word : undefined
}

/** Levenshtein distance with one row kept. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
