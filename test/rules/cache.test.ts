import { ctSinkMissing } from '../../src/rules/cache/CT6001-ct-sink-missing.js'
import { ctSinkReceivesNothing } from '../../src/rules/cache/CT6002-ct-sink-receives-nothing.js'
import { ctSinkGrowing } from '../../src/rules/cache/CT6003-ct-sink-growing.js'
import { ctSinkBacklog } from '../../src/rules/cache/CT6004-ct-sink-backlog.js'
import { cacheNearQuota } from '../../src/rules/cache/CT6005-cache-near-quota.js'
import { cacheDropping } from '../../src/rules/cache/CT6006-cache-dropping.js'
import { diskFull } from '../../src/rules/cache/CT6007-disk-full.js'
import {
  agentLog,
  AMA_LOG,
  CHUNK_FILE,
  CHUNKS,
  CT_LOG,
  DCR_A,
  DCR_D,
  EVENTS,
  healthyHost,
  HostTree,
  mdsdErr,
  mdsdInfo,
  mdsdQos,
  MINUTE,
  sinkFiles,
  START,
  SYSLOG_CHUNK,
  TAKEN,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const info = `${AMA_LOG}/mdsd.info`
const err = `${AMA_LOG}/mdsd.err`
const noSinks = host.without(/CTDataSource-Linux/)
const quiet = host.with(info, mdsdInfo({ rows: () => 0 })).without(/mdsd\.qos/)

/** Of all blocks the first has a row that moved. */
const ONE_MOVED = mdsdQos()
  .replace(/,613,613$/m, ',613,1')
  .replaceAll(/,613,613$/gm, ',0,0')

function renamed(colon: string): HostTree {
  return new HostTree(
    new Map(
      [...host.entries].map(([path, entry]) => [path.startsWith(EVENTS) ? path.replaceAll(':', colon) : path, entry]),
    ),
  )
}

describeRule(ctSinkMissing, {
  found: [
    {
      name: 'other sinks, none of the rule',
      host: noSinks,
      subjects: [DCR_A],
      cites: ['mdsd.info:7', 'events'],
      says: ['(1 other sink there)'],
    },
    {
      name: 'the agent was restarted just now, but had the rule before',
      host: noSinks.with(info, mdsdInfo() + mdsdInfo({ from: TAKEN - MINUTE })),
      subjects: [DCR_A],
    },
    { name: 'sinks of another rule', host: noSinks.and(new HostTree(new Map(sinkFiles(DCR_D)))), subjects: [DCR_A] },
    {
      name: 'only the unused sinks for Windows',
      host: noSinks.and(new HostTree(new Map(sinkFiles(DCR_A, 'Windows')))),
      subjects: [DCR_A],
    },
    {
      name: 'the agent’s own collector lists other sinks only',
      host: host.without(/events\//).with('amalinux.out', `4.0K\t/${EVENTS}/syslog.info\n8.0K\t/${EVENTS}\n`),
      subjects: [DCR_A],
      cites: ['amalinux.out:2'],
    },
  ],
  ok: [
    {
      name: 'the agent’s own collector lists a sink of the rule',
      host: host
        .without(/events\//)
        .with('amalinux.out', `4.0K\t/${EVENTS}/${DCR_A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2\n8.0K\t/${EVENTS}\n`),
    },
    { name: 'colons became underscores', host: renamed('_') },
    { name: 'colons became %3A', host: renamed('%3A') },
    { name: 'colons became dashes', host: renamed('-') },
    { name: 'colons became what Windows shows for them', host: renamed('\uf03a') },
    {
      name: 'folders without their files',
      host: noSinks.folder(`${EVENTS}/${DCR_A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`),
    },
    {
      name: 'another name of the data source',
      host: noSinks.folder(`${EVENTS}/${DCR_A}:myTracking:CONFIG_DATA_BLOB_V2`),
    },
  ],
  notApplicable: [{ name: 'no Change Tracking rule', host: noSinks.with(CHUNK_FILE, SYSLOG_CHUNK) }],
  unknown: [
    { name: 'the log does not show the loading', host: noSinks.with(info, mdsdInfo({ dcrs: [DCR_D] })) },
    {
      name: 'the rule has just been loaded',
      host: noSinks.with(info, mdsdInfo({ from: TAKEN - 2 * MINUTE })),
    },
    { name: 'nothing lists the event cache', host: host.without(/events\//) },
    {
      name: 'of the event cache only a loose file was collected',
      host: host.without(/events\//).with(`${EVENTS}/taskstate.json`, '{}'),
    },
    {
      name: 'the list of sizes breaks off before its end',
      host: host.without(/events\//).with('amalinux.out', `4.0K\t/${EVENTS}/syslog.info\n`),
    },
  ],
})

describeRule(ctSinkReceivesNothing, {
  found: [
    {
      name: 'two hours of zeros while both workers ran',
      host: quiet,
      subjects: [DCR_A],
      cites: [info, `${CT_LOG}/cta_linux_agent.log`],
      data: [{ counts: 260, runs: 51 }],
    },
    {
      name: 'the statistics tell of other streams only',
      host: quiet.with(`${AMA_LOG}/mdsd.qos`, mdsdQos().replaceAll(/,613,613$/gm, ',0,0')),
      subjects: [DCR_A],
    },
  ],
  ok: [
    {
      name: 'a single count above zero',
      host: host
        .with(
          info,
          mdsdInfo({ rows: (stream, minute) => (stream === 'CONFIG_CHANGE_BLOB_V2' && minute === 60 ? 1 : 0) }),
        )
        .without(/mdsd\.qos/),
    },
    {
      name: 'mdsd.qos shows that rows moved',
      host: host.with(info, mdsdInfo({ rows: () => 0 })).with(`${AMA_LOG}/mdsd.qos`, mdsdQos()),
    },
    {
      name: 'the agent did not run in that time',
      host: quiet.with(
        `${CT_LOG}/cta_linux_agent.log`,
        agentLog({ from: START - 300 * MINUTE, until: START - 60 * MINUTE }),
      ),
    },
    {
      name: 'mdsd.qos shows one row of one block',
      host: host.with(info, mdsdInfo({ rows: () => 0 })).with(`${AMA_LOG}/mdsd.qos`, ONE_MOVED),
    },
    {
      name: 'the agent ran only after the last count',
      host: host
        .with(info, mdsdInfo({ until: TAKEN - 60 * MINUTE, rows: () => 0 }))
        .without(/mdsd\.qos/)
        .with(`${CT_LOG}/cta_linux_agent.log`, agentLog({ from: TAKEN - 30 * MINUTE })),
    },
  ],
  unknown: [
    { name: 'no counts in the log', host: host.with(info, mdsdInfo({ rows: () => null })).without(/mdsd\.qos/) },
    {
      name: 'counts of ten minutes only',
      host: host.with(info, mdsdInfo({ from: TAKEN - 11 * MINUTE, rows: () => 0 })).without(/mdsd\.qos/),
    },
    {
      name: 'only a rotated log, whose counts are 0',
      host: quiet.without(/mdsd\.info/).with(`${info}.1`, mdsdInfo({ rows: () => 0 })),
    },
    {
      name: 'counts of other streams only',
      host: host
        .with(info, mdsdInfo({ rows: () => 0 }).replaceAll(/CONFIG_\w+_V2/g, 'LINUX_SYSLOGS_BLOB'))
        .without(/mdsd\.qos/),
    },
  ],
})

const DATA = `${DCR_A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`
const CHANGE = `${DCR_A}:CTDataSource-Linux:CONFIG_CHANGE_BLOB_V2`
/** A log whose data sink has these counts, one a minute, up to its end; the change sink stays at 0. */
const counts = (levels: readonly number[], everyMinutes = 1): string =>
  mdsdInfo({
    rows: (stream, minute) => {
      const at = 130 - minute
      if (at % everyMinutes !== 0) return null
      return stream === 'CONFIG_DATA_BLOB_V2' ? (levels[levels.length - 1 - at / everyMinutes] ?? null) : 0
    },
  })
const rising = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describeRule(ctSinkGrowing, {
  found: [
    {
      name: 'two hours of growth',
      host: host.with(info, counts(rising(1, 131))),
      subjects: [DATA],
      cites: [info],
      data: [{ counts: 130, from: 2, to: 131 }],
      confidence: 'possible',
    },
    {
      name: 'both sinks grow, and no statistics tell of a success',
      host: host.with(info, mdsdInfo({ rows: (_, minute) => 100 + minute })).without(/mdsd\.qos/),
      subjects: [CHANGE, DATA],
      cites: ['mdsd.info:11', 'mdsd.info:398', 'mdsd.info:10', 'mdsd.info:397'],
      data: [
        { counts: 130, from: 101, to: 230 },
        { counts: 130, from: 101, to: 230 },
      ],
      confidence: 'likely',
    },
    {
      name: 'four counts in a quarter of an hour, the first of them 0',
      host: host.with(info, counts([0, 5, 7, 9], 5)),
      subjects: [DATA],
      cites: ['mdsd.info:146', 'mdsd.info:167'],
      data: [{ counts: 4, from: 0, to: 9 }],
    },
    {
      name: 'it drained until an hour ago',
      host: host.with(info, counts([...Array.from({ length: 70 }, (_, index) => index % 3), ...rising(10, 70)])),
      subjects: [DATA],
    },
    {
      name: 'the growth began in a rotated log',
      host: host
        .with(info, mdsdInfo({ from: TAKEN - 3 * MINUTE, start: false, rows: () => 900 }))
        .with(`${info}.1`, mdsdInfo({ until: TAKEN - 4 * MINUTE, rows: (_, minute) => minute + 1 })),
      subjects: [CHANGE, DATA],
      cites: ['mdsd.info.1:11', 'mdsd.info:9', 'mdsd.info.1:10', 'mdsd.info:8'],
    },
  ],
  ok: [
    { name: 'rows wait, but no new ones come', host: host.with(info, mdsdInfo({ rows: () => 613 })) },
    { name: 'a change of the last minute', host: host.with(info, counts([...Array<number>(129).fill(0), 5])) },
    {
      name: 'rows of the last fourteen minutes',
      host: host.with(info, counts([...Array<number>(116).fill(0), ...rising(1, 14)])),
    },
    { name: 'growth that drained at the end', host: host.with(info, counts([...rising(1, 130), 0])) },
    { name: 'growth with one fall in it', host: host.with(info, counts([...rising(1, 120), ...rising(60, 70)])) },
    { name: 'three counts over half an hour', host: host.with(info, counts([1, 2, 3], 15)) },
    {
      name: 'another sink of the rule’s part for Windows grows',
      host: host.with(
        info,
        mdsdInfo({ rows: (_, minute) => minute }).replaceAll('CTDataSource-Linux', 'CTDataSource-Windows') + mdsdInfo(),
      ),
    },
    {
      name: 'another stream grows',
      host: host.with(
        info,
        mdsdInfo() +
          mdsdInfo({ rows: (_, minute) => minute }).replaceAll(
            /CTDataSource-Linux:CONFIG_\w+/g,
            'syslogSource:LINUX_SYSLOGS_BLOB',
          ),
      ),
    },
  ],
  unknown: [
    { name: 'no counts in the log', host: host.with(info, mdsdInfo({ rows: () => null })) },
    {
      name: 'only a rotated log, in which they grow',
      host: host.without(/mdsd\.info/).with(`${info}.1`, counts(rising(1, 131))),
    },
  ],
})

/** The two answers of `du` as the agent's own collector has them. */
const overview = (onDisk: string, apparent: string, total = '650M'): string =>
  [onDisk, apparent]
    .map(
      (size, index) =>
        `Output of command: du -h -d 1 ${index === 0 ? '' : '--apparent-size'} /${EVENTS}\n${'='.repeat(40)}\n600M\t/${EVENTS}/syslog.info\n${size}\t/${EVENTS}/${DATA}\n${total}\t/${EVENTS}\n${'-'.repeat(80)}\n`,
    )
    .join('')
const DAY = 24 * 60 * MINUTE
const sst = (name: string, age: number): HostTree => host.with(`${EVENTS}/${DATA}/${name}`, 'x', TAKEN - age)
const namesOnly = host.without(/events\//).folder(`${EVENTS}/${DATA}`)

describeRule(ctSinkBacklog, {
  found: [
    {
      name: 'the oldest data file is two days old',
      host: sst('000012.sst', 2 * DAY).with(`${EVENTS}/${DATA}/000013.sst`, 'x', TAKEN - MINUTE),
      subjects: [DATA],
      cites: [`${EVENTS}/${DATA}/000012.sst`],
      data: [{ bytes: 18, oldest: '2026-01-08T10:00:00Z' }],
    },
    {
      name: 'more than 100 MB, as the agent’s own collector has it',
      host: host.without(/events\//).with('amalinux.out', overview('101M', '110M')),
      subjects: [DATA],
      cites: ['amalinux.out:4'],
      data: [{ bytes: 105906176, oldest: null }],
    },
    {
      name: 'both',
      host: namesOnly.with('events-du.txt', `1.2G\t/${EVENTS}/${DATA}\n`),
      subjects: [DATA],
      says: ['it has 1229 MB'],
    },
  ],
  ok: [
    { name: 'a data file of 23 hours', host: sst('000012.sst', 23 * 60 * MINUTE) },
    {
      name: 'old files that hold no rows',
      host: sst('IDENTITY', 30 * DAY).with(`${EVENTS}/${DATA}/LOG.old.1`, 'x', TAKEN - 9 * DAY),
    },
    { name: 'an old empty write-ahead log', host: sst('000011.log', 3 * DAY) },
    {
      name: 'an old data file of a sink in which no rows wait',
      host: sst('000012.sst', 2 * DAY).with(info, counts([613, 0])),
    },
    {
      name: 'an old data file of another sink',
      host: host.with(`${EVENTS}/syslog.info/000001.sst`, 'x', TAKEN - 9 * DAY),
    },
    {
      name: 'an old data file of the sink for Windows',
      host: host.with(`${EVENTS}/${DATA.replace('Linux', 'Windows')}/000001.sst`, 'x', TAKEN - 9 * DAY),
    },
    { name: 'a time no machine had: the archive holds none', host: sst('000012.sst', TAKEN) },
    { name: 'exactly 100 MB', host: host.without(/events\//).with('events-du.txt', `100M\t/${EVENTS}/${DATA}\n`) },
    { name: 'large on disk only', host: host.without(/events\//).with('amalinux.out', overview('300M', '4.0K')) },
    { name: 'no sink of Change Tracking at all', host: noSinks },
  ],
  unknown: [
    { name: 'nothing of the event cache', host: host.without(/events\//) },
    {
      name: 'a loose file of the event cache',
      host: host.without(/events\//).with(`${EVENTS}/taskstate.json`, '{}'),
    },
    { name: 'names of folders only', host: namesOnly },
  ],
})

const du = (total: string): HostTree =>
  host.without(/events\//).with('events-du.txt', `1.0M\t/${EVENTS}/syslog.info\n${total}\t/${EVENTS}\n`)
const quota = (tree: HostTree, mb: number): HostTree =>
  tree.edit(info, (text) => `${text}2026-01-10T09:59:59.0000000Z: Using disk quota specified in AgentSettings: ${mb}\n`)

describeRule(cacheNearQuota, {
  found: [
    {
      name: '9.5 GB of the ten that the agent settings allow',
      host: du('9.5G'),
      subjects: ['events'],
      cites: ['events-du.txt:2', `${CHUNKS}/1000000000000000002.json#/settings/0`],
      data: [{ megabytes: 9728, quota: 10240 }],
    },
    { name: 'nothing sets a quota', host: du('9.3G').without(/0002\.json/), subjects: ['events'] },
    {
      name: 'the log says that the agent took a smaller one',
      host: quota(du('3.7G'), 4000),
      subjects: ['events'],
      cites: [`${info}:`],
    },
    {
      name: 'as the agent’s own collector has it',
      host: host.without(/events\//).with('amalinux.out', overview('1M', '1M', '9.9G')),
      subjects: ['events'],
      cites: ['amalinux.out:5', '1000000000000000002.json#/settings/0'],
    },
  ],
  ok: [
    { name: 'the idle 650 MB', host: du('650M') },
    { name: '90 %', host: du('9.0G') },
    { name: 'a larger quota', host: quota(du('9.9G'), 100_000) },
    {
      name: 'the volume is full of something else',
      host: du('1G').with('events-du.txt', `99G\t/var\n1.0G\t/${EVENTS}\n`),
    },
    {
      name: 'the smaller one of two answers',
      host: host.without(/events\//).with('events-du.txt', `9.9G\t/${EVENTS}\n1.9G\t/${EVENTS}\n`),
    },
  ],
  unknown: [
    { name: 'nothing of the event cache', host: host.without(/events\//) },
    {
      name: 'a loose file of the event cache',
      host: host.without(/events\//).with(`${EVENTS}/taskstate.json`, '{}'),
    },
    { name: 'names of folders only', host: namesOnly },
  ],
})

const warn = `${AMA_LOG}/mdsd.warn`
const gc = (ago: number, what = 'Disk usage exceeds disk quota'): string => mdsdErr([[TAKEN - ago, `[GC] ${what}`]])

describeRule(cacheDropping, {
  found: [
    {
      name: 'over quota an hour ago',
      host: host.with(warn, gc(60 * MINUTE)),
      subjects: ['events'],
      cites: [`${warn}:2`],
      data: [{ count: 1, first: '2026-01-10T09:00:00Z', last: '2026-01-10T09:00:00Z' }],
    },
    {
      name: 'a drop, with a tail nobody knows',
      host: host.with(warn, gc(DAY, 'Dropped 5 % of the oldest data')),
      subjects: ['events'],
    },
    {
      name: 'in mdsd.err, and mdsd.warn is not there',
      host: host.without(/mdsd\.warn/).with(err, gc(MINUTE)),
      subjects: ['events'],
    },
    { name: 'in a rotated log', host: host.with(`${warn}.1`, gc(2 * DAY)), subjects: ['events'] },
  ],
  ok: [
    { name: 'five days ago', host: host.with(warn, gc(5 * DAY)) },
    { name: 'the collector runs and drops nothing', host: host.with(warn, gc(MINUTE, 'all is well')) },
    { name: 'something else was dropped', host: host.with(warn, mdsdErr([[TAKEN - MINUTE, 'Drop of a connection']])) },
    { name: 'the quota that was read at the start', host: quota(host, 10_240) },
  ],
  unknown: [{ name: 'mdsd.warn was not collected', host: host.without(/mdsd\.warn/) }],
})

const full = (
  ago: number,
  what = 'Error while inserting item to Local persistent store syslog.error: IO error: No space left on device: While appending to file: /var/x.log: No space left on device',
): string => mdsdErr([[TAKEN - ago, what]])

describeRule(diskFull, {
  found: [
    {
      name: 'half an hour ago',
      host: host.with(err, full(30 * MINUTE)),
      subjects: ['disk'],
      cites: [`${err}:2`],
      data: [{ count: 1, last: '2026-01-10T09:30:00Z' }],
    },
    {
      name: 'yesterday, and no heartbeat since',
      host: host.with(info, mdsdInfo({ heartbeatsUntil: null })).with(err, full(DAY)),
      subjects: ['disk'],
    },
    {
      name: 'in mdsd.warn, without naming a store',
      host: host.with(warn, full(5 * MINUTE, 'write: No space left on device')),
      subjects: ['disk'],
    },
  ],
  ok: [
    { name: 'the day before, and the agent has worked since', host: host.with(err, full(DAY)) },
    { name: 'an hour ago, with heartbeats until now', host: host.with(err, full(60 * MINUTE)) },
    { name: 'there is space left', host: host.with(err, full(MINUTE, 'Much space left on device')) },
    { name: 'the disk of the other agent’s upload is full', host: host.with(err, full(MINUTE, 'Disk quota exceeded')) },
  ],
  unknown: [{ name: 'mdsd.err was not collected', host: host.without(/mdsd\.err/) }],
})
