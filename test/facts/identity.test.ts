import {
  amaOut,
  AMA_LOG,
  CHUNK_FILE,
  DCR_A,
  DCR_D,
  EXT,
  healthyHost,
  HostTree,
  MACHINE,
  SECOND_CHUNK,
  WORKSPACE,
} from '../support/host.js'
import { analyzeHost } from '../support/analyze.js'
import { twoDcrs } from '../support/samples.js'

const METADATA = 'instance_metadata.json'
const at = (name: string): string => MACHINE.replace('vm-01', name)
const asked = (name: string): string => JSON.stringify({ compute: { resourceId: at(name) } })
const info = `${AMA_LOG}/mdsd.info`
/** Every witness names another machine, so that the report tells which one was believed. */
const everyWitness = healthyHost()
  .with(METADATA, asked('metadata'))
  .with('amalinux.out', amaOut({ hostname: 'overview', resourceId: at('overview') }))
  .edit(info, (text) => text.replaceAll(MACHINE, at('log')))
  .edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, at('chunk')))

test.each([
  ['metadata', /^$/],
  ['overview', /instance_metadata/],
  ['log', /instance_metadata|amalinux/],
  ['chunk', /instance_metadata|amalinux|mdsd\.info/],
])('the machine is the one that %s names when nothing surer is there', async (name, missing) => {
  const left = new HostTree(new Map([...everyWitness.entries].filter(([path]) => !missing.test(path))))
  expect((await analyzeHost(left, [])).identity).toMatchObject({ resourceId: at(name), environment: 'azure-vm' })
})

test('the host is called what its own files call it, else as in its ARM id', async () => {
  const called = async (tree: HostTree): Promise<string> => (await analyzeHost(tree, [])).host
  expect(await called(everyWitness)).toBe('vm-01')
  expect(await called(everyWitness.without(/etc\/hostname/))).toBe('overview')
  expect(await called(everyWitness.without(/etc\/hostname|amalinux/))).toBe('metadata')
})

test('the architecture is the machine’s', async () => {
  expect((await analyzeHost(healthyHost(), [])).identity.arch).toBe('x86_64')
  expect((await analyzeHost(healthyHost().without(/dpkg/), [])).identity.arch).toBeNull()
})

test('the version is that in use, also where only the service names it', async () => {
  const version = async (tree: HostTree): Promise<string | null> => (await analyzeHost(tree, [])).identity.ctVersion
  expect(await version(healthyHost())).toBe('2.35.0.0')
  const left = `${EXT.replace('2.35.0.0', '2.40.0.0')}/config/HandlerState`
  expect(await version(healthyHost().with(left, 'NotInstalled'))).toBe('2.35.0.0')
  expect(await version(healthyHost().without(/waagent/))).toBe('2.35.0.0')
})

describe('what sets machines apart', () => {
  test('distribution, region, rules and workspaces', async () => {
    expect((await analyzeHost(healthyHost(), [])).identity).toMatchObject({
      distribution: 'debian',
      distributionVersion: '12',
      region: 'westeurope',
      dcrs: [DCR_A],
      workspaces: [WORKSPACE],
    })
  })

  test('the region of the newest log counts, in lower case; the one that a rule names is another matter', async () => {
    const older = healthyHost().edit(info, (text) => text.replaceAll('westeurope', 'NorthEurope'))
    const log = older.entries.get(info)?.content.toString() ?? ''
    expect((await analyzeHost(older, [])).identity.region).toBe('northeurope')
    const rotated = healthyHost().with(`${info}.1`, log.replaceAll('2026-01-10', '2026-01-09'))
    expect((await analyzeHost(rotated, [])).identity.region).toBe('westeurope')
    const silent = healthyHost().edit(info, (text) => text.replaceAll(/.*Detected cloud region.*\n/g, ''))
    expect((await analyzeHost(silent, [])).identity.region).toBeNull()
  })

  test('every rule and workspace, each once', async () => {
    expect((await analyzeHost(twoDcrs(), [])).identity).toMatchObject({ dcrs: [DCR_A, DCR_D], workspaces: [WORKSPACE] })
  })

  test('a cache without a rule for Change Tracking has none; one that was not read whole is not known', async () => {
    const rules = async (tree: HostTree): Promise<unknown> => (await analyzeHost(tree, [])).identity.dcrs
    expect(await rules(healthyHost().with(CHUNK_FILE, '{"dataSources": []}'))).toEqual([])
    expect(await rules(healthyHost().with(SECOND_CHUNK, '{"dataSour'))).toBeNull()
    expect(await rules(healthyHost().without(/config-cache/))).toBeNull()
    const nameless = healthyHost().edit(CHUNK_FILE, (text) => text.replaceAll(/dcr-[0-9a-f]{32}/g, 'x'))
    expect(await rules(nameless)).toBeNull()
  })
})
