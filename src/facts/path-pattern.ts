import { baseName } from '../model/locator.js'
/**
 * Tells whether a tracked path of a rule, `destinationPath`, reaches a file. Two spellings occur, the expression
 * `/etc/.*.conf` and the shell’s `/etc/*.conf`; a hit of either counts, against the last part of the file’s path, and so does
 * the path itself. It leans towards yes: what is not documented must not accuse anybody.
 *
 * Patterns come from a customer’s file, so they are never handed to RegExp: matching takes length times length.
 */
export interface PathPattern {
  readonly matches: (path: string) => boolean
  /** The folder all hits lie in or below, without a last slash; the whole path where there is no wildcard. */
  readonly root: string
  /** It uses what is not understood here, so a hit proves nothing. */
  readonly vague: boolean
}

const LENGTH_MAX = 1000
const WILD = /[*?[\]+^$|(){}\\]/

/** Null for what can track nothing: an empty or relative path, or one of unreasonable length. */
export function pathPattern(destination: string, recurse: boolean | null): PathPattern | null {
  if (!destination.startsWith('/') || destination.length > LENGTH_MAX) return null
  const path = destination.trimEnd().replace(/\/{2,}/g, '/')
  const slash = path.lastIndexOf('/')
  const folder = path.slice(0, slash)
  const last = path.slice(slash + 1)
  const wild = folder.search(WILD)
  if (wild >= 0) {
    // Wildcards belong into the last part; where the agent would look is not known.
    const root = folder.slice(0, folder.lastIndexOf('/', wild))
    return { root, vague: true, matches: (file) => file.startsWith(`${root}/`) }
  }
  if (!WILD.test(last)) {
    const whole = last === '' ? folder : path
    return { root: whole, vague: false, matches: (file) => file === whole || file.startsWith(`${whole}/`) }
  }
  const expression = expressionAtoms(last)
  const glob = globAtoms(last)
  return {
    root: folder,
    vague: expression === 'vague',
    matches: (file) => {
      if (file === path) return true
      if (!file.startsWith(`${folder}/`)) return false
      const name = baseName(file)
      if (recurse === false && file.length !== folder.length + 1 + name.length) return false
      return expression === 'vague' || (expression !== null && run(expression, name)) || run(glob, name)
    },
  }
}

/** One character that may be there not at all, once or often. */
interface Atom {
  readonly fits: (char: string) => boolean
  readonly optional: boolean
  readonly repeats: boolean
}

const any = (): boolean => true

/** Null for what is no expression, such as `*.conf`; vague where it uses groups, alternatives or counts. */
function expressionAtoms(text: string): Atom[] | 'vague' | null {
  const atoms: Atom[] = []
  const end = text.endsWith('$') ? text.length - 1 : text.length
  for (let at = text.startsWith('^') ? 1 : 0; at < end;) {
    const part = onePart(text, at)
    if (part === null) return '*+?['.includes(text.charAt(at)) ? null : 'vague'
    at = part.end
    const mark = text.charAt(at)
    const marked = at < end && '*+?'.includes(mark)
    if (marked) at += 1
    atoms.push({ fits: part.fits, optional: marked && mark !== '+', repeats: marked && mark !== '?' })
  }
  return atoms
}

function onePart(text: string, at: number): { fits: Atom['fits']; end: number } | null {
  const char = text.charAt(at)
  if (char === '.') return { fits: any, end: at + 1 }
  if (char === '[') return classAt(text, at)
  if (char === '\\') {
    const escaped = text.charAt(at + 1)
    if (escaped === 'd') return { fits: (c) => /\d/.test(c), end: at + 2 }
    if (escaped === 'w') return { fits: (c) => /\w/.test(c), end: at + 2 }
    return escaped === '' || /[A-Za-z0-9]/.test(escaped) ? null : { fits: (c) => c === escaped, end: at + 2 }
  }
  return '*+?^$|(){}'.includes(char) ? null : { fits: (c) => c === char, end: at + 1 }
}

function globAtoms(text: string): Atom[] {
  const atoms: Atom[] = []
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at)
    const part = char === '[' ? classAt(text, at) : null
    if (part !== null) atoms.push({ fits: part.fits, optional: false, repeats: false })
    else if (char === '*') atoms.push({ fits: any, optional: true, repeats: true })
    else atoms.push({ fits: char === '?' ? any : (c) => c === char, optional: false, repeats: false })
    at = part?.end ?? at + 1
  }
  return atoms
}

/** `[a-z_]`, `[^a]`, `[!a]`; null when it does not end. */
function classAt(text: string, at: number): { fits: Atom['fits']; end: number } | null {
  const not = text.charAt(at + 1) === '^' || text.charAt(at + 1) === '!'
  const from = at + (not ? 2 : 1)
  const to = text.indexOf(']', from + 1)
  if (to < 0) return null
  const ranges: [low: string, high: string][] = []
  for (let i = from; i < to; i++) {
    const range = text.charAt(i + 1) === '-' && i + 2 < to
    ranges.push([text.charAt(i), text.charAt(range ? i + 2 : i)])
    if (range) i += 2
  }
  return { fits: (c) => ranges.some(([low, high]) => c >= low && c <= high) !== not, end: to + 1 }
}

/** All places in the pattern that the text so far can have led to, at once. */
function run(atoms: readonly Atom[], text: string): boolean {
  let places = new Uint8Array(atoms.length + 1)
  places[0] = 1
  skipOptional(atoms, places)
  for (const char of text) {
    const next = new Uint8Array(atoms.length + 1)
    for (const [index, atom] of atoms.entries()) {
      if (places[index] !== 1 || !atom.fits(char)) continue
      next[index + 1] = 1
      if (atom.repeats) next[index] = 1
    }
    skipOptional(atoms, next)
    places = next
  }
  return places[atoms.length] === 1
}

function skipOptional(atoms: readonly Atom[], places: Uint8Array): void {
  for (const [index, { optional }] of atoms.entries()) if (optional && places[index] === 1) places[index + 1] = 1
}
