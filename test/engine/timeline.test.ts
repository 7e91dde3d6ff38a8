import { gzipSync } from 'node:zlib'
import { catalogue } from '../../src/commands/catalogue.js'
import { timelineOf, type TimelineOptions } from '../../src/engine/timeline/index.js'
import { datedLogs } from '../../src/facts/dated-logs.js'
import { datedNotes } from '../../src/facts/dated-notes.js'
import { homeOf, lineMeaning } from '../../src/facts/line-meaning.js'
import type { TimelineEvent, TimelineHead } from '../../src/model/timeline.js'
import { memorySource } from '../../src/sources/memory.js'
import { OPTIONS } from '../support/analyze.js'
import {
  AGENT_LOG,
  agentLog,
  AMA_LOG,
  CT_LOG,
  healthyHost,
  HostTree,
  mdsdErr,
  mdsdInfo,
  MINUTE,
  odsFailure,
  START,
  TAKEN,
} from '../support/host.js'

const HOUR = 60 * MINUTE
const INFO = `${AMA_LOG}/mdsd.info`
const JOURNAL = 'journal.txt'

interface Told {
  readonly head: Pick<TimelineHead, 'input' | 'hosts' | 'problems'>
  readonly events: readonly TimelineEvent[]
}

async function told(tree: HostTree, options: Partial<TimelineOptions> = {}): Promise<Told> {
  const timeline = await timelineOf(
    memorySource('sample.tgz', tree.entries),
    catalogue,
    { meaning: lineMeaning, homeOf, logs: datedLogs, notes: datedNotes },
    { ...OPTIONS, window: null, only: null, all: false, ...options },
  )
  try {
    return { head: timeline.head, events: [...timeline.events()] }
  } finally {
    timeline.close()
  }
}

const at = (time: number): string => new Date(time).toISOString()
const gaps = ({ events }: Told): string[] =>
  events.filter(({ kind }) => kind === 'gap').map(({ time, text, until }) => `${time} ${text} ${until ?? ''}`)
const ofKind = ({ events }: Told, kind: string): TimelineEvent[] => events.filter((event) => event.kind === kind)

/** The whole line an event names, in the tree. */
function lineAt(tree: HostTree, { path, line }: TimelineEvent): string {
  const content = tree.entries.get(path)?.content ?? ''
  return Buffer.from(content).toString().split('\n')[(line ?? 0) - 1] ?? ''
}

test('a healthy host: one order of time, repetitions as one line, no gap', async () => {
  const all = await told(healthyHost())
  const times = all.events.map(({ time }) => time)
  expect(times).toEqual([...times].sort())
  expect(gaps(all)).toEqual([])
  const [heartbeats, ...more] = ofKind(all, 'heartbeat')
  expect(more).toEqual([])
  expect(heartbeats).toMatchObject({ hop: 'ama', source: 'mdsd.info', count: 130, until: at(TAKEN + 763) })
  expect(ofKind(all, 'run').map(({ count }) => count)).toEqual([26, 26])
  const rows = ofKind(all, 'sinkRows').find(({ text }) => text.includes('CONFIG_DATA'))
  expect(rows).toMatchObject({ count: 130, amount: { least: 0, most: 613 } })
  expect(ofKind(all, 'start').map(({ mark }) => mark)).toEqual(['restart'])
  expect(ofKind(all, 'note').map(({ text }) => text)).toEqual(['The extension reports: Enable success'])
})

test('with `all`, every dated line of every log once, by its true line', async () => {
  const host = healthyHost()
  const all = await told(host, { all: true })
  const info = all.events.filter(({ path, line }) => path === INFO && line !== null)
  const written = mdsdInfo().trimEnd().split('\n')
  expect(info.map(({ line }) => line)).toEqual(written.map((_, index) => index + 1))
  for (const event of info) expect(lineAt(host, event).slice(0, 19)).toBe(event.time.slice(0, 19))
  expect(info.every(({ count }) => count === 1)).toBe(true)
  // Output of a command has no time of its own.
  const commands = all.events.filter(({ source, line }) => source === 'CommandExecution' && line !== null)
  expect(commands.map(({ line }) => line)).toEqual([1, 2, 7, 8])
})

