import type { Evidence, Found } from '../../src/model/artifact.js'

/** What facts are given: readable files with their values, in this order. */
export function foundOf<T>(...files: (readonly [path: string, value: T, mtime?: number])[]): Found<T> {
  const good = files.map(([path, value, mtime = null]): Evidence<T> => {
    return { path, kind: 'file', size: 1, mtime, value, problems: [] }
  })
  return { good, bad: [] }
}
