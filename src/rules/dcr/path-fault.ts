/** No path on Linux can be longer. */
const PATH_MAX = 4096

/**
 * Why nothing can match a tracked path, as the end of a sentence that begins with it; null when it can be used. Two styles
 * occur, regex-like `/etc/.*.conf` and glob `/etc/*.conf`; a wildcard may stand in the last segment only.
 */
export function pathFault(path: string | null): string | null {
  if (path === null || path.trim() === '') return 'is empty'
  if (!path.startsWith('/')) return 'does not begin with /'
  if (path.length > PATH_MAX) return 'is longer than a path can be'
  if (path.includes('//')) return 'has an empty segment'
  const cut = path.lastIndexOf('/')
  // An escaped character stands for itself.
  if (/[*?]/.test(path.slice(0, cut).replaceAll(/\\./g, ''))) return 'has a wildcard before its last segment'
  const last = path.slice(cut + 1)
  return !compiles(last) && !isGlob(last) && !isPlain(last) ? 'ends in a pattern that cannot be read' : null
}

/** The agent’s dialect has inline flags and named groups that this one spells otherwise. */
function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern.replace(/^\(\?[imsU]+\)/, '').replaceAll('(?P<', '(?<'))
    return true
  } catch {
    return false
  }
}

/** `.*` and `.+` mean that a regex was meant, unless a quantifier stands where no regex has one, as in `*.*`. */
function isGlob(pattern: string): boolean {
  const regexLike = /\.[*+]/.test(pattern) && !/^[*?]|\*\*/.test(pattern)
  return /[*?]/.test(pattern) && !regexLike && bracketsClose(pattern)
}

/** Without a wildcard it is the file’s name: `c++` is no regex, yet a file. Brackets left open belong to a broken regex. */
function isPlain(name: string): boolean {
  return !/[*?]|\\$/.test(name) && bracketsClose(name) && name.split('(').length === name.split(')').length
}

function bracketsClose(pattern: string): boolean {
  const open = pattern.indexOf('[')
  return open < 0 || pattern.indexOf(']', open + 2) > 0
}
