import { during, type Progress } from '../../src/commands/progress.js'
import type { Source } from '../../src/model/source.js'
import { memorySource } from '../../src/sources/memory.js'

const ERASE = '\r\u001b[K'
const PEOPLE = { wanted: true, stdoutTTY: true, stderrTTY: true, env: { LANG: 'C.UTF-8', TERM: 'xterm' } }

/** Runs work under a clock that the test moves, and gives all that was written. */
async function written(
  work: (progress: Progress, pass: (ms: number) => void, stop: () => void) => Promise<void>,
  { wanted, stdoutTTY, stderrTTY, env, columns = 80 }: typeof PEOPLE & { columns?: number } = PEOPLE,
  told: string[] = [],
): Promise<string[]> {
  const stop = new AbortController()
  const stderr = { isTTY: stderrTTY, columns, write: (text: string) => told.push(text) }
  const options = { wanted, signal: stop.signal, stdout: { isTTY: stdoutTTY }, stderr, env }
  jest.useFakeTimers()
  try {
    await during(options, (progress) =>
      work(
        progress,
        (ms) => {
          jest.advanceTimersByTime(ms)
        },
        () => stop.abort(),
      ),
    )
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
  }
  return told
}

const counting = async (progress: Progress, pass: (ms: number) => void, ms: number): Promise<void> => {
  let count = 0
  progress.show(() => `${++count}`)
  pass(ms)
  return Promise.resolve()
}

test('nothing before a second, then at most five lines a second, each over the last, and none is left', async () => {
  expect(await written((progress, pass) => counting(progress, pass, 999))).toEqual([])
  const told = await written((progress, pass) => counting(progress, pass, 2000))
  expect(told).toEqual([...['1', '2', '3', '4', '5', '6'].map((text) => ERASE + text), ERASE])
})

test.each<[string, Partial<typeof PEOPLE>]>([
  ['standard output is piped', { stdoutTTY: false }],
  ['standard error is piped', { stderrTTY: false }],
  ['the output is for programs', { wanted: false }],
  ['the terminal is dumb', { env: { ...PEOPLE.env, TERM: 'dumb' } }],
  ['a build server runs it', { env: { ...PEOPLE.env, CI: 'true' } as never }],
])('never when %s', async (_, more) => {
  expect(await written((progress, pass) => counting(progress, pass, 5000), { ...PEOPLE, ...more })).toEqual([])
})

test('an interruption and an error erase it too', async () => {
  const interrupted = await written((progress, pass, stop) => {
    progress.show(() => 'x')
    pass(1000)
    stop()
    pass(1000)
    return Promise.resolve()
  })
  expect(interrupted).toEqual([`${ERASE}x`, ERASE])
  const told: string[] = []
  const failing = async (progress: Progress, pass: (ms: number) => void): Promise<void> => {
    progress.show(() => 'y')
    pass(1000)
    await Promise.reject(new Error('no'))
  }
  await expect(written(failing, PEOPLE, told)).rejects.toThrow('no')
  expect(told).toEqual([`${ERASE}y`, ERASE])
})

test('a message in between stands on a line of its own', async () => {
  const told = await written((progress, pass) => {
    progress.show(() => 'x')
    pass(1000)
    progress.clear()
    pass(200)
    return Promise.resolve()
  })
  expect(told).toEqual([`${ERASE}x`, ERASE, `${ERASE}x`, ERASE])
})

test.each([
  ['C.UTF-8', 'Reading a.tgz … 2 MB, 1 entry'],
  ['C', 'Reading a.tgz ... 2 MB, 1 entry'],
])('it counts what passes, read or not: %s', async (LANG, last) => {
  const entries = new Map([
    ['var/log/read', { content: 'x'.repeat(1_500_000) }],
    ['var/log/left', { content: 'x'.repeat(1_500_000) }],
  ])
  const told = await written(
    async (progress, pass) => {
      const source: Source = progress.reading(memorySource('/tmp/a.tgz', entries))
      let seen = 0
      for await (const entry of source.entries()) {
        if (++seen === 1) for await (const chunk of entry.content()) expect(chunk.length).toBeGreaterThan(0)
        pass(1000)
      }
    },
    { ...PEOPLE, env: { LANG, TERM: 'xterm' } },
  )
  expect(told.at(-2)).toBe(ERASE + last)
})

test('a name from elsewhere stays within the line, and steers nothing', async () => {
  const told = await written(
    (progress, pass) => {
      progress.show(() => `\u001b[2J${'漢字'.repeat(50)}`)
      pass(1000)
      return Promise.resolve()
    },
    { ...PEOPLE, columns: 40 },
  )
  const [first = ''] = told
  const line = first.slice(ERASE.length)
  expect(line).not.toContain('\u001b')
  expect([...line].reduce((width, letter) => width + (letter > '\u2000' ? 2 : 1), 0)).toBeLessThan(40)
})
