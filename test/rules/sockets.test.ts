import { dataSocketMissing } from '../../src/rules/sockets/CT3001-data-socket-missing.js'
import { dataSocketNotConnected } from '../../src/rules/sockets/CT3002-data-socket-not-connected.js'
import { configSocketMissing } from '../../src/rules/sockets/CT3003-config-socket-missing.js'
import { socketPathOverridden } from '../../src/rules/sockets/CT3004-socket-path-overridden.js'
import {
  AMA_LOG,
  CHUNK_FILE,
  EXT,
  healthyHost,
  mdsdInfo,
  MINUTE,
  procNetUnix,
  SYSLOG_CHUNK,
  TAKEN,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

/** Without a process list, which alone shows that the agent is up. */
const host = healthyHost().without(/^ps-ef/)
const list = 'proc/net/unix'
const missing = host.with(list, procNetUnix({ data: 'missing' }))
const none = host.with(list, procNetUnix({ data: 'missing', config: false }))
const mdsd =
  'UID PID PPID C STIME TTY TIME CMD\nsyslog 2056 1 0 07:50 ? 00:00:02 /opt/microsoft/azuremonitoragent/bin/mdsd -A\n'

const name = (extension: string): string => `@CAgentStream_CloudAgentInfo_${extension}_default_fluent.socket`

/** Lines that somebody picked out of /proc/net/unix. */
function grepped(...names: readonly string[]): string {
  return names
    .map((socket, index) => `000000000000000${index}: 00000002 00000000 00010000 0001 01 3410${index} ${socket}\n`)
    .join('')
}

/** The healthy host with another list instead of /proc/net/unix. */
function listed(file: string, text: string): typeof host {
  return host.without(/^proc\/net\/unix$/).with(file, text)
}

describeRule(dataSocketMissing, {
  found: [
    {
      name: 'the config socket is there, the data socket is not',
      host: missing,
      subjects: ['ChangeTracking-Linux'],
      cites: [list],
    },
    {
      name: 'no socket at all beside a running mdsd',
      host: none.with('ps-ef.txt', mdsd),
      subjects: ['ChangeTracking-Linux'],
    },
    {
      name: 'mdsd runs, though its log is old',
      host: missing.with('ps-ef.txt', mdsd).with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
      subjects: ['ChangeTracking-Linux'],
      cites: ['unix', 'unix:4'],
    },
    {
      name: 'its log has been quiet for exactly ten minutes',
      host: missing.with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ until: TAKEN - 10 * MINUTE })),
      subjects: ['ChangeTracking-Linux'],
    },
    {
      name: 'a listing of ss with listeners',
      host: host
        .without(/^proc\/net\/unix$/)
        .with(
          'ss-xa.txt',
          'u_str LISTEN 0 128 @CAgentStream_CloudAgentInfo_config_default_fluent.socket@@@ 34098  * 0\nu_str ESTAB 0 0 /run/dbus/x 1 * 2\n',
        ),
      subjects: ['ChangeTracking-Linux'],
      cites: ['ss-xa.txt', 'ss-xa.txt:1'],
    },
  ],
  ok: [
    {
      name: 'it listens without a connection, which another rule says',
      host: host.with(list, procNetUnix({ data: 'listening' })),
    },
    {
      name: 'only the connection shows',
      host: host
        .without(/^proc\/net\/unix$/)
        .with(
          'ss-x.txt',
          'u_str ESTAB  0 0  @CAgentStream_CloudAgentInfo_ChangeTracking-Linux_default_fluent.socket@@@@ 34144  * 33175\n',
        ),
    },
    {
      name: 'a socket in the file system',
      host: host.with(
        list,
        procNetUnix().replaceAll('@CAgent', '/run/azuremonitoragent/CAgent').replaceAll(/@+$/gm, ''),
      ),
    },
  ],
  notApplicable: [
    { name: 'no rule is cached', host: missing.with(CHUNK_FILE, SYSLOG_CHUNK) },
    {
      name: 'the agent itself is silent',
      host: missing.with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
    },
  ],
  unknown: [
    {
      name: 'the agent’s log has no dated line',
      host: missing.with(`${AMA_LOG}/mdsd.info`, 'Heartbeating for ODSUploader\n'),
    },
    {
      name: 'only the lines that name Change Tracking were kept',
      host: host.with(list, grepped('@CAgentStream_CloudAgentInfo_ChangeTracking-Windows_default_fluent.socket')),
    },
    { name: 'a container’s view: no socket of the agent at all', host: none },
    {
      name: 'a container’s view, and somebody who looked for mdsd',
      host: none.with(
        'ps-ef.txt',
        'UID PID PPID C STIME TTY TIME CMD\nroot 9 1 0 08:00 ? 00:00:00 grep mdsd\nroot 8 1 0 08:00 ? 00:00:00 [mdsd] <defunct>\n',
      ),
    },
    {
      name: 'connections only',
      host: host.without(/^proc\/net\/unix$/).with('ss-x.txt', 'u_str ESTAB 0 0 /run/dbus/x 1 * 2\n'),
    },
    { name: 'nothing tells whether the agent is up', host: missing.without(/mdsd\.info$/) },
  ],
})

