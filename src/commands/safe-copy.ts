import { open, rm } from 'node:fs/promises'
import { visible } from '../renderers/escape.js'
import type { Leak, Redactor } from '../redaction/index.js'
import { noAccess } from '../sources/no-access.js'
import { UsageError } from './usage-error.js'

/** What each pseudonym stands for, in a file of the user's own. */
export interface PseudonymMap {
  write(redactor: Redactor): Promise<void>
  /** Takes the file away again, unless it was written. */
  close(): Promise<void>
}

/** Creates the file for its owner alone (0600), never over an existing one. Null when none was asked for. */
export async function pseudonymMap(file: string | undefined): Promise<PseudonymMap | null> {
  if (file === undefined) return null
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw new UsageError(noAccess(file, error, 'written'))
  })
  let written = false
  return {
    async write({ pairs }) {
      await handle.writeFile(`${JSON.stringify(Object.fromEntries(pairs), null, 2)}\n`)
      written = true
    },
    async close() {
      await handle.close()
      if (!written) await rm(file, { force: true })
    },
  }
}

/** Why a copy did not come into being: where something is left, never what. */
export function leakSentence(file: string, [{ entry, kind }, ...others]: readonly [Leak, ...Leak[]]): string {
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`
  return `ct-diag: ${visible(`${file} was not written: ${entry} still holds ${kind}${more}.`)}\n`
}
