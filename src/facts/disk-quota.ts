import { DEFAULT_DISK_QUOTA } from '../knowledge/limits.js'
import { fact } from '../model/fact.js'
import { atJson, type Locator } from '../model/locator.js'
import { amaInfo } from './ama-log.js'
import { chunkFiles } from './chunk-files.js'
import { atEvent } from './log-view.js'

export interface DiskQuota {
  readonly megabytes: number
  /** Null: nothing sets it, so the default holds. */
  readonly at: Locator | null
}

/** What the event cache may hold: as the agent says it took it, else as its settings ask for, else the default. */
export const diskQuota = fact({
  id: 'diskQuota',
  needs: {},
  optional: { log: amaInfo, chunks: chunkFiles },
  compute: ({ log, chunks }): DiskQuota => {
    const used = log?.events(['quota']).at(-1)
    const logged = Number(used?.fields['mb'])
    if (used !== undefined && logged > 0) return { megabytes: logged, at: atEvent(used) }
    for (const { path, value } of chunks?.good ?? []) {
      const setting = value.agentSettings?.find(({ name }) => name.toLowerCase() === 'maxdiskquotainmb')
      const asked = Number(setting?.value)
      if (setting !== undefined && asked > 0)
        return { megabytes: asked, at: atJson(path, setting.segments, setting.value) }
    }
    return { megabytes: DEFAULT_DISK_QUOTA, at: null }
  },
})
