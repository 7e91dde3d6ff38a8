import type { ReadingLimits } from '../model/limits.js'
import type { LogDigest, LogWatch } from '../model/log-event.js'
import type { Parsed } from '../model/parsed.js'
import { instantAt } from './lines.js'
import { afterTime, digestLog, patternTable } from './series.js'

/**
 * What a line of mdsd says, with its fields; (s) marks the subject.
 *
 * `start` version, pid · `parent` parent, child · `sinkRows` sink (s), rows · `heartbeat` workspace (s) ·
 * `uploadRows` rows, type (s) · `odsFail` reason, status when the reason begins with one, type (s), request ·
 * `odsException` what, reason · `quota` mb · `loading` (its load begins), `loaded`, `sources`, `added` dcr (s) · `gigToken` dcr (s), channel ·
 * `msiOk` seconds · `msiFail` · `amcsFail` url, code · `redirect` url, path · `resourceId` id · `region` region ·
 * `socket` path, abstract, or prefix, port, fluent, syslog, abstract · `noSpace` sink when it names one · `gc` what.
 *
 * DCR ids are lower-cased in subjects, so that they can be joined; fields are verbatim.
 */
export type MdsdEventKind =
  | 'start'
  | 'parent'
  | 'sinkRows'
  | 'heartbeat'
  | 'uploadRows'
  | 'odsFail'
  | 'odsException'
  | 'quota'
  | 'loading'
  | 'loaded'
  | 'sources'
  | 'added'
  | 'gigToken'
  | 'msiOk'
  | 'msiFail'
  | 'amcsFail'
  | 'redirect'
  | 'resourceId'
  | 'region'
  | 'socket'
  | 'noSpace'
  | 'gc'

/**
 * Parses mdsd.info, mdsd.warn and mdsd.err, which share one form:
 *
 *     2026-01-10T08:01:01.4464250Z: Heartbeating for ODSUploader https://00000000-0000-4000-8000-000000000002
 *
 * Messages may begin with a file name, a C++ signature or a tag, so they are searched, never anchored. Lines without a time
 * (HTTP headers, Msgpack notes) belong to the line above. Token text and payloads of traced uploads are cut off before
 * anything is matched or kept.
 */
export function parseMdsdLog(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ReadingLimits,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<MdsdEventKind>>> {
  return digestLog(
    chunks,
    {
      lineMax: limits?.line,
      name: 'mdsd log, `2026-01-10T08:00:01.7630300Z: …`',
      scan: PATTERNS.scan,
      time: (text) => {
        const stamp = instantAt(text)
        return stamp !== null && text.startsWith('Z: ', stamp.end - 1) ? stamp.time : null
      },
      clean,
      // Where in its source code a message was made tells its authors something.
      message: (text) => afterTime(text).replace(/^\[\/[^\]]*\]\s*/, ''),
      read: (text, _head, add) => PATTERNS.addMatch(text, add),
    },
    watch,
  )
}

/** `dcr-` and 32 digits. */
const DCR_ID_LENGTH = 36

const lower =
  (field: string) =>
  (fields: Readonly<Record<string, string>>): string => {
    const text = fields[field] ?? ''
    const id = text.slice(0, DCR_ID_LENGTH)
    const lowered = id.toLowerCase()
    return lowered === id ? text : lowered + text.slice(DCR_ID_LENGTH)
  }

