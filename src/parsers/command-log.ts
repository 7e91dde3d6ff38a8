import type { ReadingLimits } from '../model/limits.js'
import type { LogDigest, LogWatch } from '../model/log-event.js'
import type { Parsed } from '../model/parsed.js'
import { instantAt, type DatedLine } from './lines.js'
import { digestLog, patternTable } from './series.js'

/**
 * What a line about installing or running the extension says, with its fields; (s) marks the subject.
 *
 * `command` action in lower case (s), version, phase: start, or done (which the guest agent logs after a success) ·
 * `nonZeroExit` code, command · `timeout` code (seconds) · `execFormat` · `noexec` mount · `packageLock` ·
 * `packagePayload` which: none, more, less · `driverFailure` driver: PackageManager or ServiceManager, action.
 *
 * Where the time of the line has no zone (older guest agents) it was read as UTC, and the field zone says `unknown`.
 */
export type InstallEventKind =
  'command' | 'nonZeroExit' | 'timeout' | 'execFormat' | 'noexec' | 'packageLock' | 'packagePayload' | 'driverFailure'

/**
 * Parses CommandExecution.log, which the guest agent keeps per extension:
 *
 *     2026-01-10T08:00:10.000000Z INFO ExtHandler [Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0] Enable extension: [cta_linux_handler enable]
 *
 * Output of the commands follows without times and belongs to the dated line above.
 */
export function parseCommandLog(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ReadingLimits,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<InstallEventKind>>> {
  return digestInstallLog(chunks, limits, () => true, watch)
}

/** Install evidence has the same forms wherever it is logged. Only hits that are `ours` count. */
export function digestInstallLog(
  chunks: AsyncIterable<Uint8Array>,
  limits: ReadingLimits | undefined,
  ours: (text: string, head: DatedLine | null) => boolean,
  watch?: LogWatch,
): Promise<Parsed<LogDigest<InstallEventKind>>> {
  return digestLog(
    chunks,
    {
      lineMax: limits?.line,
      name: 'line of the guest agent, `2026-01-10T08:00:10.000000Z INFO …`',
      scan: `${OPERATIONS.scan}|${CAUSES.scan}`,
      time: (text) => {
        const stamp = instantAt(text)
        return stamp !== null && (text[stamp.end] ?? ' ') === ' ' ? stamp.time : null
      },
      read: (text, head, add) => {
        if (!ours(text, head)) return
        const zone = head !== null && !hasZone(head.text) ? { zone: 'unknown' } : {}
        // An operation's failure and its cause can stand in one line.
        for (const patterns of [OPERATIONS, CAUSES]) {
          patterns.addMatch(text, (kind, subject, fields) => add(kind, subject, { ...fields, ...zone }))
        }
      },
    },
    watch,
  )
}

/** Failures in a text that the guest agent keeps elsewhere, such as the output of a command in HandlerStatus. */
export function installFailuresIn(
  text: string,
): { readonly kind: InstallEventKind; readonly text: string; readonly fields: Readonly<Record<string, string>> }[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const found: ReturnType<typeof installFailuresIn> = []
    for (const patterns of [OPERATIONS, CAUSES])
      patterns.addMatch(line, (kind, _, fields) => found.push({ kind, text: line, fields }))
    return found.filter(({ kind }) => kind !== 'command')
  })
}

function hasZone(dated: string): boolean {
  return /^\S+(?:Z|[+-]\d\d:\d\d) /.test(dated)
}

