import { mdsdErr, mdsdInfo, mdsdWarn } from '../artifacts/ama.js'
import { fact } from '../model/fact.js'
import { logView } from './log-view.js'

/** mdsd.info with its rotated files. */
export const amaInfo = fact({
  id: 'amaInfo',
  needs: { info: mdsdInfo },
  compute: ({ info }) => logView(info),
})

/** mdsd.err with its rotated files. */
export const amaErrors = fact({
  id: 'amaErrors',
  needs: { err: mdsdErr },
  compute: ({ err }) => logView(err),
})

/** Failures: mdsd.err and, where it was collected, mdsd.warn, into which one version writes them. */
export const amaFailures = fact({
  id: 'amaFailures',
  needs: { err: mdsdErr },
  optional: { warn: mdsdWarn },
  compute: ({ err, warn }) =>
    logView({ good: [...err.good, ...(warn?.good ?? [])], bad: [...err.bad, ...(warn?.bad ?? [])] }),
})

/** All three logs as one, for what any of them may tell; null when none is in the input. */
export const amaLogs = fact({
  id: 'amaLogs',
  needs: {},
  optional: { info: mdsdInfo, warn: mdsdWarn, err: mdsdErr },
  compute: ({ info, warn, err }) => {
    const all = [info, warn, err].filter((found) => found !== undefined)
    return all.length === 0
      ? null
      : logView({ good: all.flatMap(({ good }) => good), bad: all.flatMap(({ bad }) => bad) })
  },
})
