import { amaNotInstalled } from '../../src/rules/ama/CT2001-ama-not-installed.js'
import { amaMultipleVersions } from '../../src/rules/ama/CT2002-ama-multiple-versions.js'
import { amaKnownBadVersion } from '../../src/rules/ama/CT2003-ama-known-bad-version.js'
import { amaDefaultsInvalid } from '../../src/rules/ama/CT2009-ama-defaults-invalid.js'
import { amaIdentityMalformed } from '../../src/rules/ama/CT2010-ama-identity-malformed.js'
import { amaTracingOn } from '../../src/rules/ama/CT2011-ama-tracing-on.js'
import { amaServiceDown } from '../../src/rules/ama/CT2014-ama-service-down.js'
import { amaDirectoryUnreachable } from '../../src/rules/ama/CT2016-ama-directory-unreachable.js'
import {
  amaOut,
  AMA,
  AMA_LOG,
  amaDefaults,
  CHUNK_FILE,
  CT,
  CT_LOG,
  EXT,
  healthyHost,
  HostTree,
  MACHINE,
  mdsdInfo,
  namei,
  unitStates,
  type UnitOptions,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const info = `${AMA_LOG}/mdsd.info`
const defaults = 'etc/default/azuremonitoragent'
const units = 'systemctl-show.txt'
const folderOf = (version: string): string => `var/lib/waagent/${AMA}-${version}/config/HandlerState`
const version = (one: string): HostTree => host.without(/AzureMonitorLinuxAgent/).with(folderOf(one), 'Enabled')

const only = (files: Record<string, string>): HostTree =>
  new HostTree(new Map(Object.entries(files).map(([path, content]) => [path, { content }])))

/** A machine with Change Tracking on which the other agent was never installed. */
const without = host
  .without(/azuremonitor|waagent\/Microsoft\.Azure\.Monitor|proc\/net|systemctl-show|namei|ps-ef/i)
  .edit('var/lib/dpkg/status', (text) => text.replace(/Package: azuremonitoragent\n(?:.+\n)*\n/, ''))

describeRule(amaNotInstalled, {
  found: [
    {
      name: 'no trace on a machine with its guest agent’s folder and its packages',
      host: without,
      subjects: ['AzureMonitorLinuxAgent'],
      cites: ['var/lib/waagent/waagent_status.json', 'var/lib/dpkg/status'],
    },
    {
      name: 'the agent’s own collector says so',
      host: only({
        'amalogs-azurevm-2026-01-10T10.00.00/amalinux.out': amaOut({ install: 'AMA Install Status: not installed' }),
      }),
      subjects: ['AzureMonitorLinuxAgent'],
      cites: ['amalinux.out:9'],
    },
    {
      name: 'systemd does not know the service, and dpkg not the package',
      host: without
        .without(/waagent/)
        .with(units, unitStates({ ama: { load: 'not-found', active: 'inactive', sub: 'dead', file: '' } })),
      subjects: ['AzureMonitorLinuxAgent'],
      cites: ['status', 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux', 'systemctl-show.txt:3'],
    },
  ],
  ok: [
    { name: 'only its folder', host: without.with(folderOf('1.35.8'), 'Enabled') },
    { name: 'only its log', host: without.with(`${AMA_LOG}/mdsd.err`, '') },
    { name: 'only its defaults file, unreadable', host: without.with(defaults, '\0\0') },
    { name: 'only its service', host: without.with(units, unitStates({ ama: { active: 'failed' } })) },
    {
      name: 'only its process',
      host: without.with('ps-ef.txt', 'root 2056 1 0 08:00 ? 00:00:09 /opt/microsoft/azuremonitoragent/bin/mdsd -A\n'),
    },
    { name: 'only its own log folder', host: without.with(`var/log/azure/${AMA}/extension.log`, 'x') },
    {
      name: 'only its package',
      host: without.edit(
        'var/lib/dpkg/status',
        (text) =>
          `${text}\nPackage: azuremonitoragent\nStatus: install ok installed\nVersion: 1.35.8\nArchitecture: amd64\n\n`,
      ),
    },
    {
      name: 'the collector says it is installed',
      host: without.with('amalinux.out', amaOut({ install: 'AMA Install Status: installed' })),
    },
  ],
  unknown: [
    {
      name: 'only the extension and the logs of Change Tracking were collected',
      host: only({
        [`${EXT}/config/HandlerState`]: 'Enabled',
        [`${CT_LOG}/cta_linux_agent.log`]: '',
        'etc/hostname': 'vm-01',
      }),
    },
    { name: 'only the package database', host: without.without(/waagent|azure/) },
    {
      name: 'every place was looked at, but the package database stayed behind',
      host: only({
        'etc/hostname': 'vm-01',
        'manifest.json': JSON.stringify({
          tool: { name: 'ct-diag' },
          takenAt: '2026-01-10T10:00:00Z',
          everyPlace: true,
          missing: [{ origin: '/var/lib/dpkg/status', reason: 'it is too large' }],
        }),
      }),
    },
    {
      name: 'the guest agent’s folder and nothing beside it',
      host: only({ 'var/lib/waagent/waagent_status.json': '{}' }),
    },
  ],
})

describeRule(amaMultipleVersions, {
  found: [
    {
      name: 'two folders',
      host: host.with(folderOf('1.33.1'), 'Enabled'),
      subjects: ['AzureMonitorLinuxAgent'],
      cites: [`${AMA}-1.33.1`, `${AMA}-1.35.8`],
      data: [{ versions: ['1.35.8', '1.33.1'] }],
    },
    {
      name: 'the agent’s own collector counts two',
      host: only({
        'amalogs-azurevm-2026-01-10T10.00.00/amalinux.out': amaOut({
          install: 'AMA Install Status: installed\nMultiple AMA versions detected: 1.33.1, 1.35.8',
        }),
      }),
      subjects: ['AzureMonitorLinuxAgent'],
    },
  ],
  ok: [
    { name: 'a zip of another version', host: host.with(`var/lib/waagent/${AMA}-1.33.1.zip`, 'PK') },
    {
      name: 'two versions of Change Tracking',
      host: host.with(`var/lib/waagent/${CT}-2.9.0.0/config/HandlerState`, 'x'),
    },
    { name: 'many files of one version', host: host.with(`var/lib/waagent/${AMA}-1.35.8/status/0.status`, '[]') },
    {
      name: 'the collector counts one',
      host: only({ 'amalinux.out': amaOut() }),
    },
  ],
  unknown: [{ name: 'nothing shows a version', host: host.without(/AzureMonitorLinuxAgent/) }],
})

const ARC = MACHINE.replace('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines')
const onArc = (tree: HostTree): HostTree =>
  tree.edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, ARC)).edit(info, (text) => text.replaceAll(MACHINE, ARC))
