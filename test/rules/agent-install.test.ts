import { ctStatusFailed } from '../../src/rules/agent/CT4006-ct-status-failed.js'
import { unsupportedArchitecture } from '../../src/rules/agent/CT4007-unsupported-architecture.js'
import { noexecMount } from '../../src/rules/agent/CT4008-noexec-mount.js'
import { packageManagerBlocked } from '../../src/rules/agent/CT4009-package-manager-blocked.js'
import { ctPackagePayload } from '../../src/rules/agent/CT4010-ct-package-payload.js'
import { ctInstallDriverFailed } from '../../src/rules/agent/CT4011-ct-install-driver-failed.js'
import { ctInstallTimeout } from '../../src/rules/agent/CT4022-ct-install-timeout.js'
import { ctCommandFailed } from '../../src/rules/agent/CT4023-ct-command-failed.js'
import type { Rule } from '../../src/model/rule.js'
import {
  AMA,
  amaOut,
  commandDone,
  CT,
  CT_LOG,
  agentLog,
  EXT,
  guestLine,
  healthyHost,
  HostTree,
  INSTALLED,
  MINUTE,
  TAKEN,
} from '../support/host.js'
import { describeRule, type FoundCase, type QuietCase, type RuleCases } from '../support/rule-tester.js'

const host = healthyHost()
const COMMANDS = `${CT_LOG}/CommandExecution.log`
const GUEST = 'var/log/waagent.log'
const STATUS = `${EXT}/config/HandlerStatus`
const AGENT = `${CT_LOG}/cta_linux_agent.log`
/** Where a failure would show; the healthy host has the first and the last. */
const EVIDENCE = /CommandExecution|waagent\.log|HandlerStatus/
const LATE = TAKEN - 20 * MINUTE

function handlerStatus(status: string, message: string, code = 1007): string {
  return JSON.stringify({ name: CT, version: '2.35.0.0', status, code, message })
}

/** What the guest agent writes to its own log when a command fails. */
function failure(at: number, message: string, op = 'Install'): string {
  return guestLine(at, `ExtHandler Event: name=${CT}, op=${op}, message=[ExtensionOperationError] ${message}`, 'ERROR')
}

const exited = (code: number, output = '', action = 'install'): string =>
  `Non-zero exit code: ${code}, /${EXT}/cta_linux_handler ${action}\n[stdout]\n\n[stderr]\n${output}`

/** Appends to the healthy CommandExecution.log. */
function commands(text: string, base = host): HostTree {
  return base.edit(COMMANDS, (log) => log + text)
}

