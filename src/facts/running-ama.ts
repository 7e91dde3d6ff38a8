import { fact } from '../model/fact.js'
import { amaInfo } from './ama-log.js'
import type { LoggedEvent } from './log-view.js'

/** The daemon that started last. */
export interface RunningAma {
  readonly version: string
  /** Numeric user id it runs as; null when the line does not say. */
  readonly uid: string | null
  readonly event: LoggedEvent
}

/** Version and user of the agent's daemon, from its last start in mdsd.info; null when no start is in the log. */
export const runningAma = fact({
  id: 'runningAma',
  needs: { log: amaInfo },
  compute: ({ log }): RunningAma | null => {
    const event = log.events(['start']).at(-1)
    const version = event?.fields['version']
    if (event === undefined || version === undefined) return null
    return { version, uid: /\buid\s?\((\d+)\)/.exec(event.text)?.[1] ?? null, event }
  },
})