const nowhere = (tree: HostTree): HostTree =>
  tree.edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, '')).edit(info, (text) => text.replaceAll(MACHINE, ''))
const onArm = (tree: HostTree): HostTree =>
  tree.edit('var/lib/dpkg/status', (text) => text.replaceAll('amd64', 'arm64'))

describeRule(amaKnownBadVersion, {
  found: [
    {
      name: 'tokens are fetched once',
      host: version('1.31.1'),
      subjects: ['1.31.1'],
      cites: [`${AMA}-1.31.1`],
      data: [{ version: '1.31.1', source: 'https://github.com/Azure/azure-linux-extensions/issues/1950' }],
    },
    { name: 'a version to avoid, with one more part', host: version('1.25.1.0'), subjects: ['1.25.1.0'] },
    {
      name: 'the daemon still has the bad version',
      host: host.with(info, mdsdInfo().replace('ver(1.35.8)', 'ver(1.10.7)')),
      subjects: ['1.10.7'],
      cites: [`${info}:1`],
    },
    { name: 'bad on Arc, and it is an Arc-enabled server', host: onArc(version('1.29.5')), subjects: ['1.29.5'] },
    { name: 'bad on arm64, and it is one', host: onArm(version('1.30.2')), subjects: ['1.30.2'] },
    {
      name: 'the agent’s own collector names it',
      host: only({ 'amalinux.out': amaOut({ install: 'AMA Version: 1.15.1' }) }),
      subjects: ['1.15.1'],
    },
  ],
  ok: [
    { name: 'the version that repaired it', host: version('1.29.6') },
    { name: 'a version about which two pages contradict each other', host: version('1.25.2') },
    { name: 'a version newer than the list', host: version('1.99.0') },
    { name: 'a longer number', host: version('1.31.10') },
    { name: 'bad on Arc, but it is an Azure VM', host: version('1.12.2') },
    { name: 'bad on arm64, but it is none', host: version('1.30.2') },
    { name: 'an old bad version left behind by an update', host: host.with(folderOf('1.31.1'), 'NotInstalled') },
    {
      name: 'the bad version ran before the last start',
      host: host.with(
        `${info}.1`,
        '2026-01-09T08:00:01.7630300Z: [DAEMON] START mdsd daemon ver(1.31.1) pid(1) uid(104) gid (111)\n',
      ),
    },
  ],
  unknown: [
    { name: 'no version', host: host.without(/AzureMonitorLinuxAgent|mdsd\.info/) },
    { name: 'bad on Arc, and nothing shows what it is', host: nowhere(version('1.12.2')) },
    { name: 'bad on arm64, and nothing shows what it is', host: version('1.30.2').without(/dpkg/) },
  ],
})

