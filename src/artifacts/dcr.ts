import { parseConfigChunk } from '../parsers/config-chunk.js'
import { parseMcsConfig } from '../parsers/mcsconfig.js'
import { artifact, pack } from './artifact.js'
import { isChunk, isMcsConfig } from './content.js'

const CACHE = 'etc/opt/microsoft/azuremonitoragent/config-cache'

export const configChunk = artifact(
  'configChunk',
  'a data collection rule in the Azure Monitor Agent’s config cache',
  { host: [`${CACHE}/configchunks/*`], collector: ['DCR/config-cache/configchunks/*'], loose: ['configchunks/*'] },
  { how: 'bytes', parse: parseConfigChunk },
  // Real ones have a few hundred KiB; JSON made to be slow takes long to read.
  { command: pack('ct-config-cache', `/${CACHE}`), maxBytes: 8 * 1024 * 1024, sniff: isChunk },
)

/** The folder itself: it may be there and hold nothing. The value is whether it is the chunk folder or its parent. */
export const configCacheFolder = artifact(
  'configCacheFolder',
  'the Azure Monitor Agent’s config cache folder',
  {
    host: [`${CACHE}/configchunks`, CACHE, 'etc/opt/microsoft/azuremonitoragent'],
    collector: ['DCR/config-cache/configchunks', 'DCR/config-cache'],
  },
  {
    how: 'name',
    parse: (relative, { kind }) =>
      kind !== 'directory' ? undefined : relative.endsWith('configchunks') ? ('chunks' as const) : ('parent' as const),
  },
  { command: pack('ct-config-cache', `/${CACHE}`) },
)

export const mcsConfig = artifact(
  'mcsConfig',
  'the Azure Monitor Agent’s list of assigned data collection rules',
  { host: [`${CACHE}/mcsconfig*.json`], collector: ['DCR/config-cache/mcsconfig*.json'], loose: ['mcsconfig*.json'] },
  { how: 'bytes', parse: parseMcsConfig },
  { command: pack('ct-config-cache', `/${CACHE}`), sniff: isMcsConfig },
)