describeRule(ctStatusFailed, {
  found: [
    {
      name: 'the guest agent calls it not ready',
      host: host.with(STATUS, handlerStatus('NotReady', exited(1, 'no'))),
      subjects: ['HandlerStatus'],
      cites: [`${STATUS}#/status`, `${STATUS}#/message`],
      data: [
        {
          status: 'NotReady',
          code: 1007,
          message:
            'Non-zero exit code: 1, /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0/cta_linux_handler install\n[stdout]\n\n[stderr]\nno',
        },
      ],
      says: [`NotReady: “Non-zero exit code: 1, /${EXT}/cta_linux_handler install”.`],
    },
    {
      name: 'the guest agent calls it unresponsive',
      host: host.with(STATUS, handlerStatus('Unresponsive', '')),
      subjects: ['HandlerStatus'],
      cites: ['HandlerStatus#/status', 'HandlerStatus#/message'],
      data: [{ status: 'Unresponsive', code: 1007, message: '' }],
      says: ['Unresponsive.'],
    },
    {
      name: 'the status file says error',
      host: status('0', 'error'),
      subjects: ['0.status'],
      cites: [`${EXT}/status/0.status#/0/status`],
      data: [{ status: 'error', operation: 'Enable', code: 3, message: 'made-up' }],
      says: ['error for Enable: “made-up”.'],
    },
    { name: 'the status file says warning', host: status('0', 'Warning'), subjects: ['0.status'] },
    {
      name: 'transitioning for more than 90 minutes',
      host: status('0', 'transitioning', TAKEN - 90 * MINUTE - 1000),
      subjects: ['0.status'],
    },
    {
      name: 'the file with the lower number was written last',
      host: status('7', 'success', TAKEN - 80 * MINUTE, TAKEN - 80 * MINUTE, status('3', 'error', LATE, LATE)),
      subjects: ['3.status'],
    },
    {
      name: 'both report it',
      host: status('0', 'error').with(STATUS, handlerStatus('notReady', 'x')),
      subjects: ['0.status', 'HandlerStatus'],
      cites: ['0.status#/0/status', 'HandlerStatus#/status', 'HandlerStatus#/message'],
      data: [
        { status: 'error', operation: 'Enable', code: 3, message: 'made-up' },
        { status: 'notReady', code: 1007, message: 'x' },
      ],
    },
    {
      name: 'copies have one time, so the time inside counts',
      host: status('0', 'success', TAKEN - 80 * MINUTE, TAKEN, status('1', 'error', LATE, TAKEN)),
      subjects: ['1.status'],
    },
    {
      name: 'nothing was said with it',
      host: host.with(STATUS, JSON.stringify({ name: CT, version: '2.35.0.0', status: 'Not Ready' })),
      subjects: ['HandlerStatus'],
      says: ['Not Ready.'],
      data: [{ code: null, message: null }],
    },
    {
      name: 'what was said is long',
      host: host.with(STATUS, handlerStatus('NotReady', 'v. 2 ' + 'x'.repeat(200))),
      subjects: ['HandlerStatus'],
      says: [`: “v. 2 ${'x'.repeat(155)}…”.`],
    },
    {
      name: 'what was said ends with dots, and just fits',
      host: host.with(STATUS, handlerStatus('NotReady', ` ${'x'.repeat(160)}. .\n`)),
      subjects: ['HandlerStatus'],
      says: [`: “${'x'.repeat(160)}”.`],
    },
    {
      name: 'the file was copied a moment ago, the time inside counts',
      host: status('0', 'transitioning', TAKEN - 91 * MINUTE, TAKEN - MINUTE),
      subjects: ['0.status'],
    },
  ],
  ok: [
    { name: 'transitioning for not quite 90 minutes', host: status('0', 'transitioning', TAKEN - 90 * MINUTE + 1000) },
    { name: 'an older failure, with a higher number', host: status('9', 'error', INSTALLED, INSTALLED) },
    {
      name: 'a part of it failed, the whole is a success',
      host: host.edit(`${EXT}/status/0.status`, (text) =>
        text.replace('"substatus":[]', '"substatus":[{"name":"x","status":"error","code":1}]'),
      ),
    },
    { name: 'no substatus at all', host: host.edit(`${EXT}/status/0.status`, (text) => text.replace('[]', 'null')) },
    {
      name: 'an older version, left behind, failed',
      host: host
        .with(`${EXT.replace('2.35', '2.9')}/config/HandlerStatus`, handlerStatus('NotReady', 'x'))
        .with(`${EXT.replace('2.35', '2.9')}/status/5.status`, statusFile('error', TAKEN), TAKEN),
    },
    {
      name: 'another extension failed',
      host: host.with(`var/lib/waagent/${AMA}-1.35.8/config/HandlerStatus`, handlerStatus('NotReady', 'x')),
    },
    { name: 'it is being installed', host: host.with(STATUS, handlerStatus('Installing', '')) },
    { name: 'no status file yet', host: host.without(/0\.status$/) },
    { name: 'no HandlerStatus, a success', host: host.without(/HandlerStatus$/) },
    {
      name: 'an old transitioning before the success',
      host: status('1', 'transitioning', INSTALLED - 300 * MINUTE, INSTALLED - 300 * MINUTE),
    },
    { name: 'a word that begins alike', host: host.with(STATUS, handlerStatus('NotReadyYet', '')) },
    { name: 'a word that ends alike', host: host.with(STATUS, handlerStatus('WasUnresponsive', '')) },
  ],
  unknown: [
    { name: 'neither of them', host: host.without(/HandlerStatus$|\.status$/) },
    {
      name: 'the newest version has neither',
      host: host.with(`${EXT.replace('2.35', '2.36')}/HandlerManifest.json`, '[]'),
    },
    {
      name: 'transitioning since nobody knows when',
      host: new HostTree(
        new Map(host.entries).set(`${EXT}/status/0.status`, {
          content: statusFile('transitioning', TAKEN).replace('timestampUTC', 'when'),
        }),
      ),
    },
  ],
})

