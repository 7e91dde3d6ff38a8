import { CT_EXTENSION } from '../knowledge/names.js'

/**
 * What a file is by its first bytes, whatever it is called: for those that lie in no known place. Each asks for something
 * that only this file says, because a wrong guess would judge the host by a stranger's file. `head` has a character a byte.
 */
export type Sniff = (head: string, name: string) => boolean

/** A page header of 16 bytes, then the magic and the version of BoltDB; the second meta page lies a page further. */
export const isBolt: Sniff = (head) => [16, 4096 + 16].some((at) => head.startsWith('\xed\xda\x0c\xed\x02\0\0\0', at))

/** What `az monitor data-collection rule show` prints has an object of data sources, the agent's cache a list. */
export const isChunk: Sniff = (head) =>
  isJson(head) &&
  (/"dataSources"\s*:\s*\[|"extensionConfigurations"\s*:\s*\{|"tokenEndpointUri"\s*:/.test(head)
    ? !isMcsConfig(head, '')
    : /"kind"\s*:\s*"AgentSettings"/i.test(head))

export const isMcsConfig: Sniff = (head) => isJson(head) && /"configurationId"\s*:/.test(head)

export const isFileList = listOf(/FileSystemPath|FileContentChecksum|FileMetaDatacheckSum|FileContentBlobLink/i)
const isServiceAlone = listOf(/SvcName|SvcState|SvcStartupType|SvcRunlevels|UnitFileState|FragmentPath/i)
export const isServiceList: Sniff = (head, name) =>
  isServiceAlone(head, name) || (hasStartupType(head, name) && hasController(head, name))
const isPackageAlone = listOf(/CurrentVersion|SoftwareName|PackageName/i)
export const isPackageList: Sniff = (head, name) =>
  (isPackageAlone(head, name) || (hasVersion(head, name) && hasOrigin(head, name))) &&
  !isFileList(head, name) &&
  !isServiceList(head, name)

// Everyday words: only two of them together, in these capitals, make a record.
const hasStartupType = listOf(/StartupType/)
const hasController = listOf(/Controller|Runlevels|RunLevels/)
const hasVersion = listOf(/Version/)
const hasOrigin = listOf(/Architecture|Publisher|Maintainer/)

/** Other programs of the same logging library write the same lines, so what the agent alone says decides. */
export const isAgentLog: Sniff = (head) => /^time="[^\n]*msg="Number of \w+ rec(?:ei|ie)ved in this run: /im.test(head)

export const isMdsdInfo: Sniff = mdsd(
  'info',
  /\[DAEMON\] START|Heartbeating for|LocalSink |Loaded Azure Monitor|McsManager|Mcs document|Retrieved gig token/,
)
export const isMdsdErr: Sniff = mdsd(
  'err',
  /\[DAEMON\] Parent process|Failed to upload to|Could not obtain config|MSI token/,
)
export const isMdsdWarn: Sniff = mdsd('warn', /\[GC\] /)
export const isMdsdQos: Sniff = (head) => /^#Fields: Operation,Object,/m.test(head)

/** The guest agent's own log names extensions in passing; in this one every line is of ours. */
export const isCommandLog: Sniff = (head) => {
  const heads = [...head.matchAll(GUEST)].map(([, rest = '']) => rest)
  return heads.length > 0 && heads.every((rest) => rest.startsWith(`[${CT_EXTENSION}-`))
}
export const isWaagentLog: Sniff = (head) =>
  [...head.matchAll(GUEST)].some(([, rest = '']) => /^(?:ExtHandler|Daemon|\[(?!HEARTBEAT))/.test(rest)) &&
  /\b(?:Azure Linux Agent|WALinuxAgent|Goal State|goal state|ProcessExtensionsGoalState|Daemon)\b/.test(head)

export const isAmaOut: Sniff = (head) => /^Log Collection Start Time: |^AMA Install Status: /m.test(head)
export const isUnixSockets: Sniff = (head) => /^Num +RefCount +Protocol +Flags +Type +St +Inode/m.test(head)
export const isProcessList: Sniff = (head) => /^(?:UID +PID +PPID|USER +PID +%CPU) /m.test(head)
export const isUnitState: Sniff = (head) =>
  /^ActiveState=/m.test(head) && /^(?:Id|Names)=.*(?:cxp|azuremonitoragent)\.service/m.test(head)
export const isApplicationYml: Sniff = (head) => /^ {1,8}[io]SocketPath:/m.test(head)

const GUEST = /^\d{4}[-/]\d\d[-/]\d\d[T ][\d:.]+Z? (?:INFO|WARNING|ERROR|VERBOSE) (?:ExtHandler|Daemon) (.*)/gm

function mdsd(kind: string, says: RegExp): Sniff {
  return (head, name) => {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z: /m.test(head)) return false
    const named = /info|err|warn/i.exec(name)?.[0].toLowerCase()
    return named === undefined ? says.test(head) : named === kind
  }
}

/** A list of records with such a field; in one known shape they are texts inside the list. */
function listOf(fields: RegExp): Sniff {
  const key = new RegExp(String.raw`\\?"(?:${fields.source})\\?"\s*:`, fields.flags)
  return (head) => isJson(head) && !OURS.test(head) && key.test(head)
}

/** What ct-diag prints quotes such records: a dump of a database, a report. */
const OURS = /^\s*\{\s*"(?:bucket|schemaVersion)"/

function isJson(head: string): boolean {
  return /^(?:\xef\xbb\xbf)?\s*[[{]/.test(head)
}
