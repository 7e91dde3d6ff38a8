import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { catalogue } from '../../src/commands/catalogue.js'
import { analyzeSource } from '../../src/engine/analyze.js'
import type { HostReport } from '../../src/model/report.js'
import type { Source } from '../../src/model/source.js'
import { memorySource } from '../../src/sources/memory.js'
import { openSource } from '../../src/sources/open.js'
import { OPTIONS } from '../support/analyze.js'
import { scratch, tarOf } from '../support/archives.js'
import {
  AMA_LOG,
  CHUNK_FILE,
  CT_LOG,
  DB,
  EXT,
  healthyHost,
  HostTree,
  mdsdErr,
  MINUTE,
  odsFailure,
  TAKEN,
} from '../support/host.js'

const folder = scratch()
/** Uploads failed five minutes ago, and work again: that success must not be lost. */
const host = healthyHost()
  .with(
    `${AMA_LOG}/mdsd.err`,
    mdsdErr([
      [TAKEN - 5 * MINUTE, odsFailure('403', 'CONFIG_DATA_BLOB_V2')],
      [
        TAKEN - 60 * MINUTE,
        'Failed to get MSI token from IMDS endpoint http://169.254.169.254/metadata/identity/oauth2/token',
      ],
    ]),
  )
  .edit(
    `${AMA_LOG}/mdsd.info`,
    (text) => `${text}2026-01-10T10:00:00.9999999Z: Next refresh of MSI token for MCS in 85592 seconds\n`,
  )

async function above(source: Source): Promise<string[]> {
  const { hosts } = await analyzeSource(source, catalogue, OPTIONS)
  return hosts.flatMap(({ findings }: HostReport) =>
    findings
      .filter(({ severity, ruleId }) => severity !== 'info' && ruleId !== 'CT9001')
      .map(({ ruleId, message }) => `${ruleId} ${message}`),
  )
}

async function fileOf(bytes: Uint8Array): Promise<Source> {
  const file = join(folder, 'torn')
  writeFileSync(file, bytes)
  return openSource(file)
}

/** Orders in which a tar may hold the members: what is lost differs. */
const FIRST = /configchunks$|events\/syslog|mdsd\.info|0000000002\.json|proc\/net/
const folders = host.folder('etc/opt/microsoft/azuremonitoragent/config-cache/configchunks')
const orders: [string, HostTree][] = [
  ['in order', host],
  ['backwards', ordered((a, b) => index(b) - index(a))],
  ['what makes absence look like a fault first', ordered((a, b) => Number(FIRST.test(b)) - Number(FIRST.test(a)))],
  ['failures first', ordered((a, b) => Number(/mdsd\.err/.test(b)) - Number(/mdsd\.err/.test(a)))],
]

function ordered(compare: (a: string, b: string) => number): HostTree {
  return new HostTree(new Map([...folders.entries].toSorted(([a], [b]) => compare(a, b))))
}

function index(path: string): number {
  return [...folders.entries.keys()].indexOf(path)
}

test.each(orders)(
  'a healthy bundle cut anywhere makes no error: %s',
  async (_, tree) => {
    // The package list is nearly all of it, and says nothing here.
    const bytes = await tarOf(tree.without(/dpkg/).entries)
    for (let step = 1; step < 120; step++) {
      const cut = bytes.subarray(0, 600 + Math.floor(((bytes.length - 600) * step) / 120))
      expect(await above(await fileOf(cut))).toEqual([])
    }
  },
  120_000,
)

test('one rule is not the only one while another may lie behind the tear', async () => {
  const tree = orders.find(([order]) => order.startsWith('what makes'))?.[1] ?? host
  const bytes = await tarOf(tree.without(/dpkg/).entries)
  const statusOf = async (part: Uint8Array): Promise<unknown> => {
    const { hosts } = await analyzeSource(await fileOf(part), catalogue, OPTIONS)
    return hosts[0]?.outcomes.find(({ ruleId }) => ruleId === 'CT1003')?.status
  }
  expect(await statusOf(bytes)).toBe('pass')
  expect(await statusOf(bytes.subarray(0, Math.floor(0.7 * bytes.length)))).toBe('unknown')
})

test('so does a gzipped one', async () => {
  const bytes = gzipSync(await tarOf(host.without(/dpkg/).entries))
  for (let step = 1; step < 80; step++) {
    const cut = bytes.subarray(0, 100 + Math.floor(((bytes.length - 100) * step) / 80))
    expect(await above(await fileOf(cut))).toEqual([])
  }
}, 120_000)

test.each([
  CHUNK_FILE,
  DB,
  `${CT_LOG}/File.json`,
  `${CT_LOG}/cta_linux_agent.log`,
  `${EXT}/config/HandlerState`,
  'proc/net/unix',
])('%s that may not be read is unknown, not damaged', async (path) => {
  const memory = memorySource('sample', host.entries)
  const denied: Source = {
    ...memory,
    async *entries() {
      for await (const entry of memory.entries()) {
        if (entry.path !== path) yield entry
        else
          yield {
            ...entry,
            async *content(): AsyncGenerator<Uint8Array> {
              yield await Promise.reject<Uint8Array>(new Error('EACCES: permission denied'))
            },
          }
      }
    },
  }
  expect(await above(denied)).toEqual([])
  const { problems } = await analyzeSource(denied, catalogue, OPTIONS)
  expect(problems.some((problem) => problem.path === path && problem.message.includes('EACCES'))).toBe(true)
})
