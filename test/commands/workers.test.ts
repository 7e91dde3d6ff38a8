import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, Settings } from '../../src/commands/analyze-input.js'
import { readAll, workerReader, type Reader } from '../../src/commands/workers.js'
import { LIMITS } from '../../src/model/limits.js'
import { scratch } from '../support/archives.js'

const folder = scratch()
const SETTINGS: Settings = { rules: [], limits: LIMITS, asOf: null, startedAt: 0, version: '0.0.0' }
const never = new AbortController().signal

const answerTo = (input: string): Answer => ({
  ended: 'refused',
  problem: { code: 'x', message: input, source: [input], path: null, at: null },
})

/** A worker that answers, unless the input tells it how to die. */
const script = join(folder, 'worker.cjs')
writeFileSync(
  script,
  `const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ input }) => {
  if (input === 'exit') process.exit(7)
  if (input === 'throw') throw new Error('made-up')
  if (input === 'reject') return void Promise.reject(new Error('made-up'))
  if (input === 'unclonable') { try { parentPort.postMessage(() => {}) } catch (error) { setTimeout(() => { throw error }) } return }
  parentPort.postMessage({ ended: 'refused', problem: { code: 'x', message: input, source: [input], path: null, at: null } })
  if (input === 'die-idle') process.exit(0)
})`,
)

async function readEach(inputs: readonly string[], jobs: number): Promise<Map<string, Answer>> {
  const told = new Map<string, Answer>()
  await readAll(
    inputs.map((input) => ({ input })),
    jobs,
    () => workerReader({ code: script, eval: false }, SETTINGS),
    never,
    ({ input }, answer) => told.set(input, answer),
  )
  return told
}

test.each([1, 2])('a worker that dies costs its input only, with %i at a time', async (jobs) => {
  const inputs = ['a', 'exit', 'b', 'throw', 'c', 'reject', 'd', 'unclonable', 'e', 'die-idle', 'f']
  const told = await readEach(inputs, jobs)
  expect([...told.keys()].toSorted()).toEqual(inputs.toSorted())
  const ends = Object.fromEntries([...told].map(([input, { ended }]) => [input, ended]))
  expect(ends).toMatchObject({ exit: 'crashed', throw: 'crashed', reject: 'crashed', unclonable: 'crashed' })
  for (const input of ['a', 'b', 'c', 'd', 'e', 'die-idle']) expect(told.get(input)).toEqual(answerTo(input))
})

/** Reads nothing before it is told to. */
function slowReader(): Reader & {
  readonly asked: string[]
  readonly go: () => void
  readonly stopped: () => number
  readonly ended: () => number
} {
  const waiting: (() => void)[] = []
  const asked: string[] = []
  let stops = 0
  let ends = 0
  return {
    asked,
    go: () => waiting.shift()?.(),
    stopped: () => stops,
    ended: () => ends,
    alive: true,
    stop: () => void (stops += 1),
    end: async () => void (ends += 1),
    read: (input) =>
      new Promise((resolve) => {
        asked.push(input)
        waiting.push(() => resolve(answerTo(input)))
      }),
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('no more are read at a time than were asked for, and each once', async () => {
  const readers: ReturnType<typeof slowReader>[] = []
  const told: string[] = []
  const inputs = ['a', 'b', 'c', 'd', 'e'].map((input) => ({ input }))
  const reader = (): Reader => {
    const one = slowReader()
    readers.push(one)
    return one
  }
  const done = readAll(inputs, 2, reader, never, ({ input }) => told.push(input))
  const open = (): string[] => readers.flatMap(({ asked }) => asked)
  expect(open()).toEqual(['a', 'b'])
  for (let i = 0; i < 5; i++) {
    readers[1]?.go()
    readers[0]?.go()
    await turn()
    expect(open().length - told.length).toBeLessThanOrEqual(2)
  }
  await done
  expect(readers).toHaveLength(2)
  expect(told.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('an interruption lets end what is being read, and nothing new begins', async () => {
  const one = slowReader()
  const interruption = new AbortController()
  const told: string[] = []
  const inputs = ['a', 'b'].map((input) => ({ input }))
  const done = readAll(
    inputs,
    1,
    () => one,
    interruption.signal,
    ({ input }) => told.push(input),
  )
  interruption.abort()
  expect(one.stopped()).toBe(1)
  one.go()
  await done
  expect([one.asked, told]).toEqual([['a'], ['a']])
})

test('an answer that cannot be told ends everything: no worker is left to wait', async () => {
  const inputs = ['a', 'b', 'c', 'd'].map((input) => ({ input }))
  const readers: ReturnType<typeof slowReader>[] = []
  const start = (): Reader => {
    const one = slowReader()
    readers.push(one)
    return one
  }
  const done = readAll(inputs, 2, start, never, () => {
    throw new Error('made-up: the disk is full')
  })
  readers[0]?.go()
  await expect(done).rejects.toThrow('the disk is full')
  expect(readers.map((one) => one.ended())).toEqual([1, 1])
  readers[1]?.go()
  await turn()
  expect(readers.flatMap(({ asked }) => asked)).toEqual(['a', 'b'])
})
