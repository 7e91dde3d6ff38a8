import type { EntryPath } from '../model/locator.js'
import type { LinkTarget } from '../model/source.js'

/** Links followed one after the other before the way is given up; a circle ends there too. */
const HOPS_MAX = 8

/**
 * The path that a link means in the end, whatever links lie on the way, folders included. `root` is where the machine that
 * holds the link begins, for absolute targets. Undefined when the way is too long.
 */
export function follow(
  first: LinkTarget,
  links: ReadonlyMap<EntryPath, LinkTarget>,
  root: EntryPath,
): EntryPath | undefined {
  let path = placed(first, root)
  for (let hops = 1; hops <= HOPS_MAX; hops++) {
    const next = step(path, links, root)
    if (next === undefined) return path
    path = next
  }
  return undefined
}

/** The first part of the way that is a link, replaced by what it means. */
function step(path: EntryPath, links: ReadonlyMap<EntryPath, LinkTarget>, root: EntryPath): EntryPath | undefined {
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    const link = links.get(end < 0 ? path : path.slice(0, end))
    if (link !== undefined) return placed(link, root) + (end < 0 ? '' : path.slice(end))
    if (end < 0) return undefined
  }
}

function placed({ path, absolute, within }: LinkTarget, root: EntryPath): EntryPath {
  // The machine's root lies in the same archive, or around it.
  return absolute && root !== '' && root.startsWith(within) ? `${root}/${path.slice(within.length)}` : path
}
