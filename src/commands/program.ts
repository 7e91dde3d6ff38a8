import { join } from 'node:path'
import { getAsset, isSea } from 'node:sea'

/** What a thread can be made of. */
export interface Program {
  /** A file, or the text itself. */
  readonly code: string
  readonly eval: boolean
}

/** This program again, as a worker takes it: a file or, from a single executable, the text that lies inside. */
export function program(): Program {
  return isSea()
    ? { code: getAsset('ct-diag.cjs', 'utf8'), eval: true }
    : { code: join(__dirname, 'ct-diag.cjs'), eval: false }
}
