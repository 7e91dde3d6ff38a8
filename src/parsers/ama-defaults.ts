import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readText } from './text.js'
import { type Assignment } from './shell-assignments.js'
import { shellAssignments } from './shell-assignments.js'

/** The environment mdsd starts with. */
export interface AmaDefaults {
  /** All but the secrets; user and password inside an address are masked, in `text` as well. */
  readonly settings: ReadonlyMap<string, Assignment>
  /** Variables that hold a user name or password: that they are there, never what they hold. */
  readonly secrets: readonly { readonly key: string; readonly line: number }[]
  /** The trace flags after `-T` in MDSD_OPTIONS; null without the option, `''` when it has no value. */
  readonly traceFlags: string | null
}

/**
 * Reads `/etc/default/azuremonitoragent`:
 *
 *     export MDSD_OPTIONS="-A -R -c /etc/opt/microsoft/azuremonitoragent/mdsd.xml -d -r $MDSD_ROLE_PREFIX -S $MDSD_SPOOL_DIRECTORY/eh -L $MDSD_SPOOL_DIRECTORY/events"
 *     export ENABLE_MCS=true
 *     export MDSD_PROXY_PASSWORD=not-a-password
 *     export MANAGED_IDENTITY=client_id#00000000-0000-4000-8000-0000000000aa
 *
 * Fails with `ama-defaults-without-settings` when no line is an assignment.
 */
export function parseAmaDefaults(bytes: Uint8Array): Parsed<AmaDefaults> {
  const text = readText(bytes, 'The agent’s defaults file')
  if (!text.ok) return text
  const all = [...shellAssignments(text.value)]
  if (all.length === 0) {
    const message = 'The agent’s defaults file should hold lines of the form export KEY=value, but has none.'
    return failed('ama-defaults-without-settings', message)
  }
  const settings = new Map(all.filter(([key]) => !isSecret(key)).map(([key, setting]) => [key, masked(setting)]))
  return parsed({
    settings,
    secrets: all.filter(([key]) => isSecret(key)).map(([key, { line }]) => ({ key, line })),
    traceFlags: traceFlags(settings.get('MDSD_OPTIONS')?.value ?? ''),
  })
}

function isSecret(key: string): boolean {
  return /_(PASSWORD|PASSWD|USERNAME|SECRET)$/i.test(key)
}

function masked({ value, line, text }: Assignment): Assignment {
  const mask = (s: string): string => s.replace(/:\/\/[^/\s]{1,1000}@/g, '://***@')
  return { value: mask(value), line, text: mask(text) }
}

function traceFlags(options: string): string | null {
  const words = options.split(/\s+/)
  const at = words.findIndex((word) => word.startsWith('-T'))
  if (at < 0) return null
  const attached = words[at]?.slice(2) ?? ''
  const next = words[at + 1] ?? ''
  return attached !== '' ? attached : next.startsWith('-') ? '' : next
}
