import { memorySource, type MemoryEntry } from '../../src/sources/memory.js'
import { analyzeSource } from '../../src/engine/analyze.js'
import { catalogue } from '../../src/commands/catalogue.js'
import { OPTIONS } from '../support/analyze.js'
import { EVENTS, healthyHost } from '../support/host.js'

/** A healthy host, and a sink of its event cache with so many files. */
async function withFiles(count: number): Promise<{ hops: string[]; limits: string[] }> {
  const entries = new Map<string, MemoryEntry>(healthyHost().entries)
  const mtime = Math.max(...[...entries.values()].map((entry) => entry.mtime ?? 0))
  for (let number = 1; number <= count; number++)
    entries.set(`${EVENTS}/syslog.error/${String(number).padStart(6, '0')}.sst`, { content: 'x', mtime })
  const { hosts, problems } = await analyzeSource(memorySource('sample.tgz', entries), catalogue, OPTIONS)
  return {
    hops: hosts.flatMap(({ path }) => path.map(({ hop, status }) => `${hop} ${status}`)),
    limits: problems.filter(({ code }) => code === 'limit-reached').map(({ message }) => message),
  }
}

test('an event cache of many files leaves a healthy host healthy', async () => {
  const few = await withFiles(1)
  expect(await withFiles(15_000)).toEqual(few)
  expect(few.limits).toEqual([])
})

test('names without end are left out, and what has content is read', async () => {
  const { hops, limits } = await withFiles(25_000)
  expect(hops).toEqual((await withFiles(1)).hops)
  expect(limits).toEqual([expect.stringMatching(/^More than 20000 entries look like files of the agents/)])
})
