/** How far a text has come into an object or array of JSON: where the text goes on in another piece, so does this. */
interface OpenContainer {
  depth: number
  /** The quote of the string one is in. */
  quote: string | null
  /** How many backslashes stand before each of its quotes: 0 in plain JSON, 1 in JSON inside a string, 3 one deeper. */
  escapes: number
  /** How many stood last. */
  run: number
}

export function openContainer(escapes = 0): OpenContainer {
  return { depth: 0, quote: null, escapes, run: 0 }
}

/**
 * Behind the bracket that closes, or where the string around it ends, null where neither comes. What is quoted in another way than
 * its beginning says is read as it is quoted: then more is taken than need be, never less than up to the last closing bracket.
 */
export function endOfContainer(text: string, from: number, state = openContainer()): number | null {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\\') {
      state.run += 1
      continue
    }
    const { run } = state
    state.run = 0
    if (char === '"' || char === "'") {
      if (char === '"' && run < state.escapes && (state.quote !== null || isOuterEnd(text, at))) return at - run
      if (state.quote === null) Object.assign(state, { quote: char, escapes: run })
      else if (char === state.quote && run % (2 * (state.escapes + 1)) === state.escapes) state.quote = null
    } else if (state.quote !== null) continue
    else if (char === '{' || char === '[') state.depth += 1
    else if ((char === '}' || char === ']') && --state.depth === 0) return at + 1
  }
  return null
}

/** Whether a quote ends a string rather than to begin one. */
function isOuterEnd(text: string, at: number): boolean {
  return /^\s*(?:[,}\]\\]|$)/.test(text.slice(at + 1, at + 8))
}

/** What is left of lines whose content goes, so that all others keep their numbers. */
export function lineBreaks(text: string): string {
  return '\n'.repeat(text.split('\n').length - 1)
}

/** Where in the next piece of a text that ends which has not ended before it; null when it goes on there, too. */
export type EndIn = (next: string) => number | null

/** In front of the next `closing`. */
export function upTo(closing: string): EndIn {
  return (next) => {
    const at = next.indexOf(closing)
    return at < 0 ? null : at
  }
}

/** How the lines of logs begin: what was open in the line before was cut there. */
const LOG_LINE = /^(?:time="|\[?\d{4}[-/]\d\d[-/]\d\d[T ]|[A-Z][a-z]{2} [ \d]\d \d\d:)/m

/** Where a text that begins inside a line comes to the next line of a log, null when it does not. */
export function cutAt(text: string, from: number): number | null {
  const lines = text.indexOf('\n', from) + 1
  const line = lines === 0 ? undefined : LOG_LINE.exec(text.slice(lines))?.index
  return line === undefined ? null : lines + line
}

/** Passes over what began in a piece before. */
export interface OpenGuard {
  /** What of a piece stands behind it. */
  rest(text: string): string
  /** What the piece before left open. */
  open: EndIn | null
}

export function openGuard(): OpenGuard {
  return {
    open: null,
    rest(text) {
      if (this.open === null) return text
      const line = LOG_LINE.exec(text)?.index
      const end = this.open(line === undefined ? text : text.slice(0, line)) ?? line
      if (end !== undefined) this.open = null
      return lineBreaks(text.slice(0, end)) + text.slice(end ?? text.length)
    },
  }
}
