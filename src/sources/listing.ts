import { readdir } from 'node:fs'
import type { SourceProblem } from '../model/source.js'
import { noAccess } from './no-access.js'

/** fast-glob passes over what it cannot read; a folder that was passed over must be told. */
export function telling(tell: (folder: string, error: NodeJS.ErrnoException) => void): typeof readdir {
  const wrapped = (folder: string, ...rest: unknown[]): void => {
    const done = rest.pop() as (error: NodeJS.ErrnoException | null, found: unknown) => void
    const answer = (error: NodeJS.ErrnoException | null, found: unknown): void => {
      if (error !== null) tell(folder, error)
      done(error, found)
    }
    Reflect.apply(readdir, undefined, [folder, ...rest, answer])
  }
  // fast-glob only calls it, with or without options; the promise version below the function is not used.
  return wrapped as typeof readdir
}

/** The code of a problem that leaves everything below a folder open. */
export const FOLDER_CLOSED = 'folder-unreadable'

export function unreadableFolder(path: string, error: Error): SourceProblem {
  return {
    code: FOLDER_CLOSED,
    message: `${noAccess('The folder', error)} What lies in it is unknown.`,
    path,
  }
}
