import { artifacts } from '../../src/artifacts/index.js'
import { choose, type Chosen, type Limits } from '../../src/commands/choose.js'
import { placeIndex } from '../../src/engine/places.js'
import { memorySource } from '../../src/sources/memory.js'
import { AGENT_LOG, AMA_LOG, MINUTE, TAKEN } from '../support/host.js'

/** Files by their age in minutes and their size. */
async function chosen(
  files: Readonly<Record<string, readonly [age: number, size: number]>>,
  limits: Partial<Limits>,
): Promise<Chosen> {
  const entries = Object.entries(files).map(
    ([path, [age, size]]) => [path, { content: 'x'.repeat(size), mtime: TAKEN - age * MINUTE }] as const,
  )
  return choose(memorySource('host', new Map(entries)), placeIndex(artifacts), {
    since: null,
    maxBytes: null,
    ...limits,
  })
}

const taken = ({ wanted }: Chosen): [path: string, take: number][] =>
  wanted.map(({ entry, take }): [string, number] => [entry.path, take]).toSorted()

test('a log has no hole: behind a file that is too large no older one is taken', async () => {
  const log = { [AGENT_LOG]: [1, 100], [`${AGENT_LOG}.1`]: [10, 900], [`${AGENT_LOG}.2`]: [20, 50] } as const
  const other = { [`${AMA_LOG}/mdsd.err`]: [1, 100], [`${AMA_LOG}/mdsd.err.1`]: [30, 60] } as const
  const found = await chosen({ ...log, ...other }, { maxBytes: 500 })
  expect(taken(found)).toEqual([
    [AGENT_LOG, 100],
    [`${AMA_LOG}/mdsd.err`, 100],
    [`${AMA_LOG}/mdsd.err.1`, 60],
  ])
  expect(found.missing.map(({ newerTaken }) => newerTaken)).toEqual([true, true])
})

test('a log with a date in its name is an old one, however the date is written', async () => {
  const found = await chosen(
    { 'var/log/messages': [1, 300], 'var/log/messages-20260104': [9000, 300] },
    { maxBytes: 400 },
  )
  expect(taken(found)).toEqual([['var/log/messages', 300]])
  expect(found.missing).toEqual([expect.objectContaining({ origin: '/var/log/messages-20260104', newerTaken: true })])
})

test('what another folder has of a log is no newer part of it', async () => {
  const { missing } = await chosen(
    { 'var/log/azure/x/mdsd.err': [1, 10], [`${AMA_LOG}/mdsd.err.1`]: [10, 900] },
    { maxBytes: 500 },
  )
  expect(missing).toEqual([
    { origin: `/${AMA_LOG}/mdsd.err.1`, reason: expect.stringContaining('900 bytes') as string },
  ])
})

test('what is too old is counted apart from what is too much', async () => {
  const { tooOld, tooMuch } = await chosen(
    { [AGENT_LOG]: [1, 100], [`${AGENT_LOG}.1`]: [10, 900], [`${AGENT_LOG}.2`]: [2000, 50] },
    { maxBytes: 500, since: TAKEN - 1000 * MINUTE },
  )
  expect({ tooOld, ...tooMuch }).toEqual({ tooOld: 1, files: 1, bytes: 900, otherThanLogs: 0 })
})
