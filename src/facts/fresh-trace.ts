import { fileJson, packagesJson, servicesJson } from '../artifacts/collection.js'
import { ctAgentLog } from '../artifacts/agent.js'
import { ctDb } from '../artifacts/collection.js'
import type { EntryStat, Found } from '../model/artifact.js'
import type { Worker } from '../knowledge/names.js'
import { fact, seen } from '../model/fact.js'
import { latest, type Instant } from '../model/time.js'
import { agentRuns } from './agent-runs.js'
import { amaInfo } from './ama-log.js'
import { areOwnTimes } from './file-times.js'
import { inventory, isFile } from './inventory.js'

/** Clocks and copying take their time; a list cannot be newer than the newest log by more. */
const SLACK = 15 * 60_000

/** `database`: the database was written, by whichever worker. */
export type FreshTrace = Readonly<Record<Worker | 'database', Instant | null>>

/**
 * The newest sign, beside the log, that each worker ran: the time of its list, for files also the newest record. It supports
 * and never proves the contrary. File times count only where they are the machine's own: when all of them lie together, or
 * after everything that was logged, a collector or an unpacker set them.
 */
export const freshTrace = fact({
  id: 'freshTrace',
  needs: {},
  optional: {
    files: fileJson,
    software: packagesJson,
    services: servicesJson,
    db: seen(ctDb),
    log: ctAgentLog,
    all: inventory,
    runs: agentRuns,
    ama: amaInfo,
  },
  compute: ({ files, software, services, db, log, all, runs, ama }): FreshTrace => {
    const stamps = [files, software, services, db, log].flatMap((found) => times(found))
    const own = areOwnTimes(stamps)
    const logged = Math.max(runs?.log.last?.time ?? 0, ama?.last?.time ?? 0)
    const stamp = (found: Found<unknown> | undefined): Instant[] =>
      (own ? times(found) : []).filter((time) => time <= logged + SLACK)
    const records = [...(all?.files.json?.records ?? []), ...(all?.files.db ?? [])]
      .filter(isFile)
      .flatMap(({ record }) => (record.dateCreated === null ? [] : [Date.parse(record.dateCreated)]))
      .filter((time) => !Number.isNaN(time) && time <= logged + SLACK)
    return {
      files: latest([...stamp(files), ...records]),
      software: latest(stamp(software)),
      services: latest(stamp(services)),
      database: latest(stamp(db)),
    }
  },
})

function times(found: Found<unknown> | undefined): Instant[] {
  const entries: readonly EntryStat[] = [...(found?.good ?? []), ...(found?.bad ?? [])]
  return entries.flatMap(({ mtime }) => (mtime === null ? [] : [mtime]))
}
