import { CT_STREAMS } from '../knowledge/names.js'
import { parseDiskUsage } from '../parsers/disk-usage.js'
import { artifact, packNames } from './artifact.js'

const EVENTS = 'var/opt/microsoft/azuremonitoragent/events'

/** What a name in the event cache says. `:` is not legal everywhere: unpackers turn it into `_`, `%3A` or another sign. */
export interface CacheEntry {
  /** The sink's name with its colons, or the plain name of anything else; null for the events folder itself. */
  readonly sink: string | null
  /** Lower case; null when the sink is not of a data collection rule. */
  readonly dcrId: string | null
  readonly stream: string | null
  /** Below the sink's folder; null for the folder itself. */
  readonly file: string | null
}

/** Names, sizes and times only: the rows of the cache are customer data and are never read. */
export const sinkFolders = artifact(
  'sinkFolders',
  'the Azure Monitor Agent’s event cache',
  { host: [EVENTS, `${EVENTS}/**`] },
  {
    how: 'name',
    parse: (relative) => cacheEntry(relative.slice(EVENTS.length + 1)),
  },
  { command: packNames('ct-sinks', 1, `/${EVENTS}`) },
)

export const eventSizes = artifact(
  'eventSizes',
  'the sizes of the folders in the event cache',
  { loose: ['events-du*'] },
  { how: 'bytes', parse: parseDiskUsage },
  { command: `sudo du -h -d 1 /${EVENTS} > events-du.txt`, marksHost: false },
)

/**
 * Whether a sink is of Change Tracking for Linux. The middle part of its name is the data source's, which templates choose;
 * the published ones name the system.
 */
export function isCtSink({ sink, stream }: Pick<CacheEntry, 'sink' | 'stream'>): boolean {
  return CT_STREAMS.includes(stream?.toUpperCase() ?? '') && !/windows/i.test(sink ?? '')
}

/** The path below the events folder in an absolute path; undefined for a path elsewhere, `''` for the folder itself. */
export function belowEvents(path: string): string | undefined {
  const at = path.indexOf(`/${EVENTS}`)
  const below = path.slice(at + EVENTS.length + 1)
  return at >= 0 && (below === '' || below.startsWith('/')) ? below.slice(1) : undefined
}

/** What a path below the events folder says. */
export function cacheEntry(below: string): CacheEntry {
  if (below === '') return { sink: null, dcrId: null, stream: null, file: null }
  const [folder = '', ...rest] = below.split('/')
  const file = rest.length === 0 ? null : rest.join('/')
  const parts = /^(dcr-[0-9a-f]{32})(%3a|[^0-9a-z])(.+?)(?:\2|:|_|%3a)([A-Z][A-Z0-9_]*)$/i.exec(folder)
  if (parts === null) return { sink: folder, dcrId: null, stream: null, file }
  const [, dcrId = '', , source = '', stream = ''] = parts
  return { sink: `${dcrId}:${source}:${stream}`, dcrId: dcrId.toLowerCase(), stream, file }
}
