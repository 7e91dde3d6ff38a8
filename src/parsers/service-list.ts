import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readText } from './text.js'

/** Services as systemd lists them. Names are without `.service`. */
export interface ServiceList {
  readonly services: readonly ListedService[]
  /** Every unit file is in it, so that what is not in it does not exist. */
  readonly complete: boolean
}

export interface ListedService {
  /** Its own name, and its aliases where the list has them beside it. */
  readonly names: readonly string[]
  /** `enabled`, `static`, `alias`, …; null where the list does not say. */
  readonly state: string | null
  readonly line: number
}

/**
 * Reads `systemctl list-unit-files`, with or without its head and foot,
 *
 *     cxp.service                            enabled enabled
 *     dbus-org.freedesktop.login1.service    alias   -
 *
 * or `systemctl show`, blocks of KEY=VALUE between blank lines. Of the latter only a list of the few keys that the agent asks
 * for covers every unit file; one with all keys has the units in memory only.
 *
 *     Names=ssh.service sshd.service
 *     SubState=running
 *     UnitFileState=enabled
 *
 * Other kinds of units are left out. Fails with `service-list-unknown`.
 */
export function parseServiceList(bytes: Uint8Array): Parsed<ServiceList> {
  const text = readText(bytes, 'The list of services')
  if (!text.ok) return text
  const lines = text.value.split(/\r?\n/)
  const shown = blocks(lines)
  if (shown.services.length > 0) return parsed(shown)
  const services = rows(lines)
  if (services.length > 0) return parsed({ services, complete: true })
  return failed(
    'service-list-unknown',
    'The list of services should be an output of systemctl list-unit-files or systemctl show, but is neither.',
  )
}

function rows(lines: readonly string[]): ListedService[] {
  return lines.flatMap((line, index) => {
    const [, name, state = ''] = /^\s*(\S+)\.service\s+([a-z-]+)(?:\s|$)/.exec(line) ?? []
    return name === undefined ? [] : [{ names: [name], state, line: index + 1 }]
  })
}

function blocks(lines: readonly string[]): ServiceList {
  const services: ListedService[] = []
  let complete = true
  let block = new Map<string, { value: string; line: number }>()
  for (const [index, line] of [...lines, ''].entries()) {
    const equals = line.indexOf('=')
    if (line.trim() !== '') {
      if (/^[A-Z]\w*=/.test(line)) block.set(line.slice(0, equals), { value: line.slice(equals + 1), line: index + 1 })
      continue
    }
    const own = block.get('Names') ?? block.get('Id')
    const names = (own?.value ?? '').split(/\s+/).flatMap((name) => {
      return name.endsWith('.service') ? [name.slice(0, -'.service'.length)] : []
    })
    if (own !== undefined && names.length > 0) {
      services.push({ names, state: block.get('UnitFileState')?.value ?? null, line: own.line })
      if (block.has('LoadState') || block.has('MainPID')) complete = false
    }
    block = new Map()
  }
  return { services, complete }
}
