import { dataSocketMissing } from '../../src/rules/sockets/CT3001-data-socket-missing.js'
import {
  AMA_LOG,
  CHUNK_FILE,
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
      name: 'a listing of ss with listeners',
      host: host
        .without(/^proc\/net\/unix$/)
        .with(
          'ss-xa.txt',
          'u_str LISTEN 0 128 @CAgentStream_CloudAgentInfo_config_default_fluent.socket@@@ 34098  * 0\nu_str ESTAB 0 0 /run/dbus/x 1 * 2\n',
        ),
      subjects: ['ChangeTracking-Linux'],
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
    { name: 'a container’s view: no socket of the agent at all', host: none },
    {
      name: 'connections only',
      host: host.without(/^proc\/net\/unix$/).with('ss-x.txt', 'u_str ESTAB 0 0 /run/dbus/x 1 * 2\n'),
    },
    { name: 'nothing tells whether the agent is up', host: missing.without(/mdsd\.info$/) },
  ],
})