function statusFile(word: string, at: number): string {
  const report = { name: CT, operation: 'Enable', status: word, code: '3', formattedMessage: { message: 'made-up' } }
  return JSON.stringify([
    { version: 1, timestampUTC: new Date(at).toISOString(), status: { ...report, substatus: [] } },
  ])
}

function status(seq: string, word: string, at = TAKEN - MINUTE, mtime = at, base = host): HostTree {
  return base.with(`${EXT}/status/${seq}.status`, statusFile(word, at), mtime)
}

/** The near misses that all rules on install evidence share. `output` is what the command printed. */
function recovered(output: string): QuietCase[] {
  const failed = failure(LATE, exited(1, output))
  return [
    {
      name: 'the same of another extension',
      host: host.with(GUEST, failed.replaceAll(CT, AMA)),
    },
    {
      name: 'installed and enabled later',
      host: commands(commandDone(LATE + MINUTE, 'install') + commandDone(LATE + 2 * MINUTE, 'enable')).with(
        GUEST,
        failed,
      ),
    },
    {
      name: 'installed later, in the log of an older guest agent without a zone',
      host: host.with(
        COMMANDS,
        zoneless(failed + commandDone(LATE + MINUTE, 'install') + commandDone(LATE + 2 * MINUTE, 'enable')),
      ),
    },
    {
      name: 'it says Ready since, and no log of commands was collected',
      host: host
        .without(/CommandExecution/)
        .with(GUEST, failed)
        .stamped(/HandlerStatus/, LATE + MINUTE),
    },
    {
      name: 'it says Ready, and the file has no time',
      host: new HostTree(
        new Map(
          [...host.without(/CommandExecution/).with(GUEST, failed).entries].map(([path, { content }]) => [
            path,
            { content },
          ]),
        ),
      ),
    },
    {
      name: 'the agent’s log begins after it',
      host: host
        .with(COMMANDS, failure(INSTALLED - MINUTE, exited(1, output)))
        .without(/HandlerStatus/)
        .with(COMMANDS, failure(INSTALLED - MINUTE, exited(1, output)) + guestLine(INSTALLED, 'Enable extension: [x]')),
    },
    {
      name: 'HandlerStatus holds it, and says Ready',
      host: host.with(STATUS, handlerStatus('Ready', exited(1, output), 0)),
    },
    {
      name: 'HandlerStatus of an older version holds it',
      host: host.with(
        `${EXT.replace('2.35', '2.9')}/config/HandlerStatus`,
        handlerStatus('NotReady', exited(1, output)),
      ),
    },
  ]
}

/** Where nobody can tell. */
function open(output: string): QuietCase[] {
  return [
    { name: 'nothing was collected in which it would show', host: host.without(EVIDENCE) },
    {
      name: 'tried again, and how that ended was not collected',
      host: host
        .without(EVIDENCE)
        .with(GUEST, failure(LATE, exited(1, output)) + guestLine(LATE + MINUTE, 'Install extension [x]')),
    },
    {
      name: 'only a rotated log of commands is there',
      host: host.without(EVIDENCE).with(`${COMMANDS}.1`, failure(LATE, exited(1, output))),
    },
  ]
}

function zoneless(text: string): string {
  return text.replaceAll(/^(\d{4})-(\d\d)-(\d\d)T([\d:.]+)Z/gm, '$1/$2/$3 $4')
}