const set = (change: (text: string) => string): HostTree => host.edit(defaults, change)

describeRule(amaDefaultsInvalid, {
  found: [
    {
      name: 'the setting is false',
      host: set((text) => text.replace('ENABLE_MCS=true', 'ENABLE_MCS=false')),
      subjects: ['ENABLE_MCS'],
      cites: [`${defaults}:6`],
    },
    {
      name: 'the setting is missing',
      host: set((text) => text.replace(/.*ENABLE_MCS.*\n/, '')),
      subjects: ['ENABLE_MCS'],
      cites: [defaults],
    },
    {
      name: 'the setting is commented out',
      host: set((text) => text.replace('export ENABLE_MCS', '# export ENABLE_MCS')),
      subjects: ['ENABLE_MCS'],
    },
    {
      name: 'as the agent’s own collector has it, switched off further down',
      host: host.without(/etc\/default/).with('mdsd/azuremonitoragent', `${amaDefaults()}export ENABLE_MCS=false\n`),
      subjects: ['ENABLE_MCS'],
    },
  ],
  ok: [
    { name: 'in quotes', host: set((text) => text.replace('ENABLE_MCS=true', 'ENABLE_MCS="true"')) },
    { name: 'without export', host: set((text) => text.replace('export ENABLE_MCS', 'ENABLE_MCS')) },
    { name: 'switched on further down', host: set((text) => `ENABLE_MCS=false\n${text}`) },
    { name: 'with Windows line ends', host: set((text) => text.replaceAll('\n', '\r\n')) },
  ],
  unknown: [{ name: 'the file is empty', host: host.with(defaults, '') }],
})

const identity = (line: string): HostTree => set((text) => text.replace(/.*MANAGED_IDENTITY.*\n/, line))
const ARM =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-01'

describeRule(amaIdentityMalformed, {
  found: [
    {
      name: 'no kind',
      host: identity('export MANAGED_IDENTITY=00000000-0000-4000-8000-0000000000aa\n'),
      subjects: ['MANAGED_IDENTITY'],
      cites: [`${defaults}:7`],
      says: ['client_id#, object_id# or mi_res_id#'],
    },
    {
      name: 'a kind nobody knows',
      host: identity('export MANAGED_IDENTITY=name#id-01\n'),
      subjects: ['MANAGED_IDENTITY'],
      says: ['client_id#, object_id# or mi_res_id#'],
    },
    {
      name: 'a resource id called a client id',
      host: identity(`export MANAGED_IDENTITY=client_id#${ARM}\n`),
      subjects: ['MANAGED_IDENTITY'],
      says: [`“${ARM}” is no GUID`],
    },
    {
      name: 'no value',
      host: identity('export MANAGED_IDENTITY=mi_res_id#\n'),
      subjects: ['MANAGED_IDENTITY'],
      says: ['“” is no resource id'],
    },
  ],
  ok: [
    { name: 'none: the system-assigned identity', host: identity('') },
    { name: 'an empty one', host: identity('export MANAGED_IDENTITY=\n') },
    { name: 'a resource id', host: identity(`export MANAGED_IDENTITY="mi_res_id#${ARM}"\n`) },
    { name: 'a resource id in lower case', host: identity(`export MANAGED_IDENTITY=mi_res_id#${ARM.toLowerCase()}\n`) },
    {
      name: 'an object id',
      host: identity('export MANAGED_IDENTITY=object_id#00000000-0000-4000-8000-0000000000AA\n'),
    },
    {
      name: 'a kind in capitals, with blanks around it',
      host: identity('export MANAGED_IDENTITY=" CLIENT_ID#00000000-0000-4000-8000-0000000000aa "\n'),
    },
  ],
  unknown: [{ name: 'the file is empty', host: host.with(defaults, '') }],
})

