import { agentRuns } from '../../src/facts/agent-runs.js'
import type { Evidence } from '../../src/model/artifact.js'
import type { LogDigest } from '../../src/model/log-event.js'
import { parseAgentLog, type AgentEventKind } from '../../src/parsers/agent-log.js'
import { START } from '../support/host.js'
import { chunked } from '../support/parsers.js'

type Digest = LogDigest<AgentEventKind>
const MINUTE = 60_000
const CURRENT = 'cta_linux_agent.log'
const ROTATED = 'cta_linux_agent-2026-01-10T07-50-00.000.log'

async function file(path: string, minutes: readonly number[]): Promise<Evidence<Digest>> {
  const text = minutes.map(
    (minute) =>
      `time="${new Date(START + minute * MINUTE).toISOString()}" level=info msg="Number of services recieved in this run: 12"\n`,
  )
  const result = await parseAgentLog(chunked(Buffer.from(text.join(''))))
  if (!result.ok) throw new Error('no log')
  return { path, kind: 'file', size: 1, mtime: null, value: result.value, problems: result.problems }
}

async function silences(...files: Promise<Evidence<Digest>>[]): Promise<number[]> {
  const log = { good: await Promise.all(files), bad: [] }
  // The engine resolves the fact's needs; here there is only the log.
  const runs = agentRuns.compute({ log })
  return runs.pauses('services').map(({ silent }) => silent / MINUTE)
}

const every = (from: number, until: number, step: number): number[] =>
  Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, index) => from + index * step)

test('between each run and the next', async () => {
  expect(await silences(file(CURRENT, [0, 5, 10, 400]))).toEqual([5, 5, 390])
})

test('one run has no pause, nor have those of another worker', async () => {
  expect(await silences(file(CURRENT, [0]))).toEqual([])
  const runs = agentRuns.compute({ log: { good: [await file(CURRENT, [0, 5])], bad: [] } })
  expect(runs.pauses('software')).toEqual([])
})

test('what lies between two files is no silence: one may be missing', async () => {
  expect(await silences(file(ROTATED, [0, 5]), file(CURRENT, [500, 505]))).toEqual([5, 0, 5])
})

test('where the name says that the second file began then, what lies between is a silence', async () => {
  // Rotated at START, that is, in minute 0.
  expect(await silences(file(ROTATED, [-400, -395]), file(CURRENT, [0, 5]))).toEqual([5, 395, 5])
  expect(await silences(file(ROTATED, [-400, -395]), file(CURRENT, [2, 5]))).toEqual([5, 0, 3])
})

test('of more runs than are kept, the forgotten middle is no silence', async () => {
  const found = await silences(file(CURRENT, every(0, 5 * 4000, 5)))
  expect(found.filter((minutes) => minutes !== 5)).toEqual([0])
})

test('a real hole among very many runs stays one', async () => {
  const found = await silences(file(CURRENT, [...every(0, 5 * 4000, 5), ...every(21_000, 22_000, 5)]))
  expect(found.filter((minutes) => minutes > 5)).toEqual([1000])
})