const LISTENING = `u_str LISTEN 0      128    ${name('ChangeTracking-Linux')}@@@@ 34100  * 0`
const CONNECTED = `u_str ESTAB  0      0      ${name('ChangeTracking-Linux')}@@@@ 34144  * 33175`
const CONFIG = `u_str LISTEN 0      128    ${name('config')}@@@@ 34098  * 0`
const OTHER = 'u_str ESTAB  0      0      /run/systemd/journal/stdout 20002  * 20003'
const netstat = (state: string): string =>
  [
    'Active UNIX domain sockets (servers and established)',
    'Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path',
    'unix  3      [ ]         STREAM     CONNECTED     20002    1/systemd            /run/systemd/journal/stdout',
    `unix  2      [ ACC ]     STREAM     LISTENING     34100    2056/mdsd            ${name('ChangeTracking-Linux')}`,
    state,
  ].join('\n')

/** Nobody is connected yet, and the Azure Monitor Agent was started again so many minutes ago. */
const restarted = (ago: number): typeof host =>
  host
    .with(list, procNetUnix({ data: 'listening' }))
    .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ until: TAKEN - 60 * MINUTE }) + mdsdInfo({ from: TAKEN - ago * MINUTE }))
/** The system's log, in which cxp.service started so many minutes ago. */
const started = (ago: number): string =>
  `Jan 10 09:${60 - ago}:00 vm-01 systemd[1]: Started Azure change tracking Parent Daemon.\nJan 10 10:00:00 vm-01 CRON[9]: x\n`

