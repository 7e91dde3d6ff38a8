import type { Evidence, Found, Unreadable } from '../model/artifact.js'
import type { MachineSystem } from '../model/catalogue.js'
import type { FoundSecrets } from '../model/input.js'
import type { EntryPath } from '../model/locator.js'
import type { SourceProblem } from '../model/source.js'
import type { Instant } from '../model/time.js'
import { inMachine } from '../sources/nested.js'
import type { Gathered, Item } from './gather.js'

/** Everything one host left in one input. */
export interface HostEvidence {
  readonly root: EntryPath
  /** What stands before the places of its artifacts in the input. */
  readonly folders: readonly EntryPath[]
  readonly found: ReadonlyMap<string, Found<unknown>>
  readonly sha256: ReadonlyMap<EntryPath, string>
  readonly newest: { readonly path: EntryPath; readonly time: Instant } | null
  readonly secrets: readonly FoundSecrets[]
  /** Met while reading what belongs to this host. */
  readonly problems: readonly SourceProblem[]
}

/** What part of a machine's files tell: what it calls itself, and when they were taken; null where they do not tell. */
export interface Machine {
  readonly name: string | null
  readonly id: string | null
  readonly system: MachineSystem['system']
  /** When a collector says that it began. */
  readonly taken: Instant | null
  /** The newest time inside any log. */
  readonly logged: Instant | null
}

export type Who = (part: HostEvidence) => Machine

export interface Hosts {
  readonly hosts: readonly HostEvidence[]
  /** Where files of a host lie again, which do not count. */
  readonly copies: readonly EntryPath[]
}

/** Everything below one root, or below several that belong together: the first of them decides. */
interface Fragment {
  readonly roots: readonly EntryPath[]
  readonly items: readonly Item[]
}

/** More roots than any bundle of one machine has archives. */
const FRAGMENTS_MAX = 50

/** Below one machine; each has to be asked whose it is. */
const INNER_MAX = 500

/** No clock fits two collectors that ran further apart: what the earlier one took would look as if it had stopped. */
const APART_MS = 15 * 60_000

/**
 * Hosts are found by markers: a folder below which an artifact lies where a machine has it. Roots side by side, or one below
 * the other, are one machine when each holds other files of it, none contradicts and their collectors ran together: what
 * several collectors and commands packed, in archives or folders of their own. Below a machine the files nearest the top count;
 * another copy of them is no host of its own. Files out of their place go to the host around them, else to the only host there
 * is. Without any marker, whatever was recognised makes one host. A file that only its content tells may be a copy of older
 * days, so it counts where nothing of its kind lies at a known place.
 */
export function hostsOf({ items: every }: Pick<Gathered, 'items'>, who: Who): Hosts {
  const known = new Set(every.flatMap(({ match }) => (match.layout === 'content' ? [] : [match.artifact.id])))
  const items = every.filter(({ match }) => match.layout !== 'content' || !known.has(match.artifact.id))
  const placed = items.filter(isPlaced)
  if (placed.length === 0) return { hosts: items.length === 0 ? [] : [assemble({ roots: [''], items })], copies: [] }

  const marked = placed.filter(marks)
  const copies: EntryPath[] = []
  const parts = fragments(items, marked.length > 0 ? marked : placed)
  const machines = machinesOf(parts, who, copies)
  const homes = new Set(parts.flatMap((part) => part.items))
  const rest = items.filter((item) => !homes.has(item))
  // What marks no host, such as a list of packages, was packed of the one around it or of the only one, when that has none.
  // What a collector calls its folders is no place of the machine.
  const unmarked = fragments(
    rest,
    rest.filter((item) => isPlaced(item) && item.match.artifact.layout === undefined),
  )
  const loose = rest.filter((item) => !isPlaced(item))
  const only = machines.length === 1
  const hosts = machines.map((machine) => {
    const more = unmarked.filter((part) => {
      const outer = machine.roots.find((root) => within(rootOf(part), root))
      return (outer === undefined ? only : !isMachines(rootOf(part), outer)) && disjoint(part.items, machine.items)
    })
    const { roots, items: own } = together([machine, ...more])
    return assemble({ roots, items: only ? [...own, ...loose] : own })
  })
  return { hosts, copies }
}

/** One fragment for each root of `markers`, outer ones first; every item goes to the nearest. */
function fragments(items: readonly Item[], markers: readonly Item[]): Fragment[] {
  const roots = [...new Set(markers.map(({ match }) => match.root))].sort()
  const byRoot = new Map<EntryPath, Item[]>(roots.map((root) => [root, []]))
  for (const item of items) {
    const { layout, root } = item.match
    byRoot.get(layout === 'host' ? root : (enclosing(root, byRoot) ?? root))?.push(item)
  }
  return [...byRoot].map(([root, own]) => ({ roots: [root], items: own }))
}

