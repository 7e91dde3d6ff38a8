import { agentErrors, type AgentErrors } from '../../src/facts/agent-errors.js'
import { architecture } from '../../src/facts/architecture.js'
import { serviceJournal, serviceUptime } from '../../src/facts/service-journal.js'
import { ctVersion, ofNewest, removedFolders } from '../../src/facts/versions.js'
import { watcherRestarts } from '../../src/facts/watcher-restarts.js'
import { CUT_OFF, type Found } from '../../src/model/artifact.js'
import type { Parsed } from '../../src/model/parsed.js'
import { parseAgentLog } from '../../src/parsers/agent-log.js'
import { parseAmaOut } from '../../src/parsers/ama-out.js'
import { parseDpkgStatus } from '../../src/parsers/dpkg-status.js'
import { parseJournal } from '../../src/parsers/journal.js'
import { parseUname } from '../../src/parsers/uname.js'
import { parseWatcherLog } from '../../src/parsers/watcher-log.js'
import { foundOf } from '../support/found.js'
import { amaOut, CT, EXT } from '../support/host.js'
import { chunked, valueOf } from '../support/parsers.js'

async function read<T>(
  parse: (chunks: AsyncIterable<Uint8Array>) => Promise<Parsed<T>>,
  ...files: (readonly [path: string, text: string])[]
): Promise<Found<T>> {
  const all = files.map(async ([path, text]) => [path, valueOf(await parse(chunked(Buffer.from(text))))] as const)
  return foundOf(...(await Promise.all(all)))
}

const line = (minute: number, rest: string): string =>
  `time="2026-01-10T08:${String(minute).padStart(2, '0')}:00Z" ${rest}\n`

describe('agentErrors', () => {
  it('joins groups over rotated files, and knows each log’s end', async () => {
    const agent = await read(
      parseAgentLog,
      [
        'cta_linux_agent-2026-01-10T08-10-00.000.log',
        line(1, 'level=error msg="try 1"') + line(2, 'level=error msg="try 2"'),
      ],
      ['cta_linux_agent.log', line(11, 'level=error msg="try 3"') + line(12, 'level=info msg=x')],
    )
    const handler = await read(parseAgentLog, ['cta_linux_handler.log', 'undated\n'])
    const { groups, newest }: AgentErrors = agentErrors.compute({ agent, handler })
    expect(groups).toMatchObject([
      {
        writer: 'agent',
        message: 'try <n>',
        count: 3,
        first: { line: 1 },
        last: { line: 1, path: 'cta_linux_agent.log' },
      },
    ])
    expect([...newest]).toEqual([
      ['agent', Date.UTC(2026, 0, 10, 8, 12)],
      ['handler', null],
    ])
  })

  it('counts a message that was told apart in one place only, and marks it', async () => {
    const agent = await read(parseAgentLog, ['a', line(1, 'level=fatal msg="no socket" error="dial unix @x"')])
    expect(agentErrors.compute({ agent }).groups).toMatchObject([{ count: 1, onPath: true, fatal: true }])
  })
})

describe('watcherRestarts', () => {
  it('takes lines within half a minute for one restart, and the first process id for none', async () => {
    const text =
      line(1, 'level=info msg="started worker" pid=1') +
      line(1, 'level=info msg="started worker" pid=1') +
      line(5, 'level=warning msg="worker died"') +
      line(5, 'level=warning msg="started worker" pid=2') +
      line(9, 'level=info msg="started worker" pid=3')
    const { restarts } = watcherRestarts.compute({ found: await read(parseWatcherLog, ['w', text]) })
    expect(restarts.map(({ line: at }) => at)).toEqual([3, 5])
  })
})

describe('serviceJournal', () => {
  const text = 'Jan 10 08:00:01 h systemd[1]: Started cxp.service.\n'

  it('takes the first file that names the service and is not rotated', async () => {
    const files = await read(
      parseJournal,
      ['a/syslog', 'Jan 10 08:00:01 h x: y\n'],
      ['b/syslog.1', text],
      ['c/journal.txt', text],
    )
    expect(serviceJournal.compute({ found: files }).current?.path).toBe('c/journal.txt')
  })

  it('takes none that was cut off', async () => {
    const files = await read(parseJournal, ['syslog', text])
    const cut = files.good.map((file) => ({ ...file, problems: [{ code: CUT_OFF, message: 'cut' }] }))
    expect(serviceJournal.compute({ found: { good: cut, bad: [] } }).current).toBeNull()
  })
})

