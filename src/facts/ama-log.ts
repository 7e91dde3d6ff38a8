import { mdsdErr, mdsdInfo, mdsdWarn } from '../artifacts/ama.js'
import { fact } from '../model/fact.js'
import { logView } from './log-view.js'

/** mdsd.info with its rotated files. */
export const amaInfo = fact({
  id: 'amaInfo',
  needs: { info: mdsdInfo },
  compute: ({ info }) => logView(info),
})

/** Failures: mdsd.err and, where it was collected, mdsd.warn, into which one version writes them. */
export const amaFailures = fact({
  id: 'amaFailures',
  needs: { err: mdsdErr },
  optional: { warn: mdsdWarn },
  compute: ({ err, warn }) =>
    logView({ good: [...err.good, ...(warn?.good ?? [])], bad: [...err.bad, ...(warn?.bad ?? [])] }),
})