test('lines are true in the default view, behind raw lines too', async () => {
  const crash = 'raw output\npanic: made-up crash\n\ngoroutine 1 [running]:\nmain.main()'
  const late = `time="${at(TAKEN - MINUTE).slice(0, 19)}Z" level=error msg="made-up: failed"`
  const host = healthyHost().with(AGENT_LOG, agentLog({ until: START + HOUR, extra: [crash, late] }))
  const all = await told(host)
  const [panic] = ofKind(all, 'panic')
  if (panic === undefined) throw new Error('no panic')
  expect(lineAt(host, panic)).toBe('panic: made-up crash')
  const [error] = ofKind(all, 'error')
  if (error === undefined) throw new Error('no error')
  expect([lineAt(host, error), error.text, error.mark]).toEqual([late, 'made-up: failed', 'error'])
})

describe('gaps', () => {
  const parts = (first: number, second: number): string =>
    mdsdInfo({ until: first }) + mdsdInfo({ from: second, start: false })

  test('a silence in a log that goes on', async () => {
    const all = await told(healthyHost().with(INFO, parts(START + HOUR, START + 100 * MINUTE)))
    expect(gaps(all)).toEqual([`${at(START + HOUR + 763)} no heartbeats for 41 min ${at(START + 101 * MINUTE + 763)}`])
    // The repetition ends where the gap begins.
    expect(ofKind(all, 'heartbeat').map(({ count }) => count)).toEqual([60, 30])
  })

  test('one that lasts to the end', async () => {
    const host = healthyHost().with(AGENT_LOG, agentLog({ until: TAKEN - 2 * HOUR }))
    expect(gaps(await told(host))).toEqual([
      `${at(START + 6 * MINUTE)} no runs (software) for 2 h 4 min, and none after ${at(TAKEN + 763)}`,
      `${at(START + 6 * MINUTE + 1000)} no runs (services) for 2 h 4 min, and none after ${at(TAKEN + 763)}`,
    ])
  })

  test.each([
    ['five minutes', 5, []],
    ['six minutes', 6, ['6 min']],
  ])('heartbeats may pause for %s', async (_, minutes, found) => {
    const pause = parts(START + HOUR, START + HOUR + (minutes - 1) * MINUTE)
    const all = gaps(await told(healthyHost().with(INFO, pause)))
    expect(all.map((text) => /for (\d+ min)/.exec(text)?.[1])).toEqual(found)
  })

  test('a log that was rotated away is none, nor is one whose end was not collected', async () => {
    const away = healthyHost()
      .with(`${INFO}.2`, mdsdInfo({ until: START + 30 * MINUTE }))
      .with(INFO, mdsdInfo({ from: START + HOUR, start: false }))
    expect(gaps(await told(away))).toEqual([])
    const endless = healthyHost()
      .without(/mdsd\.info$/)
      .with(`${INFO}.1`, mdsdInfo({ until: START + HOUR }))
    expect(gaps(await told(endless))).toEqual([])
  })

  test('a worker that is switched off does not stop', async () => {
    const log = agentLog({ workers: ['services'] })
    expect(gaps(await told(healthyHost().with(AGENT_LOG, log))).join()).toContain('no runs (software)')
    const off = healthyHost()
      .with(AGENT_LOG, log)
      .edit('etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1000000000000000001.json', (text) =>
        text.replaceAll('"enableSoftware":true', '"enableSoftware":false'),
      )
    expect(gaps(await told(off))).toEqual([])
  })
})

test('rotated and compressed logs are read as well, in order and by their own names', async () => {
  const host = healthyHost()
    .with(`${INFO}.1.gz`, gzipSync(mdsdInfo({ until: START + HOUR })), START + HOUR)
    .with(INFO, mdsdInfo({ from: START + HOUR, start: false }), TAKEN)
  const all = await told(host)
  expect(ofKind(all, 'heartbeat').map(({ source, count }) => [source, count])).toEqual([
    ['mdsd.info.1.gz', 60],
    ['mdsd.info', 70],
  ])
  expect(gaps(all)).toEqual([])
})

