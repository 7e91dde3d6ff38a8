import type { EventSeries } from '../../src/model/log-event.js'
import { installFailuresIn, parseCommandLog, type InstallEventKind } from '../../src/parsers/command-log.js'
import { describeStream, streamed, valueOf } from '../support/parsers.js'

const CT = 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'

/** The guest agent's lines are public; the handler's name and that it prints its error yet succeeds are inferred. */
const SAMPLE = `2026-01-10T08:00:01.000000Z INFO ExtHandler [${CT}-2.35.0.0] Install extension [cta_linux_handler install]
2026-01-10T08:00:01.050000Z INFO ExtHandler [${CT}-2.35.0.0] Executing command: /var/lib/waagent/${CT}-2.35.0.0/cta_linux_handler install with environment variables: {"AZURE_GUEST_AGENT_UNINSTALL_CMD_EXIT_CODE": "NOT_RUN", "AZURE_GUEST_AGENT_EXTENSION_VERSION": "2.35.0.0", "ConfigSequenceNumber": "0"}
2026-01-10T08:00:09.000000Z INFO ExtHandler [${CT}-2.35.0.0] Command: cta_linux_handler install
[stdout]
Driver's PackageManager could not install Package
[stderr]
dpkg: error: dpkg frontend lock was locked by another process with pid 4242
2026-01-10T08:00:10.000000Z INFO ExtHandler [${CT}-2.35.0.0] Enable extension: [cta_linux_handler enable]
`

const parse = streamed(parseCommandLog)
const seriesOf = async (text: string): Promise<readonly EventSeries<InstallEventKind>[]> =>
  valueOf(await parse(text)).series
const meaning = async (output: string): Promise<unknown[]> =>
  (await seriesOf(`2026-01-10T08:00:01.000000Z INFO x\n${output}\n`)).map(({ kind, subject, first }) => [
    kind,
    subject,
    first.fields,
  ])