/** A failure in the three places, and under a command that ended well all the same. */
function everywhere(output: string, cites: string, says: string, fields: object = {}): [FoundCase, ...FoundCase[]] {
  const subjects = ['ChangeTracking-Linux']
  return [
    {
      name: 'printed by a command that ended well',
      host: host.with(COMMANDS, commandDone(LATE, 'install', output) + guestLine(LATE + 9000, 'Enable extension: [x]')),
      subjects,
      cites: [`${COMMANDS}:4`],
      says: [says, ' at 2026-01-10T09:40:08Z'],
      data: [{ failures: 1, action: 'install', last: '2026-01-10T09:40:08Z', fields }],
    },
    {
      name: 'in the guest agent’s log',
      host: host.with(GUEST, failure(LATE, exited(1, output))),
      subjects,
      cites: [GUEST],
    },
    {
      name: 'in HandlerStatus',
      host: host.with(STATUS, handlerStatus('NotReady', exited(1, output))),
      subjects,
      cites: [`${STATUS}${cites}`],
      data: [{ failures: 1, action: 'install', last: null, fields }],
    },
    {
      name: 'enabled later, which proves no installation',
      host: host.with(COMMANDS, commandDone(LATE, 'install', output) + commandDone(LATE + MINUTE, 'enable')),
      subjects,
      cites: [COMMANDS],
    },
    {
      name: 'installed before, an update failed',
      host: commands(failure(LATE, exited(1, output), 'Update')),
      subjects,
      cites: [COMMANDS],
    },
    {
      name: 'without a zone, in the log of an older guest agent',
      host: host
        .with(COMMANDS, zoneless(commandDone(LATE, 'install', output)))
        .with(AGENT, agentLog({ from: LATE - 20 * 60 * MINUTE })),
      subjects,
      cites: [COMMANDS],
      data: [{ failures: 1, action: 'install', last: '2026-01-10T09:40:08Z', fields: { ...fields, zone: 'unknown' } }],
    },
  ]
}

const LOCK = 'dpkg: error: dpkg frontend lock was locked by another process with pid 4242'
describeRule(packageManagerBlocked, {
  found: [
    ...everywhere(LOCK, '#/message', `: “${LOCK}”`),
    {
      name: 'the database of rpm',
      host: host.with(GUEST, failure(LATE, exited(1, 'error: cannot open Packages database in /var/lib/rpm'))),
      subjects: ['ChangeTracking-Linux'],
    },
  ],
  ok: [
    ...recovered(LOCK),
    {
      name: 'apt waited for the lock and went on',
      host: host.with(
        COMMANDS,
        commandDone(
          LATE,
          'install',
          'Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)',
        ),
      ),
    },
    ...[
      'warning: waiting for transaction lock on /var/lib/rpm/.rpm.lock',
      'Another app is currently holding the yum lock; waiting for it to exit...',
    ].map((said) => ({
      name: `it went on after: ${said}`,
      host: host.with(COMMANDS, commandDone(LATE, 'install', said)),
    })),
    { name: 'another reason', host: host.with(GUEST, failure(LATE, exited(1, 'disk full'))) },
  ],
  unknown: open(LOCK),
})

