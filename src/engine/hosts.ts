import type { Evidence, Found, Unreadable } from '../model/artifact.js'
import type { FoundSecrets } from '../model/input.js'
import type { EntryPath } from '../model/locator.js'
import type { SourceProblem } from '../model/source.js'
import type { Instant } from '../model/time.js'
import type { Gathered, Item } from './gather.js'

/** Everything one host left in one input. */
export interface HostEvidence {
  readonly root: EntryPath
  readonly found: ReadonlyMap<string, Found<unknown>>
  readonly sha256: ReadonlyMap<EntryPath, string>
  readonly newest: { readonly path: EntryPath; readonly time: Instant } | null
  readonly secrets: readonly FoundSecrets[]
  /** Met while reading what belongs to this host. */
  readonly problems: readonly SourceProblem[]
}

/**
 * Hosts are found by markers: a folder below which an artifact lies where a machine has it. The root nearest the top wins, so
 * a copy kept inside another host's tree is no host of its own. Files out of their place go to the host around them, else to
 * the only host there is. Without any marker, whatever was recognised makes one host. A file that only its content tells may be
 * a copy of older days, so it counts where nothing of its kind lies at a known place.
 */
export function hostsOf({ items: every }: Gathered): HostEvidence[] {
  const known = new Set(every.flatMap(({ match }) => (match.layout === 'content' ? [] : [match.artifact.id])))
  const items = every.filter(({ match }) => match.layout !== 'content' || !known.has(match.artifact.id))
  const placed = items.filter(({ match }) => match.layout === 'host' || match.layout === 'collector')
  const marked = outermost(placed.filter(({ match }) => match.artifact.marksHost).map(({ match }) => match.root))
  const roots = marked.length > 0 ? marked : outermost(placed.map(({ match }) => match.root))
  if (roots.length === 0) return items.length === 0 ? [] : [assemble('', items)]

  const byRoot = new Map<EntryPath, Item[]>(roots.map((root) => [root, []]))
  for (const item of items) {
    const root = homeOf(item, roots)
    if (root !== undefined) byRoot.get(root)?.push(item)
  }
  return [...byRoot].map(([root, items]) => assemble(root, items))
}

function homeOf({ match }: Item, roots: readonly EntryPath[]): EntryPath | undefined {
  if (match.layout === 'host') return roots.find((root) => root === match.root)
  const around = roots.find((root) => within(match.root, root))
  return around ?? (roots.length === 1 ? roots[0] : undefined)
}

function outermost(roots: readonly EntryPath[]): EntryPath[] {
  const kept: EntryPath[] = []
  for (const root of [...new Set(roots)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    if (!kept.some((outer) => within(root, outer))) kept.push(root)
  }
  return kept.sort()
}

function within(path: EntryPath, root: EntryPath): boolean {
  return root === '' || path === root || path.startsWith(`${root}/`)
}

function assemble(root: EntryPath, items: readonly Item[]): HostEvidence {
  const found = new Map<string, { good: Evidence<unknown>[]; bad: Unreadable[] }>()
  const sha256 = new Map<EntryPath, string>()
  const secrets: FoundSecrets[] = []
  const problems: SourceProblem[] = []
  let newest: HostEvidence['newest'] = null
  for (const { match, outcome, sha256: digest, secrets: own, ...stat } of items.toSorted((a, b) =>
    a.path < b.path ? -1 : 1,
  )) {
    const slot = found.get(match.artifact.id) ?? { good: [], bad: [] }
    found.set(match.artifact.id, slot)
    if (outcome.ok) slot.good.push({ ...stat, value: outcome.value, problems: outcome.problems })
    else slot.bad.push({ ...stat, problems: outcome.problems })
    if (digest !== null) sha256.set(stat.path, digest)
    if (stat.kind === 'file' && stat.mtime !== null && stat.mtime > (newest?.time ?? 0))
      newest = { path: stat.path, time: stat.mtime }
    secrets.push(...own)
    for (const problem of outcome.problems) problems.push({ ...problem, path: stat.path })
  }
  return { root, found, sha256, newest, secrets, problems }
}
