import { WORKERS, type Worker } from '../knowledge/names.js'
import { fact } from '../model/fact.js'
import { atJson, type Locator } from '../model/locator.js'
import { duration, type Instant } from '../model/time.js'

import { agentRuns, type AgentRuns, type RunPause } from './agent-runs.js'
import { configCache, enableFlag, settingsOf, type CtDcr } from './ct-dcrs.js'
import { atEvent } from './log-view.js'
import { trackedFiles, type TrackedFiles } from './tracked-files.js'
import { trackedPaths, type TrackedPaths } from './tracked-paths.js'

/** One thing the agent left that fits some of the rules and not the others. */
export interface FollowWitness {
  /** The end of "it follows …:". */
  readonly says: string
  /** Ids of the rules it fits. */
  readonly fits: ReadonlySet<string>
  /** Since when, where it tells a time. */
  readonly since: Instant | null
  /** What it fitted before that, when it changed. */
  readonly before: ReadonlySet<string> | null
  readonly evidence: readonly Locator[]
}

export interface FollowedDcr {
  readonly dcrs: readonly CtDcr[]
  readonly witnesses: readonly FollowWitness[]
}

/** What tells which of several rules the agent follows: how often its workers run, and which files it tracks. */
export const followedDcr = fact({
  id: 'followedDcr',
  needs: { cache: configCache },
  optional: { runs: agentRuns, paths: trackedPaths, files: trackedFiles },
  compute: ({ cache, runs, paths, files }): FollowedDcr => {
    const dcrs = cache.ctDcrs
    if (dcrs.length < 2) return { dcrs, witnesses: [] }
    const cadences = runs === undefined ? [] : WORKERS.flatMap((worker) => cadence(worker, runs, dcrs) ?? [])
    const since = Math.max(0, ...cadences.map((witness) => (witness.before === null ? 0 : (witness.since ?? 0))))
    const tracked =
      paths === undefined || files == null || (files.written !== null && files.written < since)
        ? null
        : fittingPaths(dcrs, paths, files)
    return { dcrs, witnesses: tracked === null ? cadences : [...cadences, tracked] }
  },
})

/** So many pauses in a row make a habit; fewer may be a run that was missed. */
const HABIT = 3
const RECENT = 2 * HABIT

interface Asked {
  readonly id: string
  /** Seconds; null where the rule does not say it, so that any pause may be its. */
  readonly frequency: number | null
  readonly enabled: boolean
  readonly at: Locator | null
}

function cadence(worker: Worker, runs: AgentRuns, dcrs: readonly CtDcr[]): FollowWitness | null {
  const asked = dcrs.map((dcr) => askedOf(dcr, worker))
  const labelled = runs
    .pauses(worker)
    .filter(({ from, to, silent }) => silent === to.time - from.time)
    .map((pause) => ({ pause, fits: fitting(pause, asked) }))
    .filter(({ fits }) => fits.size > 0)
  const now = habit(labelled)
  if (now === null || now.fits.size === dcrs.length) return null
  const earlier = habit(labelled.slice(0, now.begin))
  const changed = earlier !== null && [...earlier.fits].every((id) => !now.fits.has(id))
  const last = labelled.at(-1)?.pause
  const since = labelled[now.begin]?.pause.from
  if (last === undefined || since === undefined) return null
  const places = asked.flatMap(({ at }) => (at === null ? [] : [at]))
  return {
    says: `${worker} runs come every ${duration(now.usual)}`,
    fits: now.fits,
    since: since.time,
    before: changed ? earlier.fits : null,
    evidence: [...(changed ? [atEvent(since.event)] : []), atEvent(last.from.event), atEvent(last.to.event), ...places],
  }
}

interface Labelled {
  readonly pause: RunPause
  readonly fits: ReadonlySet<string>
}

/** What the last pauses have in common, and where that began; single ones that differ do not count. */
function habit(pauses: readonly Labelled[]): { fits: ReadonlySet<string>; begin: number; usual: number } | null {
  const recent = new Map<string, { fits: ReadonlySet<string>; count: number }>()
  for (const { fits } of pauses.slice(-RECENT)) {
    const key = [...fits].toSorted().join(' ')
    recent.set(key, { fits, count: (recent.get(key)?.count ?? 0) + 1 })
  }
  const [most] = [...recent.values()].toSorted((a, b) => b.count - a.count)
  if (most === undefined || most.count < HABIT) return null
  let begin = pauses.length
  let against = 0
  const lengths: number[] = []
  for (let index = pauses.length - 1; index >= 0 && against < HABIT; index--) {
    const { fits, pause } = pauses[index] as Labelled
    if (![...most.fits].some((id) => fits.has(id))) {
      against += 1
      continue
    }
    against = 0
    begin = index
    lengths.push(pause.to.time - pause.from.time)
  }
  const usual = lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? 0
  return { fits: most.fits, begin, usual }
}

function fitting({ from, to }: RunPause, asked: readonly Asked[]): Set<string> {
  const seconds = (to.time - from.time) / 1000
  const fits = asked.filter(
    ({ frequency, enabled }) =>
      enabled && (frequency === null || Math.abs(seconds - frequency) <= Math.max(30, 0.2 * frequency)),
  )
  return new Set(fits.map(({ id }) => id))
}

function askedOf(dcr: CtDcr, worker: Worker): Asked {
  const settings = settingsOf(dcr)
  const found = settings.flatMap(({ path, settings: own }) => {
    const frequency = own.frequencies[worker]
    return frequency?.value != null && frequency.value > 0 ? [{ path, frequency, value: frequency.value }] : []
  })
  const [first] = found
  const same = first !== undefined && found.every(({ value }) => value === first.value)
  return {
    id: dcr.id,
    // Two different values in one rule say as little as none.
    frequency: same && found.length === settings.length ? first.value : null,
    enabled: settings.length === 0 || settings.some(({ settings: own }) => enableFlag(own, worker)?.value !== false),
    at: first === undefined ? null : atJson(first.path, first.frequency.segments, first.frequency.raw),
  }
}

const FILES_MAX = 5000
/** A file that has just been made or removed does not decide. */
const STRAY = 0.02

function fittingPaths(dcrs: readonly CtDcr[], paths: TrackedPaths, files: TrackedFiles): FollowWitness | null {
  const looked = files.files.slice(0, FILES_MAX)
  if (looked.length === 0 || paths.partial) return null
  const own = new Map(dcrs.map(({ id }) => [id, paths.all.filter(({ dcr }) => dcr.id === id)]))
  const strays = new Map(
    [...own].map(([id, patterns]) => [
      id,
      looked.filter(({ record }) => !patterns.some(({ pattern }) => pattern.matches(record.path))),
    ]),
  )
  const fits = new Set([...strays].filter(([, list]) => list.length <= STRAY * looked.length).map(([id]) => id))
  if (fits.size === 0 || fits.size === dcrs.length) return null
  const outside = [...strays].flatMap(([id, list]) => (fits.has(id) ? [] : list.slice(0, 1)))
  const inside = [...own].flatMap(([id, patterns]) => (fits.has(id) ? patterns.slice(0, 1) : []))
  return {
    says: `its ${looked.length} tracked files lie at its paths`,
    fits,
    since: null,
    before: null,
    evidence: [...outside.map(({ at }) => at), ...inside.map(({ at }) => at)],
  }
}
