import { journal } from '../artifacts/agent.js'
import { wasCutOff } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { Instant } from '../model/time.js'
import type { JournalEventKind } from '../parsers/journal.js'
import { isCurrent, type LoggedEvent } from './log-view.js'

/** What one file says of cxp.service, in the order of its lines. Times of different files cannot be compared. */
export interface JournalFile {
  readonly path: EntryPath
  /** The newest line of the file, whoever wrote it. */
  readonly end: Instant | null
  readonly events: readonly { readonly kind: JournalEventKind; readonly event: LoggedEvent }[]
}

export interface ServiceJournal {
  /**
   * The first file that names the service, is no rotated one and was not cut off: nothing is missing at its end. Others may
   * hold the same lines.
   */
  readonly current: JournalFile | null
}

export const serviceJournal = fact({
  id: 'serviceJournal',
  needs: { found: journal },
  compute: ({ found }): ServiceJournal => {
    const all = found.good.map((file) => ({
      whole: isCurrent(file.path) && !wasCutOff(file),
      path: file.path,
      end: file.value.last?.time ?? null,
      events: file.value.series
        .flatMap(({ kind, kept }) => kept.map((event) => ({ kind, event: { ...event, path: file.path, subject: '' } })))
        .toSorted((a, b) => a.event.line - b.event.line),
    }))
    return { current: all.find(({ whole, events }) => whole && events.length > 0) ?? null }
  },
})
