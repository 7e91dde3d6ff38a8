import { lineBreaks } from './containers.js'

/** A piece of a text and what stands there instead. `start` and `end` are character offsets, `end` exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** The text with its spans replaced. Spans that overlap become one, with the replacement of the first; lines stay lines. */
export function applySpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text
  const merged: Span[] = []
  for (const span of inOrder(spans)) {
    const last = merged.at(-1)
    if (last === undefined || span.start >= last.end) merged.push(span)
    else if (span.end > last.end) {
      const replacement = last.replacement + lineBreaks(text.slice(last.end, span.end))
      merged[merged.length - 1] = { ...last, end: span.end, replacement }
    }
  }
  const parts: string[] = []
  let done = 0
  for (const { start, end, replacement } of merged) {
    parts.push(text.slice(done, start), replacement)
    done = end
  }
  parts.push(text.slice(done))
  return parts.join('')
}

function inOrder(spans: readonly Span[]): readonly Span[] {
  const order = (a: Span, b: Span): number => a.start - b.start || b.end - a.end
  const isSorted = spans.every((span, index) => index === 0 || order(spans[index - 1] ?? span, span) <= 0)
  return isSorted ? spans : spans.toSorted(order)
}
