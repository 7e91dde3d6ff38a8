import { ctServiceNotRunning } from '../../src/rules/agent/CT4012-ct-service-not-running.js'
import { ctProcessMissing } from '../../src/rules/agent/CT4014-ct-process-missing.js'
import { ctTraceLogging } from '../../src/rules/agent/CT4015-ct-trace-logging.js'
import { ctLogErrors } from '../../src/rules/agent/CT4016-ct-log-errors.js'
import { ctWorkerRestarts } from '../../src/rules/agent/CT4017-ct-worker-restarts.js'
import { ctPortConflict } from '../../src/rules/agent/CT4018-ct-port-conflict.js'
import { legacyOmsAgent } from '../../src/rules/agent/CT4019-legacy-oms-agent.js'
import { ctPackageMissing } from '../../src/rules/agent/CT4020-ct-package-missing.js'
import { analyzeHost } from '../support/analyze.js'
import {
  agentLog,
  CT_LOG,
  DAEMON,
  EXT,
  healthyHost,
  HostTree,
  MINUTE,
  processes,
  START,
  TAKEN,
  unitStates,
  WORKER,
  type AgentLogOptions,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const AGENT = `${CT_LOG}/cta_linux_agent.log`
const HANDLER = `${CT_LOG}/cta_linux_handler.log`
const WATCHER = `${CT_LOG}/cta_linux_watcher.log`
const SHOW = 'systemctl-show.txt'
const STATE = `${EXT}/config/HandlerState`
const DPKG = 'var/lib/dpkg/status'
const older = EXT.replace('2.35.0.0', '2.9.0.0')

const SAYS: Readonly<Record<string, string>> = {
  exited: 'cxp.service: Main process exited, code=exited, status=1/FAILURE',
  failed: "cxp.service: Failed with result 'exit-code'.",
  gaveUp: 'cxp.service: Start request repeated too quickly.',
  started: 'Started Azure change tracking Parent Daemon.',
  stopped: 'Stopped Azure change tracking Parent Daemon.',
  other: 'Started Daily apt download activities.',
}
const DAY = 1440
/** Lines of systemd so many minutes before the end, in local time and without a year. */
function journal(...lines: readonly (readonly [ago: number, what: string])[]): string {
  return lines
    .map(([ago, what]) => {
      const at = new Date(TAKEN - ago * MINUTE)
      const counter = /^restart (\d+)$/.exec(what)?.[1]
      const says =
        counter === undefined ? SAYS[what] : `cxp.service: Scheduled restart job, restart counter is at ${counter}.`
      const day = String(at.getUTCDate()).padStart(2)
      return `Jan ${day} ${at.toISOString().slice(11, 19)} vm-01 systemd[1]: ${says}\n`
    })
    .join('')
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

function logged(at: number, level: string, message: string, more = ''): string {
  return `time="${stamp(at)}" level=${level} msg=${JSON.stringify(message)}${more}`
}

describeRule(ctServiceNotRunning, {
  found: [
    {
      name: 'failed',
      host: host.edit(SHOW, () =>
        unitStates({ cxp: { active: 'failed', sub: 'failed' } }).replace(
          /Result=success\nNRestarts=0(?=\n.*cxp)/,
          'Result=exit-code\nNRestarts=5\nExecMainStatus=1',
        ),
      ),
      subjects: ['cxp.service'],
      cites: [`${SHOW}:14`],
      data: [
        { load: 'loaded', active: 'failed', sub: 'failed', fileState: 'enabled', result: 'exit-code', restarts: '5' },
      ],
      says: ['failed (exit-code, status 1).'],
    },
    {
      name: 'inactive',
      host: host.with(SHOW, unitStates({ cxp: { active: 'inactive', sub: 'dead' } })),
      subjects: ['cxp.service'],
      says: ['cxp.service is inactive.'],
      data: [{ result: 'success' }],
    },
    {
      name: 'disabled, though it runs',
      host: host.with(SHOW, unitStates({ cxp: { file: 'disabled' } })),
      subjects: ['cxp.service'],
      cites: [`${SHOW}:16`],
      says: ['cxp.service is disabled.'],
      data: [{ active: 'active', fileState: 'disabled' }],
    },
    {
      name: 'masked',
      host: host.with(SHOW, unitStates({ cxp: { file: 'masked-runtime' } })),
      subjects: ['cxp.service'],
    },
    {
      name: 'waiting to be restarted',
      host: host.with(SHOW, unitStates({ cxp: { active: 'activating', sub: 'auto-restart' } })),
      subjects: ['cxp.service'],
    },
    {
      name: 'systemd does not know it',
      host: host.with(SHOW, unitStates({ cxp: { load: 'not-found', active: 'inactive', sub: 'dead', file: '' } })),
      subjects: ['cxp.service'],
      says: ['not known to systemd.'],
    },
    {
      name: 'a list of units says failed',
      host: host
        .without(/^systemctl-show/)
        .with('systemctl-list-units.txt', '● cxp.service loaded failed failed Azure change tracking Parent Daemon\n'),
      subjects: ['cxp.service'],
      cites: ['systemctl-list-units.txt:1'],
      data: [{ load: 'loaded', active: 'failed', sub: 'failed', fileState: 'enabled', result: null, restarts: null }],
      says: ['cxp.service is failed.'],
    },
    {
      name: 'no state, and the journal ends with a failure',
      host: host.without(/^systemctl/).with('journal.txt', journal([9, 'restart 5'], [9, 'started'], [8, 'failed'])),
      subjects: ['cxp.service'],
      cites: ['journal.txt:3'],
      data: [{ result: 'exit-code' }],
    },
    {
      name: 'no state, and a journal of the service alone, which fell silent with it',
      host: host.without(/^systemctl/).with('journal.txt', journal([0, 'failed']).replace('Jan 10', 'Dec 20')),
      subjects: ['cxp.service'],
    },
    {
      name: 'no state, and systemd gave up',
      host: host.without(/^systemctl/).with('var/log/messages', journal([8, 'failed'], [8, 'gaveUp'], [1, 'other'])),
      subjects: ['cxp.service'],
      data: [{ result: null }],
    },
    {
      name: 'failed and disabled, and nothing about its exit',
      host: host.with(
        SHOW,
        'Id=cxp.service\nActiveState=failed\nUnitFileState=disabled\nResult=timeout\nExecMainStatus=0\n',
      ),
      subjects: ['cxp.service'],
      cites: [`${SHOW}:2`, `${SHOW}:3`],
      says: ['is failed (timeout) and is disabled.'],
      data: [{ load: null, active: 'failed', sub: null, fileState: 'disabled', restarts: null }],
    },
    {
      name: 'it waits to be restarted after a signal, whose number is not told',
      host: host.with(SHOW, 'Id=cxp.service\nActiveState=activating\nSubState=auto-restart-queued\nResult=signal\n'),
      subjects: ['cxp.service'],
      says: ['waits to be restarted (signal).'],
    },
    {
      name: 'disabled, and nothing else is told',
      host: host.with(SHOW, 'Id=cxp.service\nUnitFileState=disabled\n'),
      subjects: ['cxp.service'],
      data: [{ load: null, active: null, sub: null, fileState: 'disabled', result: null }],
    },
  ],
  ok: [
    {
      name: 'failures in a system log that nobody writes any more, and active now',
      host: host.with('var/log/messages', journal([9 * DAY, 'failed'])),
    },
    { name: 'a failure in the journal, and active now', host: host.with('journal.txt', journal([8, 'failed'])) },
    {
      name: 'the other agent’s service is down',
      host: host.with(SHOW, unitStates({ ama: { active: 'failed', file: 'disabled' } })),
    },
    { name: 'starting', host: host.with(SHOW, unitStates({ cxp: { active: 'activating', sub: 'start' } })) },
    { name: 'reloading', host: host.with(SHOW, unitStates({ cxp: { active: 'reloading', sub: 'reload' } })) },
    {
      name: 'a list of units says active',
      host: host
        .without(/^systemctl-show/)
        .with('systemctl-list-units.txt', '  cxp.service loaded active running Azure change tracking Parent Daemon\n'),
    },
    { name: 'enabled for this run', host: host.with(SHOW, unitStates({ cxp: { file: 'enabled-runtime' } })) },
    { name: 'a unit that cannot be enabled', host: host.with(SHOW, unitStates({ cxp: { file: 'static' } })) },
    {
      name: 'another unit with a like name failed',
      host: host.edit(SHOW, (text) => `${text}\nId=my-cxp.service\nActiveState=failed\n`),
    },
    {
      name: 'an older list, and newer properties',
      host: host.with('systemctl-list-units.txt', 'cxp.service loaded failed failed x\n', START),
    },
    {
      name: 'a state that only ends alike',
      host: host.with(SHOW, unitStates({ cxp: { active: 'deactivating', sub: 'stop-sigterm' } })),
    },
    { name: 'a unit enabled through another', host: host.with(SHOW, unitStates({ cxp: { file: 'indirect' } })) },
    { name: 'its state alone is told, and is active', host: host.with(SHOW, 'Id=cxp.service\nActiveState=active\n') },
  ],
  unknown: [
    {
      name: 'a failure in the journal, and started again',
      host: host.without(/^systemctl/).with('journal.txt', journal([9, 'failed'], [8, 'restart 1'], [8, 'started'])),
    },
    {
      name: 'a failure in the journal of before, rotated',
      host: host.without(/^systemctl/).with('var/log/syslog.1', journal([9, 'failed'])),
    },
    {
      name: 'a failure at the end of a system log that nobody writes any more',
      host: host.without(/^systemctl/).with('var/log/messages', journal([5 * DAY + 9, 'failed'], [5 * DAY, 'other'])),
      asks: ['unitState'],
    },
    {
      name: 'the same of the year before',
      host: host
        .without(/^systemctl/)
        .with('var/log/messages', journal([9, 'failed'], [8, 'other']).replaceAll('Jan 10', 'Dec 20')),
    },
    {
      name: 'a failure in a system log that another collector kept, and that ended hours ago, as a rotated one',
      host: host.without(/^systemctl/).with('system_logs', journal([609, 'failed'], [608, 'other'])),
    },
    {
      name: 'stopped, as at the machine’s end',
      host: host.without(/^systemctl/).with('journal.txt', journal([9, 'stopped'])),
    },
    { name: 'nothing of systemd', host: host.without(/^systemctl-show/) },
    { name: 'another unit only', host: host.with(SHOW, 'Id=ssh.service\nActiveState=active\n') },
    {
      name: 'enabled, and nobody says whether it runs',
      host: host.without(/^systemctl-show/).with('systemctl-list-unit-files.txt', 'cxp.service enabled enabled\n'),
    },
  ],
})

const PS = 'ps-ef.txt'
const ps = (...commands: string[]): HostTree => host.with(PS, processes(commands))
const aux = (...commands: string[]): string =>
  `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n${commands.map((command, i) => `root      ${i + 1}  0.0  0.1  10000  5000 ?        Ss   07:49   0:02 ${command}\n`).join('')}`
describeRule(ctProcessMissing, {
  found: [
    {
      name: 'no worker',
      host: ps('/usr/sbin/sshd -D', DAEMON),
      subjects: ['worker'],
      cites: [PS, `${PS}:5`],
      data: [{ processes: 4 }],
    },
    { name: 'no daemon', host: ps(WORKER), subjects: ['daemon'], cites: ['ps-ef.txt', 'ps-ef.txt:4'] },
    {
      name: 'neither',
      host: ps('/opt/microsoft/azuremonitoragent/bin/mdsd -A'),
      subjects: ['daemon', 'worker'],
      data: [{ processes: 3 }, { processes: 3 }],
    },
    {
      name: 'the worker has ended',
      host: ps(DAEMON, '[change_tracking] <defunct>'),
      subjects: ['worker'],
    },
    {
      name: 'below the daemon stands somebody who reads a log',
      host: ps(DAEMON, ` \\_ tail -f /${AGENT}`),
      subjects: ['worker'],
    },
    {
      name: 'somebody reads its log',
      host: ps(DAEMON, `tail -f /${AGENT}`, 'grep change_tracking_agent_linux_amd64'),
      subjects: ['worker'],
    },
    {
      name: 'a list of ps aux, in a sosreport',
      host: host.without(/^ps-ef/).with('sos_commands/process/ps_auxwwwm', aux('/sbin/init splash', DAEMON)),
      subjects: ['worker'],
      cites: ['ps_auxwwwm', 'ps_auxwwwm:3'],
    },
    {
      name: 'a list that shows process 1 by its short name',
      host: host.with(
        PS,
        '    PID TTY          TIME CMD\n      1 ?        00:00:01 [init]\n    934 ?        00:00:01 [changetracking]\n',
      ),
      subjects: ['worker'],
    },
    {
      name: 'of the extension only its log was collected',
      host: host.without(/waagent|cxp\.service|lib\/dpkg/).with(PS, processes(['/usr/sbin/sshd -D'])),
      subjects: ['daemon', 'worker'],
    },
    {
      name: 'of the extension only its unit was collected',
      host: host.without(/waagent|cta_linux/).with(PS, processes(['/usr/sbin/sshd -D'])),
      subjects: ['daemon', 'worker'],
    },
  ],
  ok: [
    {
      name: 'bare names, cut',
      host: host.with(
        PS,
        '    PID TTY          TIME CMD\n      1 ?        00:00:01 systemd\n    934 ?        00:00:01 changetracking\n    937 ?        00:00:01 change_tracking\n',
      ),
    },
    {
      name: 'a list searched for them',
      host: host.with(
        PS,
        processes()
          .split('\n')
          .filter((line) => /change/.test(line))
          .join('\n'),
      ),
    },
    { name: 'one of two lists shows the worker', host: ps(DAEMON).with('ps_aux.txt', aux('/sbin/init', WORKER)) },
    {
      name: 'another version of the program',
      host: ps(DAEMON.replace('amd64', 'x'), WORKER.replaceAll('_amd64', '_arm64')),
    },
    {
      name: 'drawn as a tree',
      host: host.with(PS, aux('/sbin/init', DAEMON, ` \\_ ${WORKER}`)),
    },
    {
      name: 'drawn deep in a tree',
      host: host.with(PS, aux('/sbin/init', `     \\_ ${DAEMON}`, ` |       \\_ ${WORKER}`)),
    },
    { name: 'bare names in brackets', host: host.with(PS, aux('/sbin/init', '[changetracking]', '[change_tracking]')) },
    { name: 'the worker ended and runs again', host: ps(DAEMON, '[change_tracking] <defunct>', WORKER) },
    { name: 'the worker shows in a list that was searched', host: ps(DAEMON).with('ps_aux.txt', aux(WORKER)) },
  ],
  notApplicable: [
    { name: 'the extension is not enabled', host: ps('/usr/sbin/sshd -D').with(STATE, 'Installed') },
    {
      name: 'nothing of the extension is there',
      host: new HostTree(new Map([[PS, { content: processes(['/usr/sbin/sshd -D']) }]])),
    },
  ],
  unknown: [
    {
      name: 'a list searched for something else',
      host: host.with(
        PS,
        processes()
          .split('\n')
          .filter((line) => /PID|mdsd/.test(line))
          .join('\n'),
      ),
    },
    {
      name: 'a list cut at the width of a terminal',
      host: host.edit(PS, (text) => text.replaceAll(/^(.{80}).*$/gm, '$1')),
    },
    { name: 'a container’s view', host: host.with(PS, aux('/bin/bash', 'ps aux')) },
    { name: 'without a header', host: host.with(PS, processes(['/usr/sbin/sshd -D']).split('\n').slice(1).join('\n')) },
    { name: 'process 1 is a program whose name ends alike', host: host.with(PS, aux('/usr/bin/dumb-init', 'ps aux')) },
    { name: 'an init that is not process 1', host: host.with(PS, aux('/bin/bash', '/sbin/init', 'ps aux')) },
  ],
})

const YML = `${EXT}/application.yml`
describeRule(ctTraceLogging, {
  found: [
    {
      name: 'the agent traces',
      host: host.edit(YML, (text) => text.replace('level: INFO', 'level: TRACE')),
      subjects: ['application'],
      cites: [`${YML}:12`],
      data: [{ keys: ['application', 'log', 'level'], value: 'TRACE' }],
    },
    {
      name: 'handler and watcher, in other spellings',
      host: host.edit(YML, (text) =>
        text.replaceAll('level: INFO', "level: 'Debug'").replace("level: 'Debug'", 'level: info'),
      ),
      subjects: ['handler', 'watcher'],
      cites: ['application.yml:19', 'application.yml:25'],
      data: [
        { keys: ['handler', 'log', 'level'], value: 'Debug' },
        { keys: ['watcher', 'log', 'level'], value: 'Debug' },
      ],
    },
    {
      name: 'the flag',
      host: host.edit(YML, (text) => text.replace('enabledebuglogs: false', 'enabledebuglogs: yes')),
      subjects: ['enabledebuglogs'],
    },
    {
      name: 'in flow style',
      host: host.with(YML, 'watcher:\n  log: {filename: x, level: trace}\n'),
      subjects: ['watcher'],
    },
    {
      name: 'a quoted level with a blank',
      host: host.with(YML, "watcher:\n  log: {filename: x, level: 'trace '}\n"),
      subjects: ['watcher'],
    },
  ],
  ok: [
    { name: 'warnings only', host: host.edit(YML, (text) => text.replaceAll('INFO', 'WARN')) },
    {
      name: 'an older version, left behind, traces',
      host: host.with(`${older}/application.yml`, 'application:\n  log:\n    level: TRACE\n'),
    },
    { name: 'no level', host: host.edit(YML, (text) => text.replaceAll(/ *level: INFO\n/g, '')) },
    { name: 'a comment', host: host.edit(YML, (text) => `${text}# level: TRACE\n`) },
    { name: 'the word elsewhere', host: host.edit(YML, (text) => text.replace('env: prod', 'env: debug')) },
    {
      name: 'levels that begin or end alike',
      host: host.with(YML, 'agent:\n  log: {level: debugger}\nwatcher:\n  log: {level: untrace}\n'),
    },
  ],
})

/** The agent's log with further lines in it. */
function saying(lines: readonly string[], options: AgentLogOptions = {}): HostTree {
  return host.with(AGENT, agentLog({ ...options, extra: lines }))
}

const LATE = TAKEN - 5 * MINUTE
const many = Array.from({ length: 30 }, (_, i) =>
  logged(LATE, 'error', `made-up ${'abcdefghijklmnopqrstuvwxyzABCD'.charAt(i)} failed`),
)
const REFUSED = logged(LATE, 'error', 'write failed', ' error="dial unix @CAgentStream_x: connect: connection refused"')
describeRule(ctLogErrors, {
  found: [
    {
      name: 'one message three times, with other numbers, ids and paths',
      host: saying([
        logged(LATE - 3000, 'error', 'try 1: open /etc/a.conf failed'),
        logged(LATE - 2000, 'error', 'try 22: open /srv/b/c.conf failed'),
        logged(LATE - 1000, 'error', 'try 3: open /etc/d failed'),
      ]),
      subjects: ['agent: try <n>: open <path> failed'],
      cites: [`${AGENT}:56`, `${AGENT}:54`],
      data: [{ count: 3, level: 'error', first: '2026-01-10T09:54:57Z', last: '2026-01-10T09:54:59Z' }],
      says: ['“try 3: open /etc/d failed” 3 times, first at 2026-01-10T09:54:57Z, last at 2026-01-10T09:54:59Z.'],
    },
    {
      name: 'two messages of two programs',
      host: saying([logged(LATE, 'fatal', 'cannot go on')]).with(
        HANDLER,
        `${logged(LATE, 'error', 'enable failed')}\n`,
      ),
      subjects: ['agent: cannot go on', 'handler: enable failed'],
      cites: ['cta_linux_agent.log:54', 'cta_linux_handler.log:1'],
      data: [
        { count: 1, level: 'fatal', first: '2026-01-10T09:55:00Z', last: '2026-01-10T09:55:00Z' },
        { count: 1, level: 'error', first: '2026-01-10T09:55:00Z', last: '2026-01-10T09:55:00Z' },
      ],
      says: ['“cannot go on” once, at 2026-01-10T09:55:00Z.'],
    },
    {
      name: 'a crash',
      host: saying(['panic: runtime error: index out of range [5]', '', 'goroutine 1 [running]:']),
      subjects: ['agent: panic: runtime error: index out of range [<n>]'],
      says: ['“panic: runtime error: index out of range '],
      data: [{ level: 'panic' }],
    },
    {
      name: 'the last thing it logged, days ago',
      host: host.with(AGENT, `${logged(TAKEN - 5 * 86_400_000, 'error', 'cannot go on')}\n`),
      subjects: ['agent: cannot go on'],
    },
    {
      name: 'in the rotated part, yesterday evening',
      host: host.with(
        `${CT_LOG}/cta_linux_agent-2026-01-10T07-00-00.000.log`,
        `${logged(TAKEN - 600 * MINUTE, 'error', 'once')}\n`,
      ),
      subjects: ['agent: once'],
    },
    {
      name: 'an error of its own beside the message, on several lines',
      host: saying([logged(LATE, 'error', 'write failed', ' error="no\\n\\tspace "')]),
      subjects: ['agent: write failed'],
      says: ['“write failed: no space”'],
    },
    {
      name: 'longer than can be shown',
      host: saying([logged(LATE, 'error', 'made-up', ` error=${'y'.repeat(300)}`)]),
      subjects: ['agent: made-up'],
      says: [`“made-up: ${'y'.repeat(191)}…”`],
    },
    {
      name: 'a socket file that is taken',
      host: saying([logged(LATE, 'error', 'listen unix /run/x: bind: address already in use')]),
      subjects: ['agent: listen unix <path>: bind: address already in use'],
    },
    {
      name: 'exactly a day before the end of the log',
      host: host.with(AGENT, `${logged(TAKEN - 86_400_000, 'error', 'once')}\n${logged(TAKEN, 'info', 'x')}\n`),
      subjects: ['agent: once'],
    },
  ],
  ok: [
    { name: 'warnings', host: saying([logged(LATE, 'warning', 'slow')]) },
    { name: 'the word in a message', host: saying([logged(LATE, 'info', 'level=error panic: no')]) },
    {
      name: 'an error two days ago, and the log went on without it',
      host: host.with(
        `${CT_LOG}/cta_linux_agent-2026-01-08T08-00-00.000.log`,
        `${logged(TAKEN - 2 * 86_400_000, 'error', 'once')}\n`,
      ),
    },
    {
      name: 'an error of another program',
      host: host.with('var/log/azure/other/cta.log', `${logged(LATE, 'error', 'x')}\n`),
    },
    { name: 'no handler’s and no watcher’s log', host: host.without(/cta_linux_watcher/) },
    { name: 'a notice', host: saying([logged(LATE, 'notice', 'error: none')]) },
    {
      name: 'a port that is taken, which another rule says',
      host: saying([logged(LATE, 'fatal', 'listen tcp :18080: bind: address already in use')]),
    },
    {
      name: 'an error of the watcher two days ago, whose log went on',
      host: host.with(WATCHER, `${logged(TAKEN - 2 * 86_400_000, 'error', 'once')}\n${logged(TAKEN, 'info', 'x')}\n`),
    },
    {
      name: 'a second more than a day before the end of the log',
      host: host.with(AGENT, `${logged(TAKEN - 86_401_000, 'error', 'once')}\n${logged(TAKEN, 'info', 'x')}\n`),
    },
  ],
  unknown: [{ name: 'the agent’s log is not there', host: host.without(/cta_linux_agent/) }],
})

test('CT4016 shows ten messages, one about the data path among them, and counts the rest', async () => {
  const { findings } = await analyzeHost(saying([...many, ...many, REFUSED]), [ctLogErrors])
  expect(findings).toHaveLength(11)
  expect(findings.map(({ subject }) => subject)).toContain('agent: write failed')
  expect(findings.find(({ subject }) => subject === 'other messages')?.data['lines']).toBe(42)
})

test('CT4016 keeps an error about the data path in a flood of thousands of others', async () => {
  const word = (i: number): string => [...String(i)].map((digit) => 'ghijklmnop'.charAt(Number(digit))).join('')
  const flood = Array.from({ length: 4000 }, (_, i) => logged(LATE, 'error', `no ${word(i)}`))
  const { findings } = await analyzeHost(saying([...flood, REFUSED, ...flood]), [ctLogErrors])
  expect(findings).toHaveLength(11)
  expect(findings.find(({ subject }) => subject === 'agent: write failed')?.data['count']).toBe(1)
})

const watching = (...lines: string[]): HostTree => host.with(WATCHER, `${lines.join('\n')}\n`)
const restart = (ago: number, message = 'worker is not running, restarting it'): string =>
  logged(TAKEN - ago * MINUTE, 'warning', message)
const end = logged(TAKEN, 'info', 'process is running')
describeRule(ctWorkerRestarts, {
  found: [
    {
      name: 'three times within an hour',
      host: watching(restart(50), restart(30), restart(10), end),
      subjects: ['worker'],
      cites: [`${WATCHER}:3`, `${WATCHER}:1`],
      data: [{ restarts: 3, first: '2026-01-10T09:10:00Z', last: '2026-01-10T09:50:00Z' }],
    },
    {
      name: 'in several wordings, two lines a restart',
      host: watching(
        restart(50, 'agent process exited with status 2'),
        restart(50, 'restarting the agent'),
        restart(30, 'Restarted change_tracking_agent_linux_amd64'),
        restart(10, 'child was killed'),
      ),
      subjects: ['worker'],
      cites: ['cta_linux_watcher.log:4', 'cta_linux_watcher.log:1'],
    },
    {
      name: 'started with four process ids',
      host: watching(...[1, 2, 3, 4].map((i) => restart(60 - i * 10, `started worker, pid ${i}`))),
      subjects: ['worker'],
    },
    {
      name: 'systemd counts them',
      host: host.edit(SHOW, (text) => text.replace(/NRestarts=0(?=\n.*cxp)/, 'NRestarts=3')),
      subjects: ['cxp.service'],
      cites: [`${SHOW}:18`],
      data: [{ restarts: 3, last: null }],
    },
    {
      name: 'over a rotation',
      host: watching(restart(10), end).with(
        `${CT_LOG}/cta_linux_watcher-2026-01-10T09-00-00.000.log`,
        `${restart(80)}\n${restart(70)}\n`,
      ),
      subjects: ['worker'],
      cites: ['cta_linux_watcher.log:1', 'cta_linux_watcher-2026-01-10T09-00-00.000.log:1'],
    },
    {
      name: 'the journal, whose counter goes on from before',
      host: host.with('journal.txt', journal([7, 'exited'], [7, 'failed'], [6, 'restart 4'], [6, 'started'])),
      subjects: ['cxp.service'],
      cites: ['journal.txt:3'],
      data: [{ restarts: 4, last: 'Jan 10 09:54:00' }],
    },
    {
      name: 'syslog, three times in an hour; some versions say stopped in between',
      host: host.with(
        'var/log/syslog',
        journal(
          [50, 'restart 1'],
          [50, 'stopped'],
          [50, 'started'],
          [30, 'restart 2'],
          [30, 'started'],
          [9, 'restart 3'],
        ),
      ),
      subjects: ['cxp.service'],
      cites: ['var/log/syslog:6'],
    },
    {
      name: 'over the turn of the year, which the journal does not write',
      host: host.with(
        'journal.txt',
        `Dec 31 23:50:00 vm-01 systemd[1]: cxp.service: Scheduled restart job, restart counter is at 3.\nJan  1 00:10:00 vm-01 systemd[1]: Started cxp.service - x.\n`,
      ),
      subjects: ['cxp.service'],
      data: [{ restarts: 3, last: 'Dec 31 23:50:00' }],
    },
    {
      name: 'in what a collector kept of a large log',
      host: host
        .without(/watcher/)
        .with('truncated__var_log_azure_x_cta_linux_watcher.log', `${restart(50)}\n${restart(30)}\n${restart(9)}\n`),
      subjects: ['worker'],
      cites: [
        'truncated__var_log_azure_x_cta_linux_watcher.log:3',
        'truncated__var_log_azure_x_cta_linux_watcher.log:1',
      ],
    },
    {
      name: 'systemd counts more than the journal still holds',
      host: host
        .edit(SHOW, (text) => text.replace(/NRestarts=0(?=\n.*cxp)/, 'NRestarts=9'))
        .with('journal.txt', journal([6, 'restart 4'], [6, 'started'])),
      subjects: ['cxp.service'],
      data: [{ restarts: 9, last: 'Jan 10 09:54:00' }],
    },
    {
      name: 'exactly a day before the end of the journal',
      host: host.with('journal.txt', journal([1440, 'restart 3'], [1440, 'started'], [0, 'other'])),
      subjects: ['cxp.service'],
    },
  ],
  ok: [
    { name: 'the journal counts two', host: host.with('journal.txt', journal([50, 'restart 1'], [9, 'restart 2'])) },
    {
      name: 'the journal: started by hand since',
      host: host.with('journal.txt', journal([50, 'restart 9'], [50, 'started'], [20, 'stopped'], [19, 'started'])),
    },
    {
      name: 'the journal: two days before its end',
      host: host.with('journal.txt', journal([2880, 'restart 9'], [2880, 'started'], [1, 'other'])),
    },
    {
      name: 'the journal that was rotated away',
      host: host.with('var/log/syslog.1', journal([50, 'restart 9'])).with('var/log/syslog', journal([1, 'other'])),
    },
    {
      name: 'the system’s log of a week ago',
      host: host.with('var/log/messages', journal([7 * DAY, 'restart 9'], [7 * DAY - 1, 'other'])),
    },
    {
      name: 'the journal: another service',
      host: host.with('journal.txt', journal([50, 'restart 9']).replaceAll('cxp', 'ssh')),
    },
    { name: 'twice', host: watching(restart(50), restart(10), end) },
    { name: 'three lines about one', host: watching(restart(50), restart(50), restart(50, 'worker died'), end) },
    { name: 'three times, days ago', host: watching(restart(3000), restart(2900), restart(2800), end) },
    { name: 'over two days', host: watching(restart(2880), restart(1441), restart(10), end) },
    {
      name: 'lines about what is not done',
      host: watching(...[5, 4, 3, 2, 1].map((i) => restart(i * 10, 'checked, no restarting needed')), end),
    },
    {
      name: 'the same process id at every look',
      host: watching(...[5, 4, 3, 2, 1].map((i) => restart(i * 10, 'worker started, pid 9937')), end),
    },
    {
      name: 'systemd counts two',
      host: host.edit(SHOW, (text) => text.replace(/NRestarts=0(?=\n.*cxp)/, 'NRestarts=2')),
    },
    {
      name: 'systemd counts them for the other agent',
      host: host.edit(SHOW, (text) => text.replace('NRestarts=0', 'NRestarts=9')),
    },
    {
      name: 'the agent says so in its own log',
      host: saying([restart(50), restart(30), restart(10)]),
    },
    {
      name: 'the first of three exactly a day before the end',
      host: watching(restart(1440), restart(50), restart(10), end),
    },
    {
      name: 'over the turn of the year, months before',
      host: host.with(
        'journal.txt',
        `Oct 31 23:50:00 vm-01 systemd[1]: cxp.service: Scheduled restart job, restart counter is at 3.\nJan  1 00:10:00 vm-01 systemd[1]: Started Daily apt download activities.\n`,
      ),
    },
  ],
  unknown: [
    { name: 'no watcher’s log, and systemd counts none', host: host.without(/watcher/) },
    { name: 'neither the watcher’s log nor a count', host: host.without(/watcher|^systemctl/) },
  ],
})

const bind = (at: number, port = '18080'): string =>
  logged(at, 'error', 'cannot serve', ` error="listen tcp :${port}: bind: address already in use"`)
const stopped = { until: TAKEN - 30 * MINUTE }
function ssListing(port: string): string {
  return `State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 0      128          0.0.0.0:22        0.0.0.0:*
LISTEN 0      4096       127.0.0.1:${port}     0.0.0.0:*
`
}
describeRule(ctPortConflict, {
  found: [
    {
      name: 'at the end of the log',
      host: saying([bind(LATE)], stopped),
      subjects: ['18080'],
      cites: [`${AGENT}:42`],
      data: [{ port: '18080', attempts: 1, setting: null }],
      says: ['could not bind port 18080, last at 2026-01-10T09:55:00Z'],
    },
    {
      name: 'the port that application.yml sets',
      host: saying([bind(LATE, '2121')], stopped),
      subjects: ['2121'],
      cites: [`${YML}:3`],
      data: [{ port: '2121', attempts: 1, setting: ['application', 'debugport'] }],
    },
    {
      name: 'two ports',
      host: saying([bind(LATE), bind(LATE, '2121')], stopped),
      subjects: ['18080', '2121'],
      cites: ['cta_linux_agent.log:42', 'cta_linux_agent.log:43', 'application.yml:3'],
      data: [
        { port: '18080', attempts: 1, setting: null },
        { port: '2121', attempts: 1, setting: ['application', 'debugport'] },
      ],
    },
    {
      name: 'again and again',
      host: saying([bind(LATE), bind(LATE + MINUTE), bind(TAKEN)], stopped),
      subjects: ['18080'],
      data: [{ attempts: 3 }],
      says: ['last at 2026-01-10T10:00:00Z'],
    },
    { name: 'the watcher’s', host: saying([], stopped).with(WATCHER, `${bind(LATE, '9000')}\n`), subjects: ['9000'] },
    {
      name: 'still taken',
      host: saying([bind(LATE)], stopped).with('ss-ltn.txt', ssListing('18080')),
      subjects: ['18080'],
      confidence: 'likely',
      cites: ['ss-ltn.txt:3'],
    },
    {
      name: 'free by now',
      host: saying([bind(LATE)], stopped).with('ss-ltn.txt', ssListing('1808')),
      subjects: ['18080'],
      confidence: 'possible',
    },
    {
      name: 'lines picked out of a list, which prove no port to be free',
      host: saying([bind(LATE)], stopped).with('ss-ltn.txt', ssListing('1808').replace(/.*\n/, '')),
      subjects: ['18080'],
      confidence: 'likely',
    },
    {
      name: 'no port in the line',
      host: saying(['bind: address already in use'], { until: START, workers: [] }),
      subjects: ['a port'],
      data: [{ port: null, attempts: 1, setting: null }],
      says: ['could not bind a port, last at 2026-01-10T07:50:00Z'],
    },
    {
      name: 'the handler’s, first in one log and last in another',
      host: saying([bind(TAKEN)], stopped)
        .with(WATCHER, `${bind(LATE)}\n`)
        .with(HANDLER, `${bind(LATE)}\n`),
      subjects: ['18080'],
      data: [{ attempts: 3 }],
      says: ['last at 2026-01-10T10:00:00Z'],
    },
    {
      name: 'the handler’s, without its settings',
      host: saying([], stopped)
        .without(/application\.yml|watcher/)
        .with(HANDLER, `${bind(LATE)}\n`),
      subjects: ['18080'],
    },
  ],
  ok: [
    { name: 'a worker ran after it', host: saying([bind(TAKEN - 60 * MINUTE)]) },
    {
      name: 'in the rotated part, before the runs of today',
      host: host.with(`${CT_LOG}/cta_linux_agent-2026-01-10T07-00-00.000.log`, `${bind(START - MINUTE)}\n`),
    },
    {
      name: 'a UNIX socket',
      host: saying([logged(LATE, 'error', 'x', ' error="listen unix @x: bind: address already in use"')], stopped),
    },
    {
      name: 'another error of the port',
      host: saying([logged(LATE, 'error', 'listen tcp :18080: bind: permission denied')], stopped),
    },
    {
      name: 'an address that is in use elsewhere',
      host: saying([logged(LATE, 'error', 'address already in use')], stopped),
    },
    {
      name: 'a port that may not be taken, and is',
      host: saying([logged(LATE, 'error', 'listen tcp :18080: bind: permission denied')], stopped).with(
        'ss-ltn.txt',
        ssListing('18080'),
      ),
    },
    { name: 'a port that is taken, and no error', host: host.with('ss-ltn.txt', ssListing('18080')) },
    {
      name: 'a worker ran after it, and the port is taken by the agent itself',
      host: saying([bind(TAKEN - 60 * MINUTE)]).with('ss-ltn.txt', ssListing('18080')),
    },
    { name: 'a port in the log, and no error', host: saying([logged(LATE, 'info', 'listening on :18080')], stopped) },
    {
      name: 'in another time zone, before the last run',
      host: saying([bind(TAKEN - 10 * MINUTE + 2 * 3_600_000).replace('Z"', '+02:00"')]),
    },
    { name: 'the watcher’s, before the last run', host: host.with(WATCHER, `${bind(TAKEN - 60 * MINUTE, '9000')}\n`) },
  ],
})

const OMS = 'var/lib/waagent/Microsoft.EnterpriseCloud.Monitoring.OmsAgentForLinux-1.14.19'
const omsPackage = (status: string): HostTree =>
  host.edit(DPKG, (text) => `${text}\nPackage: omsagent\nStatus: ${status}\nArchitecture: amd64\nVersion: 1.14.19.0\n`)
describeRule(legacyOmsAgent, {
  found: [
    {
      name: 'its package',
      host: omsPackage('install ok installed'),
      subjects: ['omsagent'],
      cites: [`${DPKG}:`],
      data: [{ package: true, running: false }],
      says: [': its package is installed.'],
    },
    {
      name: 'its extension',
      host: host.with(`${OMS}/config/HandlerState`, 'Enabled'),
      subjects: ['omsagent'],
      cites: [OMS],
      data: [{ package: false, running: false }],
      says: [': its extension is there.'],
    },
    { name: 'its extension by name only', host: host.folder(OMS), subjects: ['omsagent'] },
    {
      name: 'its program',
      host: host.with('opt/microsoft/omsagent/bin/omsadmin.sh', '#!/bin/sh\n'),
      subjects: ['omsagent'],
      cites: ['opt/microsoft/omsagent'],
      says: [': its program folder is there.'],
    },
    {
      name: 'its process',
      host: host.with(
        PS,
        processes([DAEMON, WORKER, '/opt/microsoft/omsagent/ruby/bin/ruby /opt/microsoft/omsagent/bin/omsagent -d']),
      ),
      subjects: ['omsagent'],
      cites: [`${PS}:6`],
      data: [{ package: false, running: true }],
      says: [': it runs.'],
    },
    {
      name: 'its package, in a list of rpm',
      host: host.without(/dpkg/).with('installed-rpms', rpms('omsagent-1.14.19-0.x86_64')),
      subjects: ['omsagent'],
      cites: ['installed-rpms:1'],
    },
    {
      name: 'its extension and its program',
      host: host.folder(OMS).with('opt/microsoft/omsagent/bin/omsadmin.sh', '#!/bin/sh\n'),
      subjects: ['omsagent'],
      says: [': its extension is there, its program folder is there.'],
    },
    {
      name: 'its process by a bare ruby with options between, and no list of packages',
      host: host.without(/dpkg/).with(PS, processes(['ruby3.1  /opt/microsoft/omsagent/bin/omsagent'])),
      subjects: ['omsagent'],
    },
    {
      name: 'the program itself runs',
      host: host.with(PS, processes(['/opt/microsoft/omsagent/bin/omsagent -d'])),
      subjects: ['omsagent'],
    },
  ],
  ok: [
    {
      name: 'a list of rpm without it',
      host: host.without(/dpkg/).with('installed-rpms', rpms('rpm-4.16.1.3-29.el9.x86_64')),
    },
    { name: 'its package was removed, its settings were not', host: omsPackage('deinstall ok config-files') },
    { name: 'its logs are left', host: host.with('var/opt/microsoft/omsagent/log/omsagent.log', 'x') },
    { name: 'its extension is left, not installed', host: host.with(`${OMS}/config/HandlerState`, 'NotInstalled') },
    { name: 'its zip is left', host: host.with(`${OMS}.zip`, 'x') },
    { name: 'another agent of the same vendor', host: host.with('opt/microsoft/omi/bin/omiserver', 'x') },
    {
      name: 'somebody searches for it',
      host: host.with(PS, processes([DAEMON, WORKER, 'grep --color=auto omsagent'])),
    },
    {
      name: 'a package with a like name',
      host: host.edit(DPKG, (text) => `${text}\nPackage: omsagent-doc\nStatus: install ok installed\nVersion: 1\n`),
    },
    {
      name: 'somebody reads its log, with a program or with ruby',
      host: host.with(
        PS,
        processes([
          DAEMON,
          WORKER,
          'tail -f /var/opt/microsoft/omsagent/log/x',
          'vi /tmp/ruby /opt/microsoft/omsagent/y',
        ]),
      ),
    },
    { name: 'no list of processes', host: host.without(/^ps-ef/) },
  ],
  unknown: [
    {
      name: 'a list of packages that was searched',
      host: host.without(/dpkg/).with('installed-rpms', rpms('bash-5.1.8-9.el9.x86_64')),
    },
    { name: 'no list of packages', host: host.without(/dpkg/) },
    {
      name: 'its logs are left, and no list of packages',
      host: host.without(/dpkg/).folder('var/opt/microsoft/omsagent'),
    },
  ],
})

function rpms(...names: string[]): string {
  return names.map((name) => `${name.padEnd(60)}Mon 05 Jan 2026 08:00:00 AM UTC\n`).join('')
}

const stanza = /Package: change-tracking-retail\n[\s\S]*?\n\n/
describeRule(ctPackageMissing, {
  found: [
    {
      name: 'it is not in the list',
      host: host.edit(DPKG, (text) => text.replace(stanza, '')),
      subjects: ['change-tracking-retail'],
      cites: [DPKG, `${STATE}:1`],
      data: [{ packages: 39 }],
    },
    {
      name: 'it was removed',
      host: host.edit(DPKG, (text) =>
        text.replace(stanza, (own) => own.replace('install ok installed', 'deinstall ok config-files')),
      ),
      subjects: ['change-tracking-retail'],
      cites: [`${DPKG}:104`],
    },
    {
      name: 'it is half installed',
      host: host.edit(DPKG, (text) =>
        text.replace(stanza, (own) => own.replace('install ok installed', 'install reinstreq half-installed')),
      ),
      subjects: ['change-tracking-retail'],
      cites: ['status', 'status:104', 'HandlerState:1'],
      says: ['change-tracking-retail is “install reinstreq half-installed”.'],
    },
    {
      name: 'a list of rpm',
      host: host.without(/dpkg/).with('installed-rpms', rpms('bash-5.1.8-9.el9.x86_64', 'rpm-4.16.1.3-29.el9.x86_64')),
      subjects: ['change-tracking-retail'],
      cites: ['installed-rpms'],
    },
    {
      name: 'dpkg -l shows that it was removed',
      host: host
        .without(/dpkg/)
        .with('installed-debs', 'ii  dpkg 1.21.22 amd64 x\nrc  change-tracking-retail 0.1.03151.216-1 amd64 x\n'),
      subjects: ['change-tracking-retail'],
      cites: ['installed-debs:2'],
    },
  ],
  ok: [
    {
      name: 'a list of rpm has it',
      host: host
        .without(/dpkg/)
        .with('installed-rpms', rpms('rpm-4.16.1.3-29.el9.x86_64', 'change_tracking_retail-0.1.03151.216-1.x86_64')),
    },
    {
      name: 'a database of dpkg lacks it on a machine whose list of rpm has it',
      host: host
        .edit(DPKG, (text) => text.replace(stanza, ''))
        .with('installed-rpms', rpms('change_tracking_retail-0.1.03151.216-1.x86_64')),
    },
    {
      name: 'spelt with underscores',
      host: host.edit(DPKG, (text) => text.replace('change-tracking-retail', 'change_tracking_retail')),
    },
    {
      name: 'another edition of it',
      host: host.edit(DPKG, (text) => text.replace('change-tracking-retail', 'change-tracking-agent')),
    },
    {
      name: 'an older version’s state is Enabled too',
      host: host.with(`${older}/config/HandlerState`, 'Enabled'),
    },
  ],
  notApplicable: [
    {
      name: 'the extension is not enabled',
      host: host.edit(DPKG, (text) => text.replace(stanza, '')).with(STATE, 'Installed'),
    },
    {
      name: 'only an older version is enabled',
      host: host
        .edit(DPKG, (text) => text.replace(stanza, ''))
        .with(STATE, 'NotInstalled')
        .with(`${older}/config/HandlerState`, 'Enabled'),
    },
  ],
  unknown: [
    { name: 'no list of packages', host: host.without(/dpkg/) },
    {
      name: 'a list searched for something else',
      host: host.without(/dpkg/).with('installed-rpms', rpms('bash-5.1.8-9.el9.x86_64')),
    },
    {
      name: 'the list was cut',
      host: host.edit(
        DPKG,
        (text) => text.slice(0, text.indexOf('Package: change-tracking')).trimEnd() + '\n\nPackage: ch',
      ),
    },
    {
      name: 'the list of a machine that uses rpm',
      host: host.with(DPKG, 'Package: alien\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n'),
    },
  ],
})
