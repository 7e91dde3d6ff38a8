import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import { child, isObject, numberOf, parseJsonValue, rootOf, stringOf, type Segments } from './json.js'

/** What the guest agent reports of one extension. */
export interface HandlerStatus {
  readonly name: string | null
  readonly version: string | null
  /** `Ready`, `NotReady`, `Installing`, `Unresponsive`; null when it is missing. */
  readonly status: string | null
  /** The guest agent's own number: 1007 install, 1009 enable, 1011 timed out, … */
  readonly code: number | null
  /** On failure it holds the command's output. */
  readonly message: string | null
  readonly statusSegments: Segments
  readonly messageSegments: Segments
}

/**
 * Reads the guest agent's HandlerStatus:
 *
 *     {"name": "Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux", "version": "2.35.0.0", "status": "Ready", "code": 0, "message": "Plugin enabled", "supports_multi_config": false, "extension_status": null}
 *
 * Fails with `handler-status-not-an-object` when it is JSON of another kind.
 */
export function parseHandlerStatus(bytes: Uint8Array, limits: ReadingLimits = LIMITS): Parsed<HandlerStatus> {
  const json = parseJsonValue(bytes, 'HandlerStatus', limits)
  if (!json.ok) return json
  if (!isObject(json.value))
    return failed('handler-status-not-an-object', 'HandlerStatus should be a JSON object, but is not.')
  const root = rootOf(json.value)
  const status = child(root, 'status')
  const message = child(root, 'message')
  const value = {
    name: stringOf(child(root, 'name')),
    version: stringOf(child(root, 'version')),
    status: stringOf(status),
    code: numberOf(child(root, 'code')),
    message: stringOf(message),
    statusSegments: status.segments,
    messageSegments: message.segments,
  }
  return parsed(value, json.problems)
}
