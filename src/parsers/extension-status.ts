import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import type { Instant } from '../model/time.js'
import {
  arrayOf,
  child,
  isObject,
  numberOf,
  parseJsonValue,
  rootOf,
  stringOf,
  type JsonNode,
  type Segments,
} from './json.js'

/** One line of an extension's report on itself. */
export interface StatusEntry {
  readonly name: string | null
  /** `transitioning`, `warning`, `error`, `success`; null when it is missing. */
  readonly status: string | null
  readonly code: number | null
  readonly message: string | null
  readonly segments: Segments
}

/** An extension's report on itself. */
export interface ExtensionStatus extends StatusEntry {
  readonly time: Instant | null
  readonly operation: string | null
  readonly substatus: readonly StatusEntry[]
}

/**
 * Reads `status/<seq>.status`, an array of which the first element counts:
 *
 *     [{"version": 1.0, "timestampUTC": "2026-01-10T08:00:20Z", "status": {"name": "…", "operation": "Enable", "status": "success", "code": 0, "formattedMessage": {"lang": "en-US", "message": "synthetic"}, "substatus": []}}]
 *
 * `code` may be text and `substatus` null. Fails with `extension-status-missing` when there is no status to read.
 */
export function parseExtensionStatus(bytes: Uint8Array, limits: ReadingLimits = LIMITS): Parsed<ExtensionStatus> {
  const json = parseJsonValue(bytes, 'The extension’s status file', limits)
  if (!json.ok) return json
  const [report] = arrayOf(rootOf(json.value))
  const status = report === undefined ? undefined : child(report, 'status')
  if (report === undefined || status === undefined || !isObject(status.value)) {
    const message = 'The extension’s status file should be an array whose first element has an object "status".'
    return failed('extension-status-missing', message)
  }
  const value = {
    ...readEntry(status),
    time: utc(stringOf(child(report, 'timestampUTC'))),
    operation: stringOf(child(status, 'operation')),
    substatus: arrayOf(child(status, 'substatus')).map(readEntry),
  }
  return parsed(value, json.problems)
}

function readEntry(node: JsonNode): StatusEntry {
  return {
    name: stringOf(child(node, 'name')),
    status: stringOf(child(node, 'status')),
    code: numberOf(child(node, 'code')),
    message: stringOf(child(child(node, 'formattedMessage'), 'message')),
    segments: node.segments,
  }
}

/** The field's name says UTC, so a time without a zone is no local one. */
function utc(text: string | null): Instant | null {
  const stamp = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/.exec(text ?? '')
  const time = stamp === null ? NaN : Date.parse(`${stamp[1] ?? ''}T${stamp[2] ?? ''}${stamp[3] ?? 'Z'}`)
  return Number.isNaN(time) ? null : time
}
