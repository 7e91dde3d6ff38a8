import { mdsdErr, mdsdInfo, mdsdWarn } from '../artifacts/ama.js'
import { fact } from '../model/fact.js'
import type { MdsdEventKind } from '../parsers/mdsd-log.js'
import { logView, type LogView } from './log-view.js'

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

/**
 * Failures: mdsd.err and, where it was collected, mdsd.warn, into which one version writes them. It is whole only with the
 * current mdsd.err: that of mdsd.warn does not stand in for it.
 */
export const amaFailures = fact({
  id: 'amaFailures',
  needs: { err: mdsdErr },
  optional: { warn: mdsdWarn },
  compute: ({ err, warn }): LogView<MdsdEventKind> => {
    const both = logView({ good: [...err.good, ...(warn?.good ?? [])], bad: [...err.bad, ...(warn?.bad ?? [])] })
    const whole = both.whole && logView(err).whole
    return { ...both, whole, covers: (since) => whole && both.covers(since) }
  },
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