const OPERATIONS = patternTable<InstallEventKind>([
  {
    kind: 'command',
    needle: 'ChangeTracking-Linux-',
    scan: ' extension:? \\[',
    pattern:
      /ChangeTracking-Linux-(?<version>\d+(?:\.\d+)*)\] (?<action>Install|Enable|Disable|Update|Uninstall) extension:? \[/iy,
    subject: (fields) => (fields['action'] ?? '').toLowerCase(),
    fields: { phase: 'start' },
  },
  {
    kind: 'command',
    needle: 'ChangeTracking-Linux-',
    scan: '\\] Command: ',
    pattern:
      // How the manifest spells its commands is not public: options may stand before the word.
      /ChangeTracking-Linux-(?<version>\d+(?:\.\d+)*)\] Command: .{0,200}?\b(?<action>install|enable|disable|update|uninstall)\b/iy,
    subject: (fields) => (fields['action'] ?? '').toLowerCase(),
    fields: { phase: 'done' },
  },
  {
    kind: 'nonZeroExit',
    needle: 'Non-zero exit code: ',
    pattern: /Non-zero exit code: (?<code>-?\d+), (?<command>\S.*)/y,
  },
  { kind: 'timeout', needle: 'Timeout(', pattern: /Timeout\((?<code>\d+)\)(?:;CPUThrottledTime\([\d.]+secs\))?: /y },
])

const CAUSES = patternTable<InstallEventKind>([
  { kind: 'execFormat', needle: 'Exec format error', pattern: /Exec format error/y },
  {
    kind: 'noexec',
    needle: 'WARNING: ',
    scan: 'noexec flag',
    pattern: /WARNING: (?<mount>\S.*?) is mounted with the noexec flag/y,
  },
  {
    kind: 'noexec',
    needle: 'The noexec flag is set on ',
    scan: 'noexec flag',
    pattern: /The noexec flag is set on (?<mount>\S.*?)\. This can prevent/y,
  },
  {
    kind: 'packageLock',
    needle: 'Could not get lock ',
    // apt that waits for a lock goes on once it has it.
    pattern: /(?<!Waiting for cache lock: )Could not get lock \/var\/(?:lib\/(?:dpkg|apt)|cache\/apt)\//y,
  },
  { kind: 'packageLock', needle: 'create transaction lock', pattern: /create transaction lock/y },
  { kind: 'packageLock', needle: 'cannot open Packages ', pattern: /cannot open Packages (?:database|index)/y },
  { kind: 'packageLock', needle: 'rpmdb', pattern: /rpmdb\b.*?(?:\bBDB\d|error|fail|corrupt|damage)/iy },
  { kind: 'packageLock', needle: 'db5 error', pattern: /db5 error/y },
  { kind: 'packageLock', needle: 'parsing file ', pattern: /parsing file '?\/var\/lib\/dpkg\//y },
  { kind: 'packageLock', needle: 'holding the yum lock', pattern: /holding the yum lock(?!; waiting)/y },
  { kind: 'packageLock', needle: 'System management is locked', pattern: /System management is locked/y },
  {
    kind: 'packageLock',
    needle: 'dpkg',
    pattern: /(?<!Waiting for cache lock: .{0,40})dpkg(?: was interrupted|.*\block(?:ed|-frontend)?\b)/y,
  },
  {
    kind: 'packageLock',
    needle: 'rpm',
    // rpm that waits for a lock goes on as well, or says that it could not have it.
    pattern: /(?<!waiting for \w{1,20} lock on .{0,40})rpm\b.*\block(?:ed)?\b/y,
  },
  {
    kind: 'packagePayload',
    needle: 'Package to be installed not found pattern',
    pattern: /Package to be installed not found pattern/y,
    fields: { which: 'none' },
  },
  {
    kind: 'packagePayload',
    needle: 'More than one Package to be installed',
    pattern: /More than one Package to be installed/y,
    fields: { which: 'more' },
  },
  {
    kind: 'packagePayload',
    needle: 'Less than one Package to be installed',
    pattern: /Less than one Package to be installed/y,
    fields: { which: 'less' },
  },
  {
    // The apostrophe may be a typographic one, and "Pacakage" is how it is spelt in the wild.
    kind: 'driverFailure',
    needle: 'Driver',
    scan: 'Manager could not ',
    pattern: /Driver.s Pac[ka]+geManager could not (?<action>install|remove) Package/y,
    fields: { driver: 'PackageManager' },
  },
  {
    kind: 'driverFailure',
    needle: 'Driver',
    scan: 'Manager could not ',
    pattern: /Driver.s ServiceManager could not (?<action>install|remove) Service/y,
    fields: { driver: 'ServiceManager' },
  },
])
