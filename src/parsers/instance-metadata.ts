import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import { child, isObject, parseJsonValue, rootOf, stringOf, type Segments } from './json.js'

/** What the platform’s metadata service says of the machine, cut down to its ARM id. */
export interface InstanceMetadata {
  /** Null where the answer has none, as from an old version of the interface. */
  readonly resourceId: { readonly id: string; readonly segments: Segments } | null
}

/**
 * Reads the answer of the instance metadata service, in short
 *
 *     {"compute": {"name": "vm-01", "resourceId": "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.Compute/virtualMachines/vm-01"}}
 *
 * or its `compute` part alone. A collector keeps whatever was answered, also the text of an error. Fails with
 * `metadata-unrecognised` when it is no JSON object.
 */
export function parseInstanceMetadata(bytes: Uint8Array, limits: ReadingLimits = LIMITS): Parsed<InstanceMetadata> {
  const json = parseJsonValue(bytes, 'The instance metadata', limits)
  if (!json.ok) return json
  if (!isObject(json.value)) return failed('metadata-unrecognised', 'The instance metadata should be a JSON object.')
  const root = rootOf(json.value)
  const places = [child(child(root, 'compute'), 'resourceId'), child(root, 'resourceId')]
  const found = places.find((node) => /^\/subscriptions\/[^/]+\/./i.test(stringOf(node) ?? ''))
  const id = found === undefined ? null : stringOf(found)
  return parsed({ resourceId: id === null ? null : { id, segments: found?.segments ?? [] } }, json.problems)
}
