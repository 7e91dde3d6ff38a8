import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import { arrayOf, child, isObject, parseJsonValue, rootOf, stringOf, unfold, type Segments } from './json.js'

/** The data collection rules AMA has been assigned, and the file that holds each. */
export interface McsConfig {
  readonly configurations: readonly McsConfiguration[]
}

export interface McsConfiguration {
  /** As spelt. */
  readonly configurationId: string | null
  /** The rule's immutable id, lower case, wherever the entry names it. */
  readonly dcrId: string | null
  /** The service took the rule back: `op` says so. */
  readonly removed: boolean
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
export function parseMcsConfig(bytes: Uint8Array, limits: ReadingLimits = LIMITS): Parsed<McsConfig> {
  const json = parseJsonValue(bytes, 'The list of configurations', limits)
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
    const configurationId = stringOf(child(node, 'configurationId'))
    const naming = [
      configurationId,
      stringOf(child(node, 'eTag')),
      ...arrayOf(child(node, 'tokenBasedChannels')).flatMap((channel) => [
        stringOf(child(channel, 'globallyUniqueChannelId')),
        stringOf(child(channel, 'tokenEndpointUri')),
      ]),
    ]
    return {
      configurationId,
      dcrId: naming.map(dcrIdIn).find((id) => id !== null) ?? null,
      removed: /^\s*(?:remov|delet)/i.test(stringOf(child(node, 'op')) ?? ''),
      contentFileName: stringOf(child(node, 'contentFileName')),
      hasContent: isObject(unfold(child(node, 'content')).value),
      channels,
      segments: node.segments,
    }
  })
  return parsed({ configurations }, json.problems)
}

function dcrIdIn(text: string | null): string | null {
  return /\bdcr-[0-9a-f]{32}(?![0-9a-f])/i.exec(text ?? '')?.[0].toLowerCase() ?? null
}