const NONE = 'Package to be installed not found pattern change-tracking-retail*.deb'
describeRule(ctPackagePayload, {
  found: [
    ...everywhere(NONE, '#/message', 'no package', { which: 'none' }),
    {
      name: 'in what a collector kept of a large log',
      host: host
        .without(/CommandExecution/)
        .with(`sos_strings/azure/var.log.azure.${CT}.CommandExecution.log.tailed`, commandDone(LATE, 'install', NONE)),
      subjects: ['ChangeTracking-Linux'],
    },
    {
      name: 'two packages in the folder',
      host: host
        .with(COMMANDS, commandDone(LATE, 'install', 'More than one Package to be installed'))
        .with(`${EXT}/change-tracking-retail_0.1.1-1_amd64.deb`, '')
        .with(`${EXT}/change-tracking-retail_0.1.2-1_amd64.deb`, ''),
      subjects: ['ChangeTracking-Linux'],
      cites: [`${EXT}/change-tracking-retail_0.1.1-1_amd64.deb`],
      says: ['more than one package'],
      data: [{ fields: { which: 'more' } }],
    },
  ],
  ok: [
    ...recovered(NONE),
    {
      name: 'what a collector kept of another extension’s large log',
      host: host.with(`truncated__var_log_azure_${AMA}_CommandExecution.log`, commandDone(LATE, 'install', NONE)),
    },
    {
      name: 'two packages, and no complaint',
      host: host.with(`${EXT}/a_1_amd64.deb`, '').with(`${EXT}/a_2_amd64.deb`, ''),
    },
    { name: 'another reason', host: host.with(GUEST, failure(LATE, exited(1, LOCK))) },
  ],
  unknown: open(NONE),
})

const DRIVER = 'Driver’s ServiceManager could not install Service'
describeRule(ctInstallDriverFailed, {
  found: [
    ...everywhere(DRIVER, '#/message', 'install its service', { driver: 'ServiceManager', action: 'install' }),
    {
      name: 'the package of an old version cannot be removed',
      host: commands(
        failure(LATE, exited(1, "Driver's PacakageManager could not remove Package", 'uninstall'), 'UnInstall'),
      ),
      subjects: ['ChangeTracking-Linux'],
      says: ['remove its package'],
    },
  ],
  ok: [
    ...recovered(DRIVER),
    {
      name: 'another driver',
      host: host.with(GUEST, failure(LATE, exited(1, "Driver's PrintManager could not install Service"))),
    },
    {
      name: 'it could',
      host: host.with(COMMANDS, commandDone(LATE, 'install', "Driver's ServiceManager could install Service")),
    },
  ],
  unknown: open(DRIVER),
})

const FORMAT = '/bin/sh: 1: cta_linux_handler: Exec format error'
const arm = (tree: HostTree): HostTree =>
  tree.edit('var/lib/dpkg/status', (text) => text.replaceAll('Architecture: amd64', 'Architecture: arm64'))
const ARM_KERNEL = 'Linux vm-01 6.1.0-1 #1 SMP UTC 2025 aarch64 GNU/Linux\n'
describeRule(unsupportedArchitecture, {
  found: [
    {
      name: 'the kernel says aarch64',
      host: host.with('uname.txt', ARM_KERNEL),
      subjects: ['aarch64'],
      cites: ['uname.txt:1'],
      data: [{ architecture: 'aarch64' }],
    },
    {
      name: 'the Azure Monitor Agent’s collector says aarch64',
      host: host.with('amalinux.out', amaOut({ machine: 'aarch64' })),
      subjects: ['aarch64'],
      cites: ['amalinux.out:4'],
    },
    { name: 'dpkg is of arm64', host: arm(host), subjects: ['aarch64'], cites: ['var/lib/dpkg/status:225'] },
    {
      name: 'its programs cannot be executed',
      host: host.with(GUEST, failure(LATE, exited(126, FORMAT))),
      subjects: ['ChangeTracking-Linux'],
      cites: [GUEST],
    },
    {
      name: 'HandlerStatus says so',
      host: host.with(STATUS, handlerStatus('NotReady', exited(126, FORMAT))),
      subjects: ['ChangeTracking-Linux'],
    },
    {
      name: 'only packages for another architecture came with it',
      host: host.with('uname.txt', ARM_KERNEL).with(`${EXT}/change-tracking-retail_0.1_amd64.deb`, ''),
      subjects: ['aarch64'],
    },
  ],
  ok: [
    {
      name: 'a package for it came with the extension',
      host: host.with('uname.txt', ARM_KERNEL).with(`${EXT}/change-tracking-retail_0.1_arm64.deb`, ''),
    },
    {
      name: 'a package of a foreign architecture is installed',
      host: host.edit('var/lib/dpkg/status', (text) =>
        text.replace(
          'Package: gcc-12-base',
          'Package: libarm\nArchitecture: arm64\nStatus: install ok installed\nVersion: 1\n\nPackage: gcc-12-base',
        ),
      ),
    },
    {
      name: 'the host is called aarch64',
      host: host.with('uname.txt', 'Linux aarch64 6.1.0 #1 SMP UTC 2025 x86_64 GNU/Linux\n'),
    },
    { name: 'the architecture is known and no log is there', host: host.without(EVIDENCE) },
    { name: 'nothing tells the architecture, and all went well', host: host.without(/dpkg/) },
    {
      name: 'enabled later',
      host: commands(failure(LATE, exited(126, FORMAT)) + commandDone(LATE + MINUTE, 'enable')),
    },
    { name: 'it fails for another reason', host: host.with(GUEST, failure(LATE, exited(126, 'Permission denied'))) },
    {
      name: 'one of two packages is for it',
      host: host
        .with('uname.txt', ARM_KERNEL)
        .with(`${EXT}/change-tracking-retail_0.1_amd64.deb`, '')
        .with(`${EXT}/change-tracking-retail_0.1_arm64.deb`, ''),
    },
  ],
  unknown: [
    { name: 'neither architecture nor a log', host: host.without(/dpkg/).without(EVIDENCE) },
    {
      name: 'tried again, and how that ended was not collected',
      host: host
        .without(EVIDENCE)
        .with(GUEST, failure(LATE, exited(126, FORMAT)) + guestLine(LATE + MINUTE, 'Install extension [x]')),
    },
  ],
})

