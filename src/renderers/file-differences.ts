import type { FileDifferencesReport } from '../model/report.js'

type Counts = Omit<FileDifferencesReport, 'first'>

/** `38 as recorded, 1 not there, 2 changed since the agent wrote its list`, without a full stop. */
export function differenceSentence(counts: Counts): string {
  const { checked, missing, different, changedSince, unreadable, extra } = counts
  const same = checked - missing - different - changedSince
  const parts = [
    `${same} as recorded`,
    ...(missing > 0 ? [`${missing} not there`] : []),
    ...(different > 0 ? [`${different} different`] : []),
    ...(changedSince > 0 ? [`${changedSince} changed since the agent wrote its list`] : []),
    ...(unreadable > 0 ? [`${unreadable} that could not be read`] : []),
    ...(extra > 0 ? [`${extra} more that a rule asks for and the list lacks`] : []),
  ]
  return parts.join(', ')
}