describeRule(dataSocketNotConnected, {
  found: [
    {
      name: 'it listens, and nobody is connected',
      host: host.with(list, procNetUnix({ data: 'listening' })),
      subjects: ['ChangeTracking-Linux'],
      cites: [`${list}:5`],
    },
    {
      name: 'a list of ss with connections of others',
      host: listed('sos_commands/networking/ss_-peaonmi', [LISTENING, OTHER].join('\n')),
      subjects: ['ChangeTracking-Linux'],
      cites: ['ss_-peaonmi:1', 'ss_-peaonmi'],
    },
    {
      name: 'lines picked out of a list that has all sockets, as its name says',
      host: listed('ss-xa.txt', [LISTENING, CONFIG].join('\n')),
      subjects: ['ChangeTracking-Linux'],
      cites: ['ss-xa.txt:1', 'ss-xa.txt'],
    },
    {
      name: 'a list of netstat',
      host: listed('sos_commands/networking/netstat_-W_-neopa', netstat('')),
      subjects: ['ChangeTracking-Linux'],
      cites: ['netstat_-W_-neopa:4', 'netstat_-W_-neopa'],
    },
    {
      name: 'a socket in the file system',
      host: host.with(
        list,
        procNetUnix({ data: 'listening' })
          .replaceAll('@CAgent', '/run/azuremonitoragent/CAgent')
          .replaceAll(/@+$/gm, ''),
      ),
      subjects: ['ChangeTracking-Linux'],
      cites: ['unix:5', 'unix'],
    },
    {
      name: 'both agents started a quarter of an hour ago',
      host: restarted(15).with('var/log/syslog', started(15)),
      subjects: ['ChangeTracking-Linux'],
    },
  ],
  ok: [
    { name: 'the connection of ss', host: listed('ss-xa.txt', [LISTENING, CONNECTED, OTHER].join('\n')) },
    { name: 'only the connection shows', host: listed('ss-x.txt', CONNECTED) },
    {
      name: 'one of two lists shows the connection',
      host: host.with(list, procNetUnix({ data: 'listening' })).with('ss-x.txt', CONNECTED),
    },
    {
      name: 'the connection of netstat',
      host: listed(
        'sos_commands/networking/netstat_-W_-neopa',
        netstat(
          `unix  3      [ ]         STREAM     CONNECTED     34144    2056/mdsd            ${name('ChangeTracking-Linux')}`,
        ),
      ),
    },
    {
      name: 'NUL bytes in the name',
      host: host.with(
        list,
        procNetUnix().replaceAll(/@+$/gm, (padding) => '\0'.repeat(padding.length)),
      ),
    },
    { name: 'the config socket without a connection is normal', host: host.with(list, procNetUnix({ config: true })) },
  ],
  notApplicable: [{ name: 'the socket is not there, which another rule says', host: missing }],
  unknown: [
    { name: 'connections only, of others', host: listed('ss-x.txt', OTHER) },
    { name: 'the Azure Monitor Agent started five minutes ago', host: restarted(5), asks: ['unixSockets'] },
    {
      name: 'the Change Tracking agent started three minutes ago',
      host: host.with(list, procNetUnix({ data: 'listening' })).with('var/log/syslog', started(3)),
      asks: ['unixSockets'],
    },
    { name: 'a list of listeners only', host: listed('ss-xlp.txt', [LISTENING, CONFIG].join('\n')) },
    { name: 'a container’s view: no socket of the agent at all', host: none },
  ],
})

describeRule(configSocketMissing, {
  found: [
    {
      name: 'the data socket is there, the config socket is not',
      host: host.with(list, procNetUnix({ config: false })),
      subjects: ['config'],
      cites: [list, `${list}:4`],
    },
    { name: 'no socket at all beside a running mdsd', host: none.with('ps-ef.txt', mdsd), subjects: ['config'] },
    {
      name: 'lines picked out for the agent’s sockets',
      host: host.with(list, grepped(name('ChangeTracking-Linux'), name('MaExtensionDiagnostics'))),
      subjects: ['config'],
      cites: ['unix', 'unix:1', 'unix:2'],
    },
  ],
  ok: [
    { name: 'it listens without a connection', host: host.with(list, procNetUnix({ data: 'missing' })) },
    {
      name: 'a socket in the file system',
      host: host.with(
        list,
        procNetUnix().replaceAll('@CAgent', '/run/azuremonitoragent/CAgent').replaceAll(/@+$/gm, ''),
      ),
    },
    {
      name: 'it is in the second list',
      host: host.with(list, procNetUnix({ config: false })).with('ss-xa.txt', [CONFIG, OTHER].join('\n')),
    },
  ],
  notApplicable: [
    { name: 'no rule is cached', host: host.with(list, procNetUnix({ config: false })).with(CHUNK_FILE, SYSLOG_CHUNK) },
    {
      name: 'the agent itself is silent',
      host: host
        .with(list, procNetUnix({ config: false }))
        .with(`${AMA_LOG}/mdsd.info`, mdsdInfo({ until: TAKEN - 60 * MINUTE })),
    },
  ],
  unknown: [
    { name: 'a container’s view: no socket of the agent at all', host: none },
    { name: 'connections only', host: listed('ss-x.txt', [CONNECTED, OTHER].join('\n')) },
    {
      name: 'only the lines that name Change Tracking were kept',
      host: host.with(list, grepped(name('ChangeTracking-Linux'))),
    },
    {
      name: 'nothing tells whether the agent is up',
      host: host.with(list, procNetUnix({ config: false })).without(/mdsd\.info$/),
    },
  ],
})