/** The machines that the parts are of. `copies` is filled with the roots of what one of them has nearer the top. */
function machinesOf(parts: readonly Fragment[], who: Who, copies: EntryPath[]): Fragment[] {
  if (parts.length === 0) return []
  const tops = new Set(outermost(parts.map(rootOf)))
  const isTop = (part: Fragment): boolean => tops.has(rootOf(part))
  const inner = parts.filter((part) => !isTop(part)).slice(0, INNER_MAX)
  const strangers: Fragment[] = []
  const machines = joined(parts.filter(isTop), who).map((machine) => {
    let whole = machine
    const left: EntryPath[] = []
    for (const part of inner) {
      const root = rootOf(part)
      const outer = machine.roots.find((one) => within(root, one))
      if (outer === undefined || isMachines(root, outer) || left.some((one) => within(root, one))) continue
      const kin = strangers.some((one) => within(root, rootOf(one))) ? 'stranger' : kinOf(part, whole, who)
      if (kin === 'part') whole = together([whole, part])
      else if (kin === 'stranger') strangers.push(part)
      else left.push(root)
    }
    copies.push(...left)
    return whole
  })
  return [...machines, ...machinesOf(strangers, who, copies)]
}

/** What lies below a machine is more of it, another machine's files, or the same ones of another day. */
function kinOf(part: Fragment, whole: Fragment, who: Who): 'part' | 'stranger' | 'copy' {
  const [inner, outer] = [who(assemble(part)), who(assemble(whole))]
  // Folders of Windows are a share, or another disk of this machine.
  if (inner.system !== outer.system) return 'copy'
  if (!agree(inner, outer)) return 'stranger'
  if (disjoint(part.items.filter(marks), whole.items.filter(marks))) return apart(inner, outer) ? 'stranger' : 'part'
  const [times, others] = [inner, outer].map(({ taken, logged }) => taken ?? logged)
  return times != null && others != null && Math.abs(times - others) <= APART_MS ? 'part' : 'copy'
}

/** Fragments of one machine as one, as long as it is plain which belong together: all of a group to all others of it. */
function joined(parts: readonly Fragment[], who: Who): Fragment[] {
  if (parts.length < 2 || parts.length > FRAGMENTS_MAX) return [...parts]
  const named = parts.map((part) => ({ part, machine: who(assemble(part)) }))
  const fits = (a: (typeof named)[number], b: (typeof named)[number]): boolean =>
    agree(a.machine, b.machine) &&
    !apart(a.machine, b.machine) &&
    disjoint(a.part.items.filter(marks), b.part.items.filter(marks))
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

function isPlaced({ match }: Item): boolean {
  return match.layout === 'host' || match.layout === 'collector'
}

function agree(a: Machine, b: Machine): boolean {
  const same = (x: string | null, y: string | null): boolean =>
    x === null || y === null || x.toLowerCase() === y.toLowerCase()
  return same(a.name, b.name) && same(a.id, b.id) && a.system === b.system
}

function apart(a: Machine, b: Machine): boolean {
  return a.taken !== null && b.taken !== null && Math.abs(a.taken - b.taken) > APART_MS
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
  return { roots: parts.flatMap(({ roots }) => roots), items }
}

function rootOf({ roots: [root = ''] }: Fragment): EntryPath {
  return root
}

function commonFolder([first = '', ...others]: readonly EntryPath[]): EntryPath {
  const segments = first.split('/')
  const length = segments.findIndex(
    (_, at) => !others.every((other) => within(other, segments.slice(0, at + 1).join('/'))),
  )
  return segments.slice(0, length < 0 ? segments.length : length).join('/')
}

/** The nearest of `roots` at or above a path; undefined also for a path that is undefined. */
function enclosing(
  path: EntryPath | undefined,
  roots: { readonly has: (root: EntryPath) => boolean },
): EntryPath | undefined {
  for (let at = path; at !== undefined; at = parent(at)) if (roots.has(at)) return at
  return undefined
}

function parent(path: EntryPath): EntryPath | undefined {
  return path === '' ? undefined : path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Whether a path below a machine's root lies in its own folders: there it is a copy, whatever it holds. */
function isMachines(path: EntryPath, root: EntryPath): boolean {
  return inMachine(`${path.slice(root.length)}/`)
}

/** Of some folders those that lie in no other of them, in order. */
function outermost(roots: readonly EntryPath[]): EntryPath[] {
  const every = new Set(roots)
  return [...every].filter((root) => enclosing(parent(root), every) === undefined).sort()
}

function within(path: EntryPath, root: EntryPath): boolean {
  return root === '' || path === root || path.startsWith(`${root}/`)
}

/** A file out of its place tells only where nothing better does. */
function foldersOf(items: readonly Item[]): EntryPath[] {
  const placed = items.filter(isPlaced)
  return [...new Set((placed.length > 0 ? placed : items).map(({ match }) => match.root))]
}

function assemble({ roots, items }: Fragment): HostEvidence {
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
  return {
    root: commonFolder(roots),
    folders: foldersOf(items),
    found,
    sha256,
    newest,
    secrets,
    problems,
  }
}