describe('folding', () => {
  const failures = (...minutes: number[]): HostTree =>
    healthyHost().with(
      `${AMA_LOG}/mdsd.err`,
      mdsdErr(minutes.map((minute) => [START + minute * MINUTE, odsFailure('403 Forbidden', 'CONFIG_DATA_BLOB_V2')])),
    )

  test.each([
    ['an hour apart', [10, 70], [2]],
    ['longer apart', [10, 71], [1, 1]],
    ['three', [10, 20, 30], [3]],
  ])('%s', async (_, minutes, counts) => {
    const found = ofKind(await told(failures(...minutes)), 'odsFail')
    expect(found.map(({ count }) => count)).toEqual(counts)
    expect(found[0]).toMatchObject({ mark: 'error', hop: 'upload', time: at(START + 10 * MINUTE + 259) })
  })

  test('another count of items is told', async () => {
    const log = agentLog({ until: START + HOUR }) + agentLog({ from: START + HOUR, services: 13 })
    const runs = ofKind(await told(healthyHost().with(AGENT_LOG, log)), 'run')
    expect(runs.filter(({ text }) => text.includes('services')).map(({ text }) => text.slice(-2))).toEqual(['12', '13'])
  })

  test('a restart ends what repeats', async () => {
    const log = mdsdInfo({ until: START + HOUR }) + mdsdInfo({ from: START + HOUR })
    const all = await told(healthyHost().with(INFO, log))
    expect(ofKind(all, 'start')).toHaveLength(2)
    expect(ofKind(all, 'heartbeat').map(({ count }) => count)).toEqual([60, 70])
  })

  test('an unknown line of mdsd.err is an error', async () => {
    const log = mdsdErr([[START + MINUTE, 'made-up: something is wrong']])
    const all = await told(healthyHost().with(`${AMA_LOG}/mdsd.err`, log))
    expect(all.events.find(({ text }) => text.startsWith('made-up: something'))).toMatchObject({
      mark: 'error',
      line: 2,
    })
  })
})

test.each([
  ['on its edge', TAKEN - START - 763, 1],
  ['after it', TAKEN - START - 764, 0],
])('a window begins %s', async (_, window, starts) => {
  const all = await told(healthyHost(), { window, asOf: TAKEN })
  expect(ofKind(all, 'start')).toHaveLength(starts)
  expect(all.head.hosts[0]?.from).toBe(at(TAKEN - window).replace(/\.\d+Z/, 'Z'))
})

test('a gap that reaches into the window is told', async () => {
  const host = healthyHost().with(AGENT_LOG, agentLog({ until: TAKEN - 2 * HOUR }))
  expect(gaps(await told(host, { window: HOUR }))).toHaveLength(2)
})

test('only some hops', async () => {
  const { events } = await told(healthyHost(), { only: ['upload', 'cache'] })
  expect(new Set(events.map(({ hop }) => hop))).toEqual(new Set(['upload', 'cache']))
})

test('two hosts in one order, each by its own name', async () => {
  const tree = healthyHost().under('node-1').and(healthyHost().with('etc/hostname', 'vm-02\n').under('node-2'))
  const all = await told(tree)
  expect(all.head.hosts.map(({ host }) => host)).toEqual(['vm-01', 'vm-02'])
  const beats = ofKind(all, 'heartbeat')
  expect(beats.map(({ host, count }) => [host, count])).toEqual([
    ['vm-01', 130],
    ['vm-02', 130],
  ])
  expect(new Set(beats.map(({ source }) => source)).size).toBe(2)
})