const yml = `${EXT}/application.yml`
const older = yml.replace('2.35.0.0', '2.9.0.0')
const override = (key: string, value: string, tree = host): typeof host =>
  tree.edit(yml, (text) => text.replace(new RegExp(`${key}: .*`), `${key}: ${value}`))

describeRule(socketPathOverridden, {
  found: [
    {
      name: 'another data socket',
      host: override('oSocketPath', "'@MyAgent_ChangeTracking.socket'"),
      subjects: ['oSocketPath'],
      cites: [`${yml}:13`, `${list}:5`],
      data: [{ setting: 'MyAgent_ChangeTracking.socket', socket: expect.stringContaining('ChangeTracking-Linux') }],
    },
    {
      name: 'a mistyped name with a folder',
      host: override('iSocketPath', name('confg').replace('@', '/run/x/')),
      subjects: ['iSocketPath'],
      cites: ['application.yml:7', 'unix:4'],
      data: [
        {
          setting: 'CAgentStream_CloudAgentInfo_confg_default_fluent.socket',
          socket: '@CAgentStream_CloudAgentInfo_config_default_fluent.socket',
        },
      ],
    },
    {
      name: 'in a connection that shows the name, keys in other capitals',
      host: override('oSocketPath', "'@Mine'", listed('ss-x.txt', CONNECTED)).edit(yml, (text) =>
        text.replace('oSocketPath', 'OSOCKETPATH'),
      ),
      subjects: ['OSOCKETPATH'],
      cites: ['application.yml:13', 'ss-x.txt:1'],
    },
  ],
  ok: [
    {
      name: 'the sockets lie in the file system',
      host: host.with(
        list,
        procNetUnix().replaceAll('@CAgent', '/run/azuremonitoragent/CAgent').replaceAll(/@+$/gm, ''),
      ),
    },
    {
      name: 'the setting has a folder and padding',
      host: override('oSocketPath', `'/run/azuremonitoragent/${name('ChangeTracking-Linux').slice(1)}@@@'`),
    },
    {
      name: 'the setting names another socket that is really there',
      host: override('dSocketPath', `'${name('config')}'`),
    },
    { name: 'the setting is empty', host: override('oSocketPath', "''") },
    { name: 'the setting is absent', host: host.edit(yml, (text) => text.replace(/ *oSocketPath: .*\n/, '')) },
    {
      name: 'the agent has no socket at all under the right name, which another rule says',
      host: missing,
    },
    {
      name: 'an older version’s file, left behind, names another one',
      host: host.with(older, "application:\n  oSocketPath: '@Mine'\n"),
    },
    {
      name: 'so does one whose name comes first',
      host: host.with(yml.replace('2.35.0.0', '2.10.0.0'), "application:\n  oSocketPath: '@Mine'\n"),
    },
    { name: 'the setting is no text', host: override('oSocketPath', '17') },
    {
      name: 'the setting has blanks and several marks around the name',
      host: override('oSocketPath', `' @@${name('ChangeTracking-Linux').slice(1)}@@ '`),
    },
    { name: 'a setting of another kind', host: host.edit(yml, (text) => `${text}  xSocketPath: '@Mine'\n`) },
  ],
  unknown: [
    {
      name: 'another name, and the list shows no socket to compare with',
      host: override('oSocketPath', "'@Mine'", missing),
    },
    { name: 'another name for the diagnostics socket', host: override('dSocketPath', "'@Mine'") },
  ],
})
