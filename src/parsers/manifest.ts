import type { EntryKind } from '../model/artifact.js'
import type { Manifest, ManifestEntry } from '../model/manifest.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import { arrayOf, boolOf, child, numberOf, parseJsonValue, rootOf, stringOf, type JsonNode } from './json.js'

const KINDS: readonly EntryKind[] = ['file', 'directory', 'link', 'other']

/**
 * Reads the manifest of a bundle that ct-diag made:
 *
 *     {"tool":{"name":"ct-diag","version":"0.1.0"},"takenAt":"2026-01-10T10:00:00.000Z","everyPlace":true,
 *      "entries":[{"path":"etc/hostname","origin":"/etc/hostname","kind":"file","size":6,"mtime":"2026-01-10T07:49:00.000Z",
 *                  "sha256":"…","nameOnly":false,"truncated":false,"redacted":true}],"missing":[]}
 *
 * Many programs have a manifest.json; another's fails with `not-our-manifest`.
 */
export function parseManifest(bytes: Uint8Array): Parsed<Manifest> {
  const json = parseJsonValue(bytes, 'The manifest')
  if (!json.ok) return json
  const root = rootOf(json.value)
  const tool = child(root, 'tool')
  const takenAt = stringOf(child(root, 'takenAt'))
  if (stringOf(child(tool, 'name')) !== 'ct-diag' || takenAt === null || Number.isNaN(Date.parse(takenAt)))
    return failed('not-our-manifest', 'The manifest should be of a bundle that ct-diag made, but is not.')
  return parsed({
    tool: { name: 'ct-diag', version: stringOf(child(tool, 'version')) ?? '' },
    takenAt,
    everyPlace: boolOf(child(root, 'everyPlace')) ?? false,
    entries: arrayOf(child(root, 'entries')).flatMap((node) => entryOf(node) ?? []),
    missing: arrayOf(child(root, 'missing')).map((node) => ({
      origin: stringOf(child(node, 'origin')) ?? '',
      reason: stringOf(child(node, 'reason')) ?? '',
      ...(boolOf(child(node, 'newerTaken')) === true ? { newerTaken: true as const } : {}),
      ...(boolOf(child(node, 'folder')) === true ? { folder: true as const } : {}),
    })),
  })
}

function entryOf(node: JsonNode): ManifestEntry | null {
  const path = stringOf(child(node, 'path'))
  const kind = KINDS.find((known) => known === stringOf(child(node, 'kind')))
  if (path === null || kind === undefined || /(?:^|\/)\.\.?(?:\/|$)|^\/|\0/.test(path)) return null
  return {
    path,
    origin: stringOf(child(node, 'origin')) ?? '',
    kind,
    size: numberOf(child(node, 'size')) ?? 0,
    mtime: stringOf(child(node, 'mtime')),
    sha256: stringOf(child(node, 'sha256')),
    nameOnly: boolOf(child(node, 'nameOnly')) ?? false,
    truncated: boolOf(child(node, 'truncated')) ?? false,
    redacted: boolOf(child(node, 'redacted')) ?? false,
  }
}