const MOUNTS = 'proc/mounts'
const WARNING = 'WARNING: /var is mounted with the noexec flag, which can prevent execution of VM Extensions.'
const DENIED = failure(
  LATE,
  `Non-zero exit code: 126, /${EXT}/cta_linux_handler install\n${WARNING}\n[stdout]\n\n[stderr]\nPermission denied`,
)
const unmounted = host.without(/^proc\/mounts$/)
const noexec = (...lines: string[]): HostTree => host.with(MOUNTS, `/dev/sda1 / ext4 rw 0 0\n${lines.join('\n')}\n`)
describeRule(noexecMount, {
  found: [
    {
      name: '/var is mounted noexec',
      host: noexec('/dev/mapper/rootvg-varlv /var xfs rw,seclabel,noexec,relatime 0 0'),
      subjects: ['/var'],
      cites: [`${MOUNTS}:2`],
      data: [{ mount: '/var', options: ['rw', 'seclabel', 'noexec', 'relatime'] }],
    },
    {
      name: 'of two mounts at one place the last',
      host: noexec('/dev/sdb1 /var xfs rw 0 0', '/dev/sdc1 /var xfs rw,noexec 0 0'),
      subjects: ['/var'],
      cites: [`${MOUNTS}:3`],
    },
    {
      name: 'what mount prints',
      host: unmounted.with('mount.txt', '/dev/sda1 on / type ext4 (rw)\n/dev/sdb1 on /var/lib type xfs (rw,noexec)\n'),
      subjects: ['/var/lib'],
    },
    {
      name: 'the guest agent’s warning',
      host: unmounted.with(GUEST, DENIED),
      subjects: ['/var'],
      cites: [`${GUEST}:2`],
      says: [' at 2026-01-10T09:40:00Z that /var '],
      data: [{ failures: 1, last: '2026-01-10T09:40:00Z' }],
    },
    {
      name: 'its warning at the start',
      host: unmounted.with(
        GUEST,
        guestLine(LATE, 'x').replace(
          /\[.*/,
          'The noexec flag is set on /var. This can prevent extensions from executing.',
        ),
      ),
      subjects: ['/var'],
    },
    {
      name: 'HandlerStatus',
      host: unmounted.with(STATUS, handlerStatus('NotReady', WARNING)),
      subjects: ['/var'],
      says: ['warned that /var '],
    },
    {
      name: 'mounted noexec, and the guest agent said so twice',
      host: noexec('/dev/sdb1 /var xfs rw,noexec 0 0').with(GUEST, DENIED + DENIED),
      subjects: ['/var'],
      cites: [`${MOUNTS}:2`, `${GUEST}:8`],
    },
  ],
  ok: [
    {
      name: 'a mount above it, covered by one nearer',
      host: noexec('/dev/sdb1 /var xfs rw,noexec 0 0', '/dev/sdc1 /var/lib xfs rw 0 0'),
    },
    { name: 'remounted since the warning', host: host.with(GUEST, DENIED) },
    { name: 'a neighbour', host: noexec('/dev/sdb1 /var/log xfs rw,noexec 0 0', '/dev/sdc1 /tmp tmpfs rw,noexec 0 0') },
    { name: 'a name that begins alike', host: noexec('/dev/sdb1 /var/li xfs rw,noexec 0 0') },
    { name: 'nosuid and nodev only', host: noexec('/dev/sdb1 /var xfs rw,nosuid,nodev 0 0') },
    { name: 'a warning about another place', host: unmounted.with(GUEST, DENIED.replace('/var is', '/tmp is')) },
    {
      name: 'a command went well after the warning',
      host: unmounted.edit(COMMANDS, (text) => text + commandDone(LATE + MINUTE, 'enable')).with(GUEST, DENIED),
    },
    { name: 'no list, and all went well', host: unmounted },
    {
      name: 'a second mount of the same place without it',
      host: noexec('/dev/sdb1 /var xfs rw,noexec 0 0', '/dev/sdc1 /var xfs rw 0 0'),
    },
    {
      name: 'a warning about another folder, and no list of mounts',
      host: unmounted.with(GUEST, DENIED.replace('/var is mounted', '/home is mounted')),
    },
  ],
  unknown: [
    { name: 'no list and no log', host: unmounted.without(EVIDENCE) },
    {
      name: 'a warning, and a later attempt whose end is not known',
      host: unmounted.without(EVIDENCE).with(GUEST, DENIED + guestLine(LATE + MINUTE, 'Enable extension: [x]')),
    },
  ],
})

/** Timeouts and exit codes: the failure is the guest agent's own line. */
function describeCommand(
  rule: Rule,
  say: (action: string) => string,
  subject: (action: string) => string,
  says: readonly string[],
  more: Partial<RuleCases> = {},
): void {
  const failed = (at: number, action = 'enable'): string => failure(at, say(action), action)
  describeRule(rule, {
    found: [
      {
        name: 'in the guest agent’s log',
        host: host.with(GUEST, failed(LATE)),
        subjects: [subject('enable')],
        cites: [`${GUEST}:1`],
        says,
      },
      {
        name: 'in the log of commands',
        host: commands(failed(LATE)),
        subjects: [subject('enable')],
        cites: [COMMANDS],
      },
      {
        name: 'in HandlerStatus',
        host: host.with(STATUS, handlerStatus('NotReady', say('enable'), 1009)),
        subjects: [subject('enable')],
        cites: [`${STATUS}#/message`],
        data: [{ failures: 1, action: 'enable', last: null }],
      },
      {
        name: 'again and again; the agent of the version before runs on',
        host: host.with(GUEST, failed(LATE) + failed(LATE + MINUTE)),
        subjects: [subject('enable')],
        cites: [`${GUEST}:1`],
        says: [' at 2026-01-10T09:41:00Z'],
        data: [{ failures: 2 }],
      },
      {
        name: 'an uninstallation, after which nothing went well',
        host: commands(failed(LATE, 'uninstall')),
        subjects: [subject('uninstall')],
      },
      ...(more.found ?? []),
    ],
    notApplicable: more.notApplicable ?? [],
    ok: [
      { name: 'of another extension', host: host.with(GUEST, failed(LATE).replaceAll(CT, AMA)) },
      { name: 'enabled later', host: commands(failed(LATE) + commandDone(LATE + MINUTE, 'enable')) },
      {
        name: 'uninstalled at the next attempt',
        host: commands(failed(LATE, 'uninstall') + commandDone(LATE + MINUTE, 'uninstall')),
      },
      {
        name: 'enabled later, which shows in the other log',
        host: commands(commandDone(LATE + MINUTE, 'enable')).with(GUEST, failed(LATE)),
      },
      { name: 'before the installation that is there now', host: host.with(GUEST, failed(INSTALLED - MINUTE)) },
      {
        name: 'it says Ready since, and no log of commands was collected',
        host: host
          .without(/CommandExecution/)
          .with(GUEST, failed(LATE))
          .stamped(/HandlerStatus/, LATE),
      },
      {
        name: 'the agent began to log afterwards',
        host: host
          .without(/CommandExecution|HandlerStatus/)
          .with(COMMANDS, failed(LATE) + guestLine(LATE + 1000, 'Enable extension: [x]'))
          .with(AGENT, agentLog({ from: LATE + 5000 })),
      },
      { name: 'nothing of the kind', host: host.with(GUEST, failure(LATE, 'Zero exit code: 0, x')) },
      ...(more.ok ?? []),
    ],
    unknown: [
      { name: 'nothing was collected in which it would show', host: host.without(EVIDENCE) },
      {
        name: 'tried again, and how that ended was not collected',
        host: host.without(EVIDENCE).with(GUEST, failed(LATE) + guestLine(LATE + MINUTE, 'Enable extension: [x]')),
      },
    ],
  })
}

describeCommand(
  ctInstallTimeout,
  (action) => `Timeout(300);CPUThrottledTime(1.5secs): /${EXT}/cta_linux_handler ${action}\n[stdout]\n`,
  () => 'ChangeTracking-Linux',
  ['The enable command', ' 300 s at 2026-01-10T09:40:00Z.'],
)
describeCommand(
  ctCommandFailed,
  (action) => exited(2, 'made-up: no', action),
  (action) => action,
  ['The enable command', ' 2 at 2026-01-10T09:40:00Z.'],
  {
    ok: [
      {
        name: 'it took too long, of which another rule speaks',
        host: host.with(GUEST, failure(LATE, `Timeout(300);CPUThrottledTime(1.5secs): /${EXT}/cta_linux_handler x`)),
      },
    ],
    found: [
      {
        name: 'mounted noexec, and it was executed all the same',
        host: noexec('/dev/sdb1 /var xfs rw,noexec 0 0').with(GUEST, failure(LATE, exited(2))),
        subjects: ['install'],
      },
      {
        name: 'two commands',
        host: host.with(GUEST, failure(LATE, exited(2)) + failure(LATE + MINUTE, exited(3, '', 'enable'), 'Enable')),
        subjects: ['enable', 'install'],
        cites: ['waagent.log:6', 'waagent.log:1'],
      },
      {
        name: 'not executable, for no reason that shows',
        host: host.with(GUEST, failure(LATE, exited(126, 'Permission denied'))),
        subjects: ['install'],
      },
    ],
    notApplicable: [
      { name: 'the lock explains it', host: host.with(GUEST, failure(LATE, exited(1, LOCK))) },
      { name: 'the driver explains it', host: host.with(GUEST, failure(LATE, exited(1, DRIVER))) },
      { name: 'the noexec warning explains it', host: host.with(GUEST, DENIED) },
      {
        name: 'a reason in the other log explains it',
        host: commands(commandDone(LATE - MINUTE, 'install', NONE)).with(GUEST, failure(LATE, exited(2))),
      },
      {
        name: 'the mount explains it',
        host: noexec('/dev/sdb1 /var xfs rw,noexec 0 0').with(GUEST, failure(LATE, exited(126, 'Permission denied'))),
      },
      { name: 'the architecture explains it', host: arm(host).with(GUEST, failure(LATE, exited(126, ''))) },
    ],
  },
)