describe('clocks', () => {
  const skew = async (tree: HostTree, source: string, asOf: number | null = null): Promise<unknown> =>
    (await told(tree, { asOf })).head.hosts[0]?.logs.find((log) => log.source === source)?.skew

  test.each([
    ['as old as its file', TAKEN, { how: 'file-time', seconds: 0, against: null }],
    ['older than its file: a copy, or silence', TAKEN + HOUR, null],
    ['newer than its file', TAKEN - 42 * MINUTE, { how: 'file-time', seconds: 2461, against: null }],
    ['in a file from before it began', 0, null],
  ])('a log %s', async (_, mtime, expected) => {
    const found = await skew(healthyHost().with(INFO, mdsdInfo({ until: TAKEN - 1000 }), mtime), 'mdsd.info')
    expect(found).toEqual(expected)
  })

  test('a log from after the bundle was taken', async () => {
    expect(await skew(healthyHost(), 'mdsd.info', TAKEN - HOUR)).toMatchObject({ how: 'bundle-time', seconds: 3601 })
    expect(await skew(healthyHost(), 'mdsd.info', TAKEN)).toMatchObject({ how: 'file-time' })
  })

  const journal =
    'Jan 10 11:30:00 vm-01 systemd[1]: Stopped cxp.service.\nJan 10 11:40:00 vm-01 systemd[1]: Started cxp.service.\n'

  test('local time is shown in UTC where the file’s time tells its zone', async () => {
    const host = healthyHost().with(JOURNAL, journal, TAKEN - 20 * MINUTE + 5000)
    const all = await told(host)
    expect(ofKind(all, 'started')).toMatchObject([
      { time: '2026-01-10T09:40:00.000Z', local: true, line: 2, mark: 'restart' },
    ])
    expect(await skew(host, 'journal.txt')).toEqual({ how: 'zone', seconds: 7200, against: null })
    const unknown = await told(healthyHost().with(JOURNAL, journal, TAKEN - 7 * MINUTE))
    expect(ofKind(unknown, 'started')).toMatchObject([{ time: '2026-01-10T11:40:00.000Z', local: true }])
  })

  test('times without a year belong to the last one that is possible', async () => {
    const december = journal.replaceAll('Jan 10', 'Dec 31')
    const all = await told(healthyHost().with(JOURNAL, december + journal, 1))
    expect(ofKind(all, 'started').map(({ time }) => time)).toEqual([
      '2025-12-31T11:40:00.000Z',
      '2026-01-10T11:40:00.000Z',
    ])
    const zoned = '2026-01-10T11:40:00+0200 vm-01 systemd[1]: Started cxp.service.\n'
    const [event] = ofKind(await told(healthyHost().with(JOURNAL, zoned)), 'started')
    expect(event).toMatchObject({ time: '2026-01-10T09:40:00.000Z', local: false })
  })
})

test('of a torn log what came before the tear is told', async () => {
  const torn = gzipSync(mdsdInfo({ until: START + HOUR })).subarray(0, -400)
  const all = await told(
    healthyHost()
      .with(`${INFO}.1.gz`, torn)
      .without(/mdsd\.info$/),
  )
  expect(all.head.problems.map(({ code }) => code)).toContain('cut-off')
  expect(all.events.some(({ source }) => source === 'mdsd.info.1.gz')).toBe(true)
})

test('when files were last written, only of those that move with the data unless all are asked for', async () => {
  const files = async (all: boolean): Promise<string[]> =>
    ofKind(await told(healthyHost(), { all }), 'file').map(({ path }) => path)
  const some = await files(false)
  expect(some).toContain(`${CT_LOG}/File.json`)
  expect(some).not.toContain('var/lib/dpkg/status')
  expect(await files(true)).toContain('var/lib/dpkg/status')
})

test('a rotated log beside its compressed copy is told once, another one under that name is not lost', async () => {
  const failures = ([3, 2, 1] as const).map((hours) => [TAKEN - hours * HOUR, odsFailure('403', 'X')] as const)
  const rotated = healthyHost().with(`${AMA_LOG}/mdsd.err.1`, mdsdErr(failures))
  const copied = rotated.with(`${AMA_LOG}/mdsd.err.1.gz`, gzipSync(mdsdErr(failures)))
  const other = rotated.with(`${AMA_LOG}/mdsd.err.1.gz`, gzipSync(mdsdErr(failures.slice(1))))
  const count = async (tree: HostTree): Promise<number> =>
    ofKind(await told(tree), 'odsFail').reduce((sum, event) => sum + event.count, 0)
  expect(await count(rotated)).toBe(3)
  expect(await count(copied)).toBe(3)
  expect(await count(other)).toBe(5)
  expect((await told(copied)).head.hosts[0]?.logs).toHaveLength((await told(rotated)).head.hosts[0]?.logs.length ?? 0)
})
