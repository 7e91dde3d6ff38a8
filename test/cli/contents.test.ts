import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contents, HostContents } from '../../src/model/contents.js'
import { scratch, tarOf, tgzOf } from '../support/archives.js'
import { runCli, type CliRun } from '../support/cli.js'
import { AGENT_LOG, CHUNK_FILE, healthyHost } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'

const folder = scratch()

beforeAll(async () => {
  writeFileSync(join(folder, 'healthy.tgz'), await tgzOf(healthyHost().under('vm').entries))
  writeFileSync(join(folder, 'logs-only.tgz'), await tgzOf(SAMPLES['logs-only']().entries))
  writeFileSync(join(folder, 'broken.tgz'), await tgzOf(healthyHost().with(CHUNK_FILE, '{').entries))
  writeFileSync(join(folder, 'junk.tar'), await tarOf(new Map([['beach.jpg', { content: 'x' }]])))
  const two = healthyHost().under('node-1').and(healthyHost().with('etc/hostname', 'vm-02\n').under('node-2'))
  writeFileSync(join(folder, 'two.tgz'), await tgzOf(two.entries))
})

const run = (...args: string[]): Promise<CliRun> => runCli(['contents', ...args], { LANG: 'C.UTF-8' }, folder)

async function hosts(name: string): Promise<readonly HostContents[]> {
  return (JSON.parse((await run(name, '--json')).stdout) as Contents).hosts
}

function group({ groups }: HostContents, name: string): HostContents['groups'][number] {
  const found = groups.find((one) => one.group === name)
  if (found === undefined) throw new Error(`no group ${name}`)
  return found
}

test.each([
  ['healthy.tgz', 0],
  ['junk.tar', 5],
  ['no-such.tgz', 5],
])('%s: exit code %d, in JSON too', async (name, code) => {
  expect((await run(name)).code).toBe(code)
  const { stdout, code: same } = await run(name, '--json')
  expect([same, (JSON.parse(stdout) as Contents).schemaVersion]).toEqual([code, 1])
})

test('what is there, along the data path', async () => {
  const [host] = await hosts('healthy.tgz')
  if (host === undefined) throw new Error('no host')
  expect(host.groups.map((one) => one.group).slice(0, 3)).toEqual(['dcr', 'ama', 'sockets'])
  const chunk = group(host, 'dcr').present.find(({ artifact }) => artifact === 'configChunk')
  expect(chunk).toMatchObject({
    paths: [expect.stringContaining(`vm/${CHUNK_FILE}`), expect.anything()],
    problem: null,
  })
  // Each at the hop that it tells most of.
  expect(group(host, 'cache').present.map(({ artifact }) => artifact)).toContain('sinkFolders')
  const log = group(host, 'collection').present.find(({ artifact }) => artifact === 'ctAgentLog')
  expect(log).toMatchObject({
    entries: 1,
    paths: [`vm/${AGENT_LOG}`],
    newest: expect.stringMatching(/^2026-01-10T/) as string,
  })
})

test('what is missing, by how many rules would look at it, and the fewest commands for it', async () => {
  const [host] = await hosts('logs-only.tgz')
  if (host === undefined) throw new Error('no host')
  const { present, missing } = group(host, 'dcr')
  expect(present.map(({ artifact }) => artifact)).not.toContain('configChunk')
  expect(missing[0]?.artifact).toBe('configChunk')
  expect(missing[0]?.rules.length).toBeGreaterThan(10)
  expect(host.ask.flatMap(({ artifact }) => artifact)).toContain('configChunk')
  // What another collector makes is no gap, and every artifact is told once.
  const told = host.groups.flatMap((one) => [...one.present, ...one.missing].map(({ artifact }) => artifact))
  expect(told).not.toContain('manifest')
  expect(new Set(told).size).toBe(told.length)
})

test('what cannot be read is there, with the reason', async () => {
  const [host] = await hosts('broken.tgz')
  if (host === undefined) throw new Error('no host')
  const chunk = group(host, 'dcr').present.find(({ artifact }) => artifact === 'configChunk')
  expect(chunk?.problem).toMatch(/JSON/)
})

test('every host of an input has its own', async () => {
  expect((await hosts('two.tgz')).map(({ host, root }) => [host, root])).toEqual([
    ['vm-01', 'node-1'],
    ['vm-02', 'node-2'],
  ])
})

test('the page fits its width and needs neither colour nor Unicode', async () => {
  for (const width of [60, 80, 120]) {
    const { stdout } = await run('logs-only.tgz', '--width', `${width}`)
    // A command stays on one line, so that it can be copied.
    const [listing = ''] = stdout.split('What to ask for')
    expect(listing.split('\n').filter((line) => line.length > width)).toEqual([])
  }
  const plain = await runCli(['contents', 'logs-only.tgz'], { LANG: 'C', NO_COLOR: '1' }, folder)
  expect(plain.stdout).toMatch(/^[\x20-\x7e\n]*$/)
  expect(plain.stdout).toContain('[--] a data collection rule')
  expect((await run('logs-only.tgz', '--verbose')).stdout.length).toBeGreaterThan(plain.stdout.length)
})