describeRule(amaTracingOn, {
  found: [
    {
      name: 'flags of event ingestion',
      host: set((text) => text.replace('="-A -R', '="-T 0x2 -A -R')),
      subjects: ['MDSD_OPTIONS'],
      cites: [`${defaults}:5`],
      data: [{ flags: '0x2' }],
      says: [' 0x2'],
    },
    {
      name: 'at the end, without flags',
      host: set((text) => text.replace('/events"', '/events -T"')),
      subjects: ['MDSD_OPTIONS'],
      data: [{ flags: '' }],
    },
    {
      name: 'flags that end like nothing',
      host: set((text) => text.replace('="-A -R', '="-T 0x100 -A -R')),
      subjects: ['MDSD_OPTIONS'],
    },
  ],
  ok: [
    { name: 'another option in lower case', host: set((text) => text.replace('="-A -R', '="-t 0x2 -A -R')) },
    { name: 'flags of nothing', host: set((text) => text.replace('="-A -R', '="-T 0x0 -A -R')) },
    { name: 'in a comment', host: set((text) => `# MDSD_OPTIONS="-T 0x2"\n${text}`) },
    { name: 'in another setting', host: set((text) => `${text}export OTHER_OPTIONS="-T 0x2"\n`) },
    { name: 'flags of nothing, in two more spellings', host: set((text) => text.replace('="-A -R', '="-T 0 -A -R')) },
    {
      name: 'flags of nothing, all digits written out',
      host: set((text) => text.replace('="-A -R', '="-T 0x0000 -A -R')),
    },
  ],
})

const state = (ama: UnitOptions): HostTree => host.without(/ps-ef/).with(units, unitStates({ ama }))
const mdsd = 'syslog 2056 2055 0 08:00 ? 00:00:09 /opt/microsoft/azuremonitoragent/bin/mdsd -A -R -c /etc/opt/x.xml\n'

describeRule(amaServiceDown, {
  found: [
    {
      name: 'it failed',
      host: state({ active: 'failed', sub: 'failed' }),
      subjects: ['azuremonitoragent.service'],
      cites: [`${units}:4`],
      data: [{ active: 'failed', sub: 'failed', result: 'success', unitFile: 'enabled' }],
      says: ['is failed.'],
    },
    {
      name: 'it was stopped and disabled',
      host: state({ active: 'inactive', sub: 'dead', file: 'disabled' }),
      subjects: ['azuremonitoragent.service'],
      cites: ['systemctl-show.txt:4', 'systemctl-show.txt:5'],
    },
    {
      name: 'it waits for its next restart',
      host: state({ active: 'activating', sub: 'auto-restart' }),
      subjects: ['azuremonitoragent.service'],
    },
    {
      name: 'a list of units from a collector',
      host: host
        .without(/systemctl|ps-ef/)
        .with(
          'sos_commands/systemd/systemctl_list-units',
          '● azuremonitoragent.service loaded failed failed Azure Monitor Agent daemon\n  cxp.service loaded active running x\n',
        ),
      subjects: ['azuremonitoragent.service'],
      data: [{ active: 'failed', sub: 'failed', result: null, unitFile: null }],
      says: ['is failed.'],
    },
    {
      name: 'its status, and a process list with somebody who looks for it',
      host: host
        .without(/systemctl/)
        .with('ps-ef.txt', `UID PID PPID C STIME TTY TIME CMD\nroot 9 1 0 08:00 pts/0 00:00:00 grep mdsd\n`)
        .with(
          'systemctl-status-ama.txt',
          '○ azuremonitoragent.service - x\n   Loaded: loaded (/x; disabled)\n   Active: inactive (dead)\n',
        ),
      subjects: ['azuremonitoragent.service'],
      data: [{ active: 'inactive', sub: 'dead', result: null, unitFile: 'disabled' }],
    },
  ],
  ok: [
    { name: 'it is just starting', host: state({ active: 'activating', sub: 'start' }) },
    { name: 'it is reloading', host: state({ active: 'reloading', sub: 'reload' }) },
    { name: 'it runs, though it is not enabled', host: state({ file: 'disabled' }) },
    {
      name: 'the other agent’s service is down',
      host: host.with(units, unitStates({ cxp: { active: 'failed', sub: 'failed' } })),
    },
    {
      name: 'an older list says it was down',
      host: host
        .with('systemctl-show-old.txt', unitStates({ ama: { active: 'failed', sub: 'failed' } }))
        .stamped(/systemctl-show-old/, 1000),
    },
  ],
  notApplicable: [
    { name: 'systemd does not know it', host: state({ load: 'not-found', active: 'inactive', sub: 'dead', file: '' }) },
  ],
  unknown: [
    { name: 'no answer of systemctl', host: host.without(/systemctl/) },
    { name: 'the answer names other units only', host: host.with(units, 'Id=cxp.service\nActiveState=active\n') },
    {
      name: 'the list of unit files shows no state',
      host: host
        .without(/systemctl/)
        .with('systemctl_list-unit-files.txt', 'azuremonitoragent.service enabled enabled\n'),
    },
    {
      name: 'the process list shows it all the same',
      host: state({ active: 'failed', sub: 'failed' }).with('ps-ef.txt', mdsd),
    },
    {
      name: 'the process list draws it below its parent',
      host: state({ active: 'failed', sub: 'failed' }).with('ps-ef.txt', mdsd.replace('/opt', ' \\_ /opt')),
    },
    {
      name: 'one of two process lists shows it',
      host: state({ active: 'failed', sub: 'failed' })
        .with('ps-ef.txt', mdsd)
        .with('ps_aux.txt', 'USER PID COMMAND\nroot 1 /sbin/init\n'),
    },
  ],
})

