import type { Evidence, Found, Unreadable } from '../model/artifact.js'
import type { MachineSystem } from '../model/catalogue.js'
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

/** What a machine calls itself, in part of its files; null where they do not tell. */
export interface Machine {
  readonly name: string | null
  readonly id: string | null
  readonly system: MachineSystem['system']
}

/** Everything below one root. */
interface Fragment {
  readonly root: EntryPath
  readonly items: readonly Item[]
}

/** More roots than any bundle of one machine has archives. */
const FRAGMENTS_MAX = 50

/**
 * Hosts are found by markers: a folder below which an artifact lies where a machine has it. The root nearest the top wins, so
 * a copy kept inside another host's tree is no host of its own. Roots side by side are one machine when each holds other files
 * of it and none contradicts: what several collectors and commands packed, in archives or folders of their own. Files out of
 * their place go to the host around them, else to the only host there is. Without any marker, whatever was recognised makes
 * one host. A file that only its content tells may be a copy of older days, so it counts where nothing of its kind lies at a
 * known place.
 */
export function hostsOf({ items: every }: Gathered, who: (part: HostEvidence) => Machine): HostEvidence[] {
  const known = new Set(every.flatMap(({ match }) => (match.layout === 'content' ? [] : [match.artifact.id])))
  const items = every.filter(({ match }) => match.layout !== 'content' || !known.has(match.artifact.id))
  const placed = items.filter(({ match }) => match.layout === 'host' || match.layout === 'collector')
  const marked = outermost(placed.filter(({ match }) => match.artifact.marksHost).map(({ match }) => match.root))
  const roots = outermost(placed.map(({ match }) => match.root))
  if (roots.length === 0) return items.length === 0 ? [] : [assemble('', items)]

  const machines = joined(fragments(items, marked.length > 0 ? marked : roots), who)
  const [machine] = machines
  if (machine === undefined || machines.length > 1) return machines.map((one) => assemble(one.root, one.items))
  const own = new Set(machine.items)
  const rest = items.filter((item) => !own.has(item))
  // What marks no host, such as a list of packages, was packed of this one when it has none of it.
  const others = fragments(
    placed.filter((item) => !own.has(item)),
    roots,
  ).filter((part) => !marked.includes(part.root) && disjoint(part.items, machine.items))
  const loose = rest.filter(({ match }) => match.layout === 'loose' || match.layout === 'content')
  const all = together([machine, ...others])
  return [assemble(all.root, [...new Set([...all.items, ...loose])])]
}

function fragments(items: readonly Item[], roots: readonly EntryPath[]): Fragment[] {
  const byRoot = new Map<EntryPath, Item[]>(roots.map((root) => [root, []]))
  for (const item of items) {
    const root = homeOf(item, byRoot)
    if (root !== undefined) byRoot.get(root)?.push(item)
  }
  return [...byRoot].map(([root, own]) => ({ root, items: own }))
}

function homeOf({ match }: Item, roots: ReadonlyMap<EntryPath, unknown>): EntryPath | undefined {
  if (match.layout === 'host') return roots.has(match.root) ? match.root : undefined
  return [...roots.keys()].find((root) => within(match.root, root))
}

/** Fragments of one machine as one, as long as it is plain which belong together: all of a group to all others of it. */
function joined(parts: readonly Fragment[], who: (part: HostEvidence) => Machine): Fragment[] {
  if (parts.length < 2 || parts.length > FRAGMENTS_MAX) return [...parts]
  const named = parts.map((part) => ({ part, machine: who(assemble(part.root, part.items)) }))
  const fits = (a: (typeof named)[number], b: (typeof named)[number]): boolean =>
    agree(a.machine, b.machine) && disjoint(a.part.items.filter(marks), b.part.items.filter(marks))
  const done = new Set<(typeof named)[number]>()
  return named.flatMap((first) => {
    if (done.has(first)) return []
    const group = named.filter((other) => other === first || fits(first, other))
    const plain = group.every((a) => named.every((b) => a === b || group.includes(b) === fits(a, b)))
    for (const one of plain ? group : [first]) done.add(one)
    return [plain ? together(group.map(({ part }) => part)) : first.part]
  })
}

function marks({ match }: Item): boolean {
  return match.artifact.marksHost
}

function agree(a: Machine, b: Machine): boolean {
  const same = (x: string | null, y: string | null): boolean =>
    x === null || y === null || x.toLowerCase() === y.toLowerCase()
  return same(a.name, b.name) && same(a.id, b.id) && a.system === b.system
}

/** Names of folders are told by many. */
function disjoint(a: readonly Item[], b: readonly Item[]): boolean {
  const kinds = new Set(a.filter(isRead).map(({ match }) => match.artifact.id))
  return !b.some((item) => isRead(item) && kinds.has(item.match.artifact.id))
}

function isRead({ match }: Item): boolean {
  return match.artifact.reading.how !== 'name'
}

/** What two collectors both took, such as the system's log, would count twice: that of the first counts. */
function together(parts: readonly Fragment[]): Fragment {
  const [first, ...others] = parts
  if (first === undefined || others.length === 0) return first ?? { root: '', items: [] }
  const taken = new Map<string, Fragment>()
  const items = parts.flatMap((part) =>
    part.items.filter((item) => {
      if (!isRead(item)) return true
      const { id } = item.match.artifact
      const owner = taken.get(id) ?? part
      taken.set(id, owner)
      return owner === part
    }),
  )
  return { root: commonFolder(parts.map(({ root }) => root)), items }
}

function commonFolder([first = '', ...others]: readonly EntryPath[]): EntryPath {
  const segments = first.split('/')
  const length = segments.findIndex(
    (_, at) => !others.every((other) => within(other, segments.slice(0, at + 1).join('/'))),
  )
  return segments.slice(0, length < 0 ? segments.length : length).join('/')
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
