import type { LeftOut } from '../model/artifact.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import { arrayOf, child, parseJsonValue, rootOf, stringOf } from './json.js'

/**
 * What `ct-diag redact` left out of a copy, from the `redaction.json` in it:
 *
 *     {"tool":{"name":"ct-diag","version":"0.1.0"},"leftOut":[{"path":"etc/key.pem","why":"Private keys are never kept"}]}
 */
export function parseRedactionRecord(bytes: Uint8Array): Parsed<readonly LeftOut[]> {
  const json = parseJsonValue(bytes, 'The record of the redaction')
  if (!json.ok) return json
  const root = rootOf(json.value)
  if (stringOf(child(child(root, 'tool'), 'name')) !== 'ct-diag')
    return failed('not-our-record', 'The record should be of a copy that ct-diag made, but is not.')
  return parsed(
    arrayOf(child(root, 'leftOut')).flatMap((node) => {
      const path = stringOf(child(node, 'path'))
      return path === null ? [] : [{ path, reason: stringOf(child(node, 'why')) ?? 'it could not be cleaned' }]
    }),
  )
}
