import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCode } from '../../src/commands/exit-code.js'
import { catalogue } from '../../src/commands/catalogue.js'
import { page as pieces } from '../../src/renderers/html/page.js'
import { markdown } from '../../src/renderers/markdown.js'
import { terminal } from '../../src/renderers/terminal.js'
import type { HostReport, Report } from '../../src/model/report.js'
import { analyzeFile, analyzeHost, analyzeTree } from '../support/analyze.js'
import { scratch, zipOf } from '../support/archives.js'
import { ctChunk, DB, fixture, healthyHost, HostTree, list, TAKEN } from '../support/host.js'
import { logsOnly } from '../support/samples.js'

const PLUGIN = 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Windows'
const LOGS = `WindowsAzure/Logs/Plugins/${PLUGIN}/2.26.0.0`
const STORE = 'WindowsAzure/Resources/0123.WIN-01.AMADataStore'
const MONITOR = 'Packages/Plugins/Microsoft.Azure.Monitor.AzureMonitorWindowsAgent/1.30.0.0'

/** What the agents leave on Windows: folders of its own, and the lists, rules and log lines that Linux has as well. */
function windowsHost(): HostTree {
  const entries: [string, string | Uint8Array][] = [
    [`${LOGS}/CommandExecution.log`, 'made-up: enable done\r\n'],
    [
      `${LOGS}/cta_agent.log`,
      'time="2026-01-10T09:50:00Z" level=info msg="Number of services recieved in this run: 12"\r\n',
    ],
    [`${LOGS}/File.json`, list('File', 'array')],
    [`${LOGS}/changetracking.db`, fixture('changetracking-db/one-bucket.db.gz')],
    [`${STORE}/mcs/configchunks/1000000000000000001.json`, JSON.stringify(ctChunk())],
    [`${MONITOR}/HandlerManifest.json`, '[]'],
  ]
  return new HostTree(new Map(entries.map(([path, content]) => [path, { content, mtime: TAKEN }])))
}

const folder = scratch()
const HOST_RULES = catalogue.rules.filter(({ group }) => group !== 'input')

function expectWindows(host: HostReport): void {
  expect(host.verdict).toMatchObject({ hop: null, status: 'unknown' })
  expect(host.path.map(({ applies, status }) => [applies, status])).toEqual(Array(7).fill([false, 'unknown']))
  expect(host.findings.filter(({ hop }) => hop !== 'input')).toEqual([])
  const answers = new Map(host.outcomes.map(({ ruleId, status }) => [ruleId, status]))
  expect(HOST_RULES.filter(({ id }) => answers.get(id) !== 'not-applicable')).toEqual([])
  expect(host.ask.flatMap(({ unlocks }) => unlocks).filter((id) => HOST_RULES.some((rule) => rule.id === id))).toEqual(
    [],
  )
  expect(host.identity).toMatchObject({ os: 'Windows', distribution: null })
}

function expectLinux({ path, outcomes, identity }: HostReport): void {
  expect(path.filter(({ applies }) => applies !== undefined)).toEqual([])
  expect(outcomes.filter(({ status }) => status === 'not-applicable').length).toBeLessThan(HOST_RULES.length / 2)
  expect(identity.os).not.toBe('Windows')
}

test('a Windows machine is named as one and nothing of it is judged', async () => {
  const report = await analyzeTree(windowsHost())
  const [host] = report.hosts
  if (host === undefined) throw new Error('There is no host')
  expectWindows(host)
  expect(host.verdict.sentence).toContain(MONITOR.slice(0, MONITOR.lastIndexOf('/')))
  expect(exitCode(report, 0, 'error')).toBe(4)
  // What its agent recorded is told all the same.
  expect(host.inventory).toMatchObject({ files: { db: 25, json: 25 }, packages: { db: 40 }, services: { db: 12 } })
})

test.each([LOGS, STORE, MONITOR])('%s alone is enough', async (folder) => {
  const only = new HostTree(new Map([...windowsHost().entries].filter(([path]) => path.startsWith(folder))))
  expectWindows(await analyzeHost(only))
  expectWindows(await analyzeHost(only.under('C')))
})

test('without the folders of Windows the same files are judged', async () => {
  const linux = new HostTree(
    new Map(
      [...windowsHost().entries]
        .filter(([path]) => path.startsWith(STORE))
        .map(([path, entry]) => [path.replace(STORE, 'x'), entry]),
    ),
  )
  const { outcomes } = await analyzeHost(linux)
  expect(outcomes.filter(({ ruleId, status }) => ruleId.startsWith('CT1') && status === 'pass').length).toBeGreaterThan(
    5,
  )
})

test('the words are in every report for people', async () => {
  const report: Report = await analyzeTree(windowsHost())
  const options = { color: false, unicode: true, width: 100, verbose: false } as const
  expect(terminal(report, options).match(/Not applicable/g)).toHaveLength(7)
  expect(markdown(report, options, catalogue.rules).match(/\| not applicable \|/g)).toHaveLength(7)
  expect([...pieces(report)].join('').match(/>\s*not applicable\s*</g)?.length).toBeGreaterThanOrEqual(7)
})

test('side by side, a Windows and a Linux machine stay two', async () => {
  const { hosts } = await analyzeTree(windowsHost().under('win-01').and(healthyHost().under('vm-01')))
  const [windows, linux] = [hosts.find(({ root }) => root === 'win-01'), hosts.find(({ root }) => root === 'vm-01')]
  if (windows === undefined || linux === undefined) throw new Error('There are not two hosts')
  expectWindows(windows)
  expectLinux(linux)
  expect(linux.verdict.status).toBe('ok')
})

describe('a Linux machine stays one', () => {
  test.each([
    ['with a mounted disk of Windows', healthyHost().and(windowsHost().under('mnt/share'))],
    ['with a mounted disk of Windows, in a bundle', healthyHost().and(windowsHost().under('mnt/share')).under('vm-01')],
    ['with folders of Windows at its top', healthyHost().folder(MONITOR)],
    ['of which only logs were sent, with a share', logsOnly().and(windowsHost().under('mnt/share'))],
    [
      'with a file that is called like a folder of Windows',
      new HostTree(new Map([[`Packages/Plugins/${PLUGIN}`, { content: 'x' }], ...logsOnly().entries])),
    ],
    [
      'of which only a database was sent',
      new HostTree(new Map([['changetracking.db', { content: fixture('changetracking-db/one-bucket.db.gz') }]])),
    ],
    [
      'of which only a rule with settings for both was sent',
      new HostTree(new Map([['configchunks/1.json', { content: JSON.stringify(ctChunk()) }]])),
    ],
  ])('%s', async (_, tree) => {
    expectLinux(await analyzeHost(tree))
  })

  test('packed again on Windows, with backslashes and CRLF', async () => {
    const members = [...healthyHost().entries].flatMap(
      ([path, { content, kind }]): [string, { content: string | Uint8Array }][] =>
        kind === 'directory'
          ? []
          : [
              [
                `Users\\someone\\Desktop\\vm-01\\${path.replaceAll('/', '\\')}`,
                {
                  content:
                    typeof content === 'string' && !path.startsWith(DB) ? content.replaceAll('\n', '\r\n') : content,
                },
              ],
            ],
    )
    const file = join(folder, 'vm-01.zip')
    writeFileSync(file, zipOf(new Map(members)))
    const { hosts } = await analyzeFile(file)
    expect(hosts).toHaveLength(1)
    for (const host of hosts) expectLinux(host)
    expect(hosts[0]?.path.filter(({ status }) => status === 'ok').length).toBeGreaterThanOrEqual(5)
  })
})