describe('serviceUptime', () => {
  const started = 'Jan 10 08:00:00 h systemd[1]: Started cxp.service.\n'
  const later = 'Jan 10 08:02:00 h x: y\n'
  const uptime = async (path: string, text: string): Promise<number | null> =>
    serviceUptime.compute({ journal: serviceJournal.compute({ found: await read(parseJournal, [path, text]) }) })

  it('is what the whole machine’s log shows after the last start', async () => {
    expect(await uptime('var/log/syslog', started + later)).toBe(120_000)
    expect(
      await uptime('var/log/messages', `Jan 10 06:00:00 h systemd[1]: Started cxp.service.\n${started}${later}`),
    ).toBe(120_000)
  })

  it('is not known from the journal of the service alone', async () => {
    expect(await uptime('journal.txt', started + later)).toBeNull()
  })

  it('is not known of one that failed since, is being restarted, or never started', async () => {
    const failed = `systemd[1]: cxp.service: Failed with result 'exit-code'.\n`
    expect(await uptime('syslog', `${started}Jan 10 08:01:00 h ${failed}${later}`)).toBeNull()
    expect(await uptime('syslog', `Jan 10 07:59:00 h ${failed}${started}${later}`)).toBeNull()
    expect(await uptime('syslog', `Jan 10 05:59:00 h ${failed}${started}${later}`)).toBe(120_000)
    expect(await uptime('syslog', `Jan 10 05:59:00 h ${failed}${later}`)).toBeNull()
  })
})

describe('architecture', () => {
  const dpkg = foundOf([
    'status',
    valueOf(
      parseDpkgStatus(
        Buffer.from(
          'Package: a\nArchitecture: i386\nStatus: install ok installed\n\nPackage: dpkg\nArchitecture: arm64\nStatus: install ok installed\n',
        ),
      ),
    ),
  ])
  const kernel = foundOf(['uname.txt', valueOf(parseUname(Buffer.from('x86_64\n')))])

  it('takes the kernel’s word, also from a collector, else that of dpkg itself', () => {
    const overview = foundOf(['amalinux.out', valueOf(parseAmaOut(Buffer.from(amaOut({ machine: 'x86_64' }))))])
    expect(architecture.compute({ kernel, packages: dpkg })?.machine).toBe('x86_64')
    expect(architecture.compute({ overview, packages: dpkg })).toMatchObject({
      machine: 'x86_64',
      at: { at: { line: 4 } },
    })
    expect(architecture.compute({ packages: dpkg })).toMatchObject({ machine: 'aarch64', at: { at: { line: 5 } } })
    expect(architecture.compute({})).toBeNull()
  })
})

describe('versions', () => {
  const older = EXT.replace('2.35.0.0', '2.9.0.0')

  it('knows folders that are only left', () => {
    const states = foundOf([`${older}/config/HandlerState`, 'NotInstalled'], [`${EXT}/config/HandlerState`, 'Enabled'])
    expect([...removedFolders(states)]).toEqual([older])
    expect(removedFolders(undefined).size).toBe(0)
  })

  it('finds the file of the newest version, by number', () => {
    expect(ofNewest([{ path: `${older}/x` }, { path: `${EXT}/x` }, { path: 'x' }])?.path).toBe(`${EXT}/x`)
    expect(ofNewest([])).toBeUndefined()
  })

  it('takes the newest folder although all are uninstalled', () => {
    const versions = [{ version: '2.35.0.0', path: `var/lib/waagent/${CT}-2.35.0.0` }]
    const states = foundOf([`${EXT}/config/HandlerState`, 'NotInstalled'])
    expect(ctVersion.compute({ versions, states })?.version).toBe('2.35.0.0')
    expect(ctVersion.compute({})).toBeNull()
  })
})
