import { mdsdQos } from '../artifacts/ama.js'
import { wasCutOff } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { Instant } from '../model/time.js'
import type { QosRow } from '../parsers/mdsd-qos.js'
import { isCurrent } from './log-view.js'

/** One dated block of the statistics. */
export interface DatedBlock {
  readonly path: EntryPath
  readonly time: Instant
  /** Of its `#Time` line. */
  readonly line: number
  readonly text: string
  /** Rows about Change Tracking on Linux. */
  readonly rows: readonly QosRow[]
}

export interface QosBlocks {
  /** Of all files, in time order. */
  readonly blocks: readonly DatedBlock[]
  /** The file being written was collected, and none was cut off: nothing is missing at the end. */
  readonly whole: boolean
}

/** mdsd.qos with its rotated files, as one. */
export const qosBlocks = fact({
  id: 'qosBlocks',
  needs: { qos: mdsdQos },
  compute: ({ qos }): QosBlocks => ({
    blocks: qos.good
      .flatMap(({ path, value }) =>
        value.blocks.flatMap(({ time, line, text, rows }) =>
          time === null
            ? []
            : [{ path, time, line, text, rows: rows.filter(({ object }) => !/windows/i.test(object)) }],
        ),
      )
      .toSorted((a, b) => a.time - b.time),
    whole: qos.good.some(({ path }) => isCurrent(path)) && !qos.good.some(wasCutOff) && qos.bad.length === 0,
  }),
})

/** `MaRunTaskLocal` only moves rows within the agent; `MaODSRequest` is the upload. */
export function isUpload({ operation }: Pick<QosRow, 'operation'>): boolean {
  return /ODSRequest/i.test(operation)
}
