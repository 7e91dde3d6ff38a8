import { failed, parsed, type Parsed } from '../model/parsed.js'
import { arrayOf, child, isObject, parseJsonValue, rootOf, stringOf, unfold, type Segments } from './json.js'

/** The data collection rules AMA has been assigned, and the file that holds each. */
export interface McsConfig {
  readonly configurations: readonly McsConfiguration[]
}

export interface McsConfiguration {
  /** The rule's immutable id, as spelt. */
  readonly configurationId: string | null
  /** The chunk's file name; null where the rule stands inside instead, or nowhere. */
  readonly contentFileName: string | null
  /** The rule itself is in this file, as the service sends it. */
  readonly hasContent: boolean
  readonly channels: readonly { readonly id: string; readonly segments: Segments }[]
  readonly segments: Segments
}

/**
 * Reads `mcsconfig.lkg.json` or `mcsconfig.latest.json`:
 *
 *     { "configurations": [{ "configurationId": "dcr-0000000000000000000000000000000a", "eTag": "…",
 *         "tokenBasedChannels": [{ "channelId": "ods-00000000-0000-4000-8000-000000000002", "tokenEndpointUri": "https://…" }],
 *         "contentFileName": "1000000000000000001.json" }] }
 *
 * A copy of this file is public from Windows only, so a text of another shape fails with `mcsconfig-no-configurations`
 * rather than count as an empty list.
 */
export function parseMcsConfig(bytes: Uint8Array): Parsed<McsConfig> {
  const json = parseJsonValue(bytes, 'The list of configurations')
  if (!json.ok) return json
  const list = child(rootOf(json.value), 'configurations')
  if (!Array.isArray(list.value) && !isObject(list.value)) {
    const message = 'The list of configurations should have an array "configurations", but has none.'
    return failed('mcsconfig-no-configurations', message)
  }
  const configurations = arrayOf(list).map((node): McsConfiguration => {
    const channels = arrayOf(child(node, 'tokenBasedChannels')).flatMap((channel) => {
      const id = stringOf(child(channel, 'channelId')) ?? stringOf(child(channel, 'id'))
      return id === null ? [] : [{ id, segments: channel.segments }]
    })
    return {
      configurationId: stringOf(child(node, 'configurationId')),
      contentFileName: stringOf(child(node, 'contentFileName')),
      hasContent: isObject(unfold(child(node, 'content')).value),
      channels,
      segments: node.segments,
    }
  })
  return parsed({ configurations }, json.problems)
}
