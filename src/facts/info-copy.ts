import { fact } from '../model/fact.js'
import type { Instant } from '../model/time.js'
import { amaFailures, amaInfo } from './ama-log.js'
import { qosBlocks } from './qos-blocks.js'

/** Whether the copy of mdsd.info is older than the rest, so that its end says nothing of the agent's. */
export interface InfoCopy {
  isOlder(asOf: Instant): boolean
}

/** A block of the statistics takes a moment to write. */
const MOMENT = 2 * 60_000
/** A log of failures this near to the end belongs to an agent that is there. */
const RECENT = 10 * 60_000

/**
 * The agent's other logs go on after mdsd.info ends. Only a running daemon writes statistics; its failures may be the last it
 * wrote, so that those count only when they are recent.
 */
export const infoCopy = fact({
  id: 'infoCopy',
  needs: { info: amaInfo },
  optional: { failures: amaFailures, qos: qosBlocks },
  compute: ({ info, failures, qos }): InfoCopy => {
    const end = info.last?.time ?? null
    const block = qos?.blocks.at(-1)?.time ?? null
    const failure = failures?.last?.time ?? null
    return {
      isOlder: (asOf) =>
        end !== null &&
        ((block !== null && block > end + MOMENT) ||
          (failure !== null && failure > end + MOMENT && asOf - failure <= RECENT)),
    }
  },
})