/** The most frequent kinds first. Needles begin with a capital, which the block scan finds twice as fast as a small letter. */
const PATTERNS = patternTable<MdsdEventKind>([
  {
    kind: 'sinkRows',
    needle: 'LocalSink ',
    scan: 'LocalSink [Dd][Cc][Rr]-',
    pattern: /LocalSink (?<sink>dcr-[0-9a-f]{32}:[^:\s]+:[^:\s]+) now has (?:\(actual count\) )?(?<rows>\d+) rows/iy,
    subject: lower('sink'),
  },
  {
    kind: 'heartbeat',
    needle: 'Heartbeating for ODSUploader ',
    pattern: /Heartbeating for ODSUploader https:\/\/(?<workspace>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/iy,
    subject: (fields) => (fields['workspace'] ?? '').toLowerCase(),
  },
  {
    kind: 'uploadRows',
    needle: 'Uploading ',
    pattern: /Uploading (?<rows>\d+) (?<type>\S+) rows to ODS/y,
    subject: (fields) => fields['type'] ?? '',
  },
  {
    kind: 'odsFail',
    needle: 'Failed to upload to ODS: ',
    pattern:
      /Failed to upload to ODS: (?<reason>(?:(?<status>\d{3})\b)?.*?), Datatype: (?<type>[^,]+), RequestId: (?<request>[0-9a-f-]+)/iy,
    subject: (fields) => fields['type'] ?? '',
  },
  {
    kind: 'odsException',
    needle: 'Exception while uploading to ',
    pattern: /Exception while uploading to (?<what>ODS|Gig-LA): (?<reason>.*)/y,
  },
  {
    kind: 'start',
    needle: 'START mdsd daemon ',
    pattern: /START mdsd daemon ver\((?<version>[\d.]+)\) pid\((?<pid>\d*)\)/y,
  },
  {
    kind: 'parent',
    needle: 'Parent process ',
    pattern: /Parent process (?<parent>\d+) exit\. child process id=(?<child>\d+)/y,
  },
  {
    kind: 'quota',
    needle: 'Using disk quota specified in AgentSettings: ',
    pattern: /Using disk quota specified in AgentSettings: (?<mb>\d+)/y,
  },
  {
    kind: 'loaded',
    needle: 'Loaded Azure Monitor configuration ',
    pattern: /Loaded Azure Monitor configuration (?<dcr>dcr-[0-9a-f]{32})/iy,
    subject: lower('dcr'),
  },
  {
    kind: 'loading',
    needle: 'Loading Azure Monitor configuration ',
    pattern: /Loading Azure Monitor configuration (?<dcr>dcr-[0-9a-f]{32})/iy,
    subject: lower('dcr'),
  },
  {
    kind: 'loading',
    needle: 'Parsing content for configuration with id ',
    pattern: /Parsing content for configuration with id (?<dcr>dcr-[0-9a-f]{32})/iy,
    subject: lower('dcr'),
  },
  {
    kind: 'sources',
    needle: 'Loaded data sources for configuration id: ',
    pattern: /Loaded data sources for configuration id: (?<dcr>dcr-[0-9a-f]{32})/iy,
    subject: lower('dcr'),
  },
  {
    kind: 'added',
    needle: 'ReconcileConfigurationsTable]Configuration [',
    pattern: /ReconcileConfigurationsTable\]Configuration \[(?<dcr>dcr-[0-9a-f]{32})\] added/iy,
    subject: lower('dcr'),
  },
  {
    kind: 'gigToken',
    needle: 'Retrieved gig token for ',
    pattern:
      /Retrieved gig token for configuration id \[(?<dcr>dcr-[0-9a-f]{32})\] channel id \[(?<channel>[^\]]+)\]/iy,
    subject: lower('dcr'),
  },
  {
    kind: 'msiOk',
    needle: 'Next refresh of MSI token for MCS in ',
    pattern: /Next refresh of MSI token for MCS in (?<seconds>\d+) seconds/y,
  },
  {
    kind: 'msiFail',
    needle: 'Failed to get MSI token from IMDS',
    pattern: /Failed to get MSI token from IMDS/y,
  },
  {
    kind: 'amcsFail',
    needle: 'Could not obtain configuration from ',
    pattern: /Could not obtain configuration from (?<url>https:\/\/\S+)(?:.*?\bErrorCode:(?<code>-?\d+))?/y,
  },
  {
    kind: 'redirect',
    needle: 'MCS redirected to endpoint ',
    pattern: /MCS redirected to endpoint (?<url>https:\/\/\S+)(?: for path (?<path>\S+))?/y,
  },
  {
    kind: 'resourceId',
    needle: 'Setting resource id from IMDS: ',
    pattern: /Setting resource id from IMDS: (?<id>\/subscriptions\/\S+)/iy,
  },
  {
    kind: 'region',
    needle: 'Detected cloud region "',
    pattern: /Detected cloud region "(?<region>[^"]+)" via IMDS/y,
  },
  {
    kind: 'socket',
    needle: "Creating socket '",
    pattern: /Creating socket '(?<path>[^']+)', use_abstract_domain_sockets=(?<abstract>[01])/y,
  },
  {
    kind: 'socket',
    needle: 'Prefix: ',
    pattern:
      /Prefix: (?<prefix>\S+), Port: (?<port>-?\d+), Fluent Port:\s?(?<fluent>-?\d+)\b.*\bSyslog Port:\s?(?<syslog>-?\d+), Use abstract domain sockets:\s?(?<abstract>[01])/y,
  },
  {
    kind: 'noSpace',
    needle: 'Local persistent store ',
    pattern: /Local persistent store (?<sink>\S+): .*No space left on device/y,
  },
  {
    kind: 'noSpace',
    needle: 'No space left on device',
    pattern: /No space left on device/y,
  },
  { kind: 'gc', needle: '[GC] ', pattern: /\[GC\] (?<what>Disk usage exceeds disk quota|Drop)/y },
])

/** Cuts a line before a token or a payload. AMA logs cut tokens only, but nobody promises that it always will. */
function clean(text: string): string {
  let end = text.length
  const gig = text.indexOf('Retrieved gig token')
  if (gig >= 0) {
    const channel = text.indexOf('channel id [', gig)
    const close = text.indexOf(']', channel < 0 ? gig : channel)
    end = close < 0 ? gig : close + 1
  }
  for (const secret of ['eyJ', 'Payload: {']) {
    const at = text.indexOf(secret)
    if (at >= 0 && at < end) end = text[at - 1] === '[' ? at - 1 : at
  }
  return end === text.length ? text : text.slice(0, end).trimEnd()
}