const modes = 'namei-ama.txt'
const hardened = namei({ microsoft: 'drwxr-x---' })

describeRule(amaDirectoryUnreachable, {
  found: [
    {
      name: 'a hardening script took the rights of others',
      host: host.with(modes, hardened),
      subjects: ['/etc/opt/microsoft'],
      cites: [`${modes}:5`, info],
      data: [{ mode: 'drwxr-x---', owner: 'root', group: 'root' }],
    },
    {
      name: 'as the agent’s own collector shows it',
      host: host
        .without(/namei/)
        .with(
          'amalinux.out',
          amaOut({ more: `Output of command: namei -om /etc/opt/microsoft/azuremonitoragent\n${hardened}` }),
        ),
      subjects: ['/etc/opt/microsoft'],
      cites: ['amalinux.out:17', 'mdsd.info:1'],
    },
    {
      name: 'the chunk folder belongs to root and nobody else may list it',
      host: host.edit(modes, (text) =>
        text.replace(/drwxr-x--- syslog syslog configchunks/, 'drwx--x--x root   root   configchunks'),
      ),
      subjects: ['/etc/opt/microsoft/azuremonitoragent/config-cache/configchunks'],
      cites: ['namei-ama.txt:8', 'mdsd.info:1'],
    },
    {
      name: 'one of its folders belongs to somebody else',
      host: host.edit(modes, (text) =>
        text.replace('drwxr-x--- syslog syslog configchunks', 'drwx------ azureuser azureuser configchunks'),
      ),
      subjects: ['/etc/opt/microsoft/azuremonitoragent/config-cache/configchunks'],
    },
    {
      name: 'owners are numbers, and root’s folder is closed all the same',
      host: host.with(modes, hardened.replaceAll('syslog syslog', '104 111')),
      subjects: ['/etc/opt/microsoft'],
    },
  ],
  ok: [
    { name: 'others may pass but not list', host: host.with(modes, namei({ microsoft: 'drwxr-x--x' })) },
    { name: 'the sticky bit stands for the right', host: host.with(modes, namei({ microsoft: 'drwxr-x--t' })) },
    {
      name: 'the group of the agent may pass',
      host: host.edit(modes, (text) =>
        text.replace('drwxr-xr-x root   root   microsoft', 'drwxr-x--- root syslog microsoft'),
      ),
    },
    {
      name: 'another group may pass, and who is in it is not known',
      host: host.edit(modes, (text) =>
        text.replace('drwxr-xr-x root   root   microsoft', 'drwxr-x--- root monitor microsoft'),
      ),
    },
    {
      name: 'the owner is the user’s number in the start line',
      host: host.edit(modes, (text) => text.replaceAll('syslog syslog', '104 111')),
    },
    {
      name: 'a folder of the extension that is root’s alone',
      host: host.edit(
        modes,
        (text) => `${text}f: /var/lib/waagent/${AMA}-1.35.8\n drwxr-xr-x root root /\n drwx------ root root var\n`,
      ),
    },
    {
      name: 'a link on the way',
      host: host.edit(
        modes,
        (text) =>
          `${text}f: /var/run/azuremonitoragent\n drwxr-xr-x root root /\n drwxr-xr-x root root var\n lrwxrwxrwx root root run -> /run\n   drwxr-xr-x root root /\n   drwx------ root root run\n drwxr-xr-x syslog syslog azuremonitoragent\n`,
      ),
    },
  ],
  notApplicable: [
    {
      name: 'the daemon runs as root',
      host: host.with(modes, hardened).edit(info, (text) => text.replace('uid(104)', 'uid(0)')),
    },
  ],
  unknown: [
    { name: 'no list of modes', host: host.without(/namei/) },
    {
      name: 'its folders belong to a user of another name, who may run it',
      host: host.edit(modes, (text) => text.replaceAll('syslog syslog', 'azuremonitoragent azuremonitoragent')),
      asks: ['mdsdInfo'],
    },
    {
      name: 'modes of other folders only',
      host: host.with(modes, 'f: /home\n drwxr-xr-x root root /\n drwxr-xr-x root root home\n'),
    },
  ],
})
