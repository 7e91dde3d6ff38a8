import { analyzeTree } from '../support/analyze.js'
import { CT_LOG, DB, healthyHost, HostTree } from '../support/host.js'

const host = healthyHost()

/** Some of a host's files, moved out of their place. */
function loose(pattern: RegExp, folder: string): HostTree {
  const moved = [...host.entries]
    .filter(([path]) => pattern.test(path))
    .map(([path, entry]) => [`${folder}${path.split('/').at(-1) ?? ''}`, entry] as const)
  return new HostTree(new Map(moved))
}

async function roots(tree: HostTree): Promise<[root: string, name: string][]> {
  return (await analyzeTree(tree)).hosts.map(({ root, host: name }) => [root, name])
}

test('a host is found below any prefix', async () => {
  expect(await roots(host)).toEqual([['', 'vm-01']])
  expect(await roots(host.under('a/b/c'))).toEqual([['a/b/c', 'vm-01']])
})

test('two hosts make two reports, and names that occur twice are told apart', async () => {
  expect(await roots(host.under('n1').and(host.under('n2')))).toEqual([
    ['n1', 'vm-01'],
    ['n2', 'vm-01#2'],
  ])
})

test('a copy inside another host’s tree is no host of its own', async () => {
  expect(await roots(host.and(host.under('var/backups/old')))).toEqual([['', 'vm-01']])
})

test('loose files join the only host', async () => {
  const tree = host
    .without(/changetracking\.db|File\.json/)
    .under('support')
    .and(loose(/changetracking\.db|File\.json/, 'desk/'))
  const [only] = (await analyzeTree(tree)).hosts
  expect(only?.inventory.files).toEqual({ db: 25, json: 25, host: null, differences: null })
})

test('loose files alone make a host', async () => {
  const [only] = (await analyzeTree(loose(/cta_linux_agent|\.db$|Packages\.json/, 'desk/'))).hosts
  expect(only?.inventory.packages.json).toBeGreaterThan(0)
  expect(only?.path.find(({ hop }) => hop === 'collection')?.status).not.toBe('unknown')
})

test('findings do not depend on the order of entries', async () => {
  const strip = ({ hosts }: Awaited<ReturnType<typeof analyzeTree>>): string => JSON.stringify(hosts)
  const tree = host.with(DB, 'torn').with(`${CT_LOG}/File.json`, '')
  const reversed = new HostTree(new Map([...tree.entries].toReversed()))
  expect(strip(await analyzeTree(reversed))).toBe(strip(await analyzeTree(tree)))
})