describe('parseCommandLog', () => {
  it('reads the sample', async () => {
    const series = await seriesOf(SAMPLE)
    const at = (second: number): number => Date.UTC(2026, 0, 10, 8, 0, second)
    expect(
      series.map(({ kind, subject, kept }) => [
        kind,
        subject,
        kept.map(({ line, time, fields }) => [line, time, fields]),
      ]),
    ).toEqual([
      [
        'command',
        'install',
        [
          [1, at(1), { phase: 'start', version: '2.35.0.0', action: 'Install' }],
          [3, at(9), { phase: 'done', version: '2.35.0.0', action: 'install' }],
        ],
      ],
      ['driverFailure', '', [[5, at(9), { driver: 'PackageManager', action: 'install' }]]],
      ['packageLock', '', [[7, at(9), {}]]],
      ['command', 'enable', [[8, at(10), { phase: 'start', version: '2.35.0.0', action: 'Enable' }]]],
    ])
  })

  it.each([
    [
      'Non-zero exit code: 126, /x/cta_linux_handler install',
      'nonZeroExit',
      { code: '126', command: '/x/cta_linux_handler install' },
    ],
    ['Non-zero exit code: -9, x', 'nonZeroExit', { code: '-9', command: 'x' }],
    ['Timeout(900): /x/cta_linux_handler install', 'timeout', { code: '900' }],
    ['Timeout(300);CPUThrottledTime(12.5secs): x', 'timeout', { code: '300' }],
    ['/bin/sh: 1: cta_linux_handler: Exec format error', 'execFormat', {}],
    ['cannot execute binary file: Exec format error', 'execFormat', {}],
    ['WARNING: /var is mounted with the noexec flag, which can prevent …', 'noexec', { mount: '/var' }],
    ['The noexec flag is set on /var. This can prevent extensions from executing.', 'noexec', { mount: '/var' }],
    ['E: Could not get lock /var/lib/dpkg/lock-frontend - open (11)', 'packageLock', {}],
    ['dpkg: error: dpkg status database is locked by another process', 'packageLock', {}],
    ['E: dpkg was interrupted, you must manually run …', 'packageLock', {}],
    ["error: can't create transaction lock on /var/lib/rpm/.rpm.lock", 'packageLock', {}],
    ['error: rpm database is locked', 'packageLock', {}],
    ["dpkg: error: parsing file '/var/lib/dpkg/status' near line 7:", 'packageLock', {}],
    ['E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend)', 'packageLock', {}],
    ['error: db5 error(-30973) from dbenv->open: BDB0087 DB_RUNRECOVERY', 'packageLock', {}],
    ['Another app is currently holding the yum lock; exiting as configured by exit_on_lock', 'packageLock', {}],
    ['System management is locked by the application with pid 7 (zypper).', 'packageLock', {}],
    ['error: cannot open Packages database in /var/lib/rpm', 'packageLock', {}],
    ['error: rpmdb: BDB0113 Thread/process 1/2 failed', 'packageLock', {}],
    ['Package to be installed not found pattern', 'packagePayload', { which: 'none' }],
    ['More than one Package to be installed', 'packagePayload', { which: 'more' }],
    ['Less than one Package to be installed', 'packagePayload', { which: 'less' }],
    [
      'Driver’s ServiceManager could not install Service',
      'driverFailure',
      { driver: 'ServiceManager', action: 'install' },
    ],
    [
      "Driver's ServiceManager could not remove Service",
      'driverFailure',
      { driver: 'ServiceManager', action: 'remove' },
    ],
    [
      "Driver's PacakageManager could not remove Package",
      'driverFailure',
      { driver: 'PackageManager', action: 'remove' },
    ],
  ])('reads %j', async (output, kind, fields) => {
    expect(await meaning(output)).toEqual([[kind, '', fields]])
  })

  it.each([
    'Zero exit code: 0, x',
    'Non-zero exit code: 126',
    'Non-zero exit code: many, x',
    'Timeout(): x',
    'Timeout(900)',
    'timeout(900): x',
    'Format error in Exec',
    '/var is mounted with the exec flag',
    'WARNING: the noexec flag',
    'The noexec flag is set on nothing in particular',
    'Could not get lock of the canal',
    'dpkg: warning: clock skew',
    'Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)',
    'warning: waiting for transaction lock on /var/lib/rpm/.rpm.lock',
    'Another app is currently holding the yum lock; waiting for it to exit...',
    'parsing file /etc/apt/apt.conf',
    'Preparing to unpack lockfile; dpkg is fine',
    'dpkg: selecting lockfile-progs',
    'dpkg-query: no packages found, block 3',
    'rpm: unlocked',
    'rpmdb is fine',
    'No Package to be installed',
    'More than one Package to be removed',
    "Driver's PackageManager could install Package",
    "Driver's FooManager could not install Package",
    "Driver's ServiceManager could not install Package",
    `[${CT}-2.35.0.0] Reset extension [x]`,
    `[${CT}-2.35.0.0] Command: cta_linux_handler status`,
    `[${CT}] Install extension [cta_linux_handler install]`,
    '[Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.35.8] Install extension [./shim.sh -install]',
  ])('makes nothing of %j', async (output) => {
    expect(await meaning(output)).toEqual([])
  })

  it.each([
    'Install extension [',
    'Enable extension: [',
    'Disable extension: [',
    'Update extension [',
    'Uninstall extension: [',
  ])('reads the command %j', async (text) => {
    const [, word] = /^(\w+)/.exec(text) ?? []
    expect(await meaning(`[${CT}-2.9] ${text}x]`)).toEqual([
      ['command', word?.toLowerCase(), { phase: 'start', version: '2.9', action: word }],
    ])
  })

  it.each([
    'cta_linux_handler install',
    './cta_linux_handler -install',
    'bash -c "./cta_linux_handler --operation install"',
    '/var/lib/waagent/x/cta_linux_handler INSTALL',
  ])('takes %j for a command that is done', async (command) => {
    expect(await meaning(`[${CT}-2.9] Command: ${command}`)).toMatchObject([['command', 'install', { phase: 'done' }]])
  })

  it('makes an operation and a cause of a line that has both', async () => {
    expect(await meaning('Non-zero exit code: 126, x: Exec format error')).toEqual([
      ['nonZeroExit', '', { code: '126', command: 'x: Exec format error' }],
      ['execFormat', '', {}],
    ])
  })

  it('reads the times of older guest agents as UTC and says that their zone is unknown', async () => {
    const series = await seriesOf(
      `2019/12/19 18:02:37.584161 INFO [${CT}-2.9] Enable extension: [x]\nExec format error\n2026-01-10T08:00:01.000000Z INFO x\nExec format error\n`,
    )
    expect(series.map(({ kind, kept }) => [kind, kept.map(({ time, fields }) => [time, fields['zone']])])).toEqual([
      ['command', [[Date.UTC(2019, 11, 19, 18, 2, 37, 584), 'unknown']]],
      [
        'execFormat',
        [
          [Date.UTC(2019, 11, 19, 18, 2, 37, 584), 'unknown'],
          [Date.UTC(2026, 0, 10, 8, 0, 1), undefined],
        ],
      ],
    ])
  })

  it('does not take a line for dated when the time goes on', async () => {
    const series = await seriesOf(
      '2026-01-10T08:00:01.000000Z INFO x\n2026-02-20T08:00:01.000000Z-x Exec format error\n',
    )
    expect(series).toMatchObject([{ kind: 'execFormat', first: { line: 2, time: Date.UTC(2026, 0, 10, 8, 0, 1) } }])
  })

  it('reads output above the first dated line of a log cut from the front', async () => {
    expect(await seriesOf(`Exec format error\n${SAMPLE}`)).toContainEqual(
      expect.objectContaining({
        kind: 'execFormat',
        first: expect.objectContaining({ line: 1, time: null, fields: {} }) as unknown,
      }),
    )
  })

  describeStream(parseCommandLog, SAMPLE)
})

describe('installFailuresIn', () => {
  it('finds failures and their causes in a text of many lines', () => {
    const text =
      'Non-zero exit code: 126, /x/cta_linux_handler install\r\n[stdout]\nDriver’s ServiceManager could not install Service\nfine'
    expect(installFailuresIn(text)).toEqual([
      {
        kind: 'nonZeroExit',
        text: 'Non-zero exit code: 126, /x/cta_linux_handler install',
        fields: { code: '126', command: '/x/cta_linux_handler install' },
      },
      {
        kind: 'driverFailure',
        text: 'Driver’s ServiceManager could not install Service',
        fields: { driver: 'ServiceManager', action: 'install' },
      },
    ])
  })

  it.each(['', 'Plugin enabled', `[${CT}-2.9] Command: cta_linux_handler install`])('finds none in %j', (text) => {
    expect(installFailuresIn(text)).toEqual([])
  })
})
