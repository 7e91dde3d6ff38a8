import { agentLogSilent } from '../../src/rules/collection/CT5002-agent-log-silent.js'
import { collectionCountDrop } from '../../src/rules/collection/CT5004-collection-count-drop.js'
import { dbMissing } from '../../src/rules/collection/CT5005-db-missing.js'
import { logCountMismatch } from '../../src/rules/collection/CT5015-log-count-mismatch.js'
import { agentFollowsDcr } from '../../src/rules/collection/CT5018-agent-follows-dcr.js'
import { collectionGap } from '../../src/rules/collection/CT5020-collection-gap.js'
import { clockSkew } from '../../src/rules/collection/CT5021-clock-skew.js'
import { analyzeHost } from '../support/analyze.js'
import {
  agentLog,
  AMA_LOG,
  CHUNK_FILE,
  CHUNKS,
  chunkWith,
  ctChunk,
  DB,
  DCR_A,
  DCR_D,
  healthyHost,
  HostTree,
  inLocalTime,
  list,
  mdsdInfo,
  MINUTE,
  SECOND_CHUNK,
  START,
  TAKEN,
  AGENT_LOG as log,
  FILE_JSON as files,
  SERVICES_JSON as services,
  COLLECTED as LISTS,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const info = `${AMA_LOG}/mdsd.info`
const HOUR = 60 * MINUTE
const DPKG = 'var/lib/dpkg/status'

const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
const runLine = (at: number, count: number, what = 'services recieved'): string =>
  `time="${stamp(at)}" level=info msg="Number of ${what} in this run: ${count}"\n`

/** Runs of one worker at one pace. */
function runs(from: number, until: number, every: number, what = 'services recieved', count = 12): string {
  let text = ''
  for (let at = from; at <= until; at += every) text += runLine(at, count, what)
  return text
}

const paced = (seconds: number, dcr = DCR_A): string =>
  chunkWith(
    (s) =>
      Object.assign(s, {
        softwareSettings: { softwareCollectionFrequency: seconds },
        servicesSettings: { serviceCollectionFrequency: seconds },
      }),
    { dcr },
  )

const STOPPED = TAKEN - 2 * HOUR
const silent = host.with(log, agentLog({ from: START - 5 * HOUR, until: STOPPED })).stamped(LISTS, STOPPED)

describeRule(agentLogSilent, {
  found: [
    {
      name: 'two hours of silence',
      host: silent,
      subjects: ['cta_linux_agent.log'],
      cites: [`${log}:125`],
      data: [{ lastLine: '2026-01-10T07:56:01Z', ageSeconds: 7440, limitSeconds: 900 }],
    },
    {
      name: 'sixteen minutes at a frequency of five',
      host: host.with(log, runs(START, TAKEN - 16 * MINUTE, 5 * MINUTE)).stamped(LISTS, TAKEN - 16 * MINUTE),
      subjects: ['cta_linux_agent.log'],
    },
    {
      name: 'a day of silence in a log that names no zone',
      host: host
        .with(log, inLocalTime(agentLog({ from: TAKEN - 30 * HOUR, until: TAKEN - 24 * HOUR }), 0))
        .stamped(LISTS, TAKEN - 24 * HOUR),
      subjects: ['cta_linux_agent.log'],
    },
    {
      name: 'without the rule, four days',
      host: host
        .with(log, agentLog({ from: TAKEN - 100 * HOUR, until: TAKEN - 96 * HOUR }))
        .stamped(LISTS, TAKEN - 96 * HOUR)
        .without(/configchunks/),
      subjects: ['cta_linux_agent.log'],
    },
  ],
  ok: [
    {
      name: 'fifteen minutes are within the limit',
      host: host.with(log, runs(START + MINUTE, TAKEN - 14 * MINUTE, 5 * MINUTE)).stamped(LISTS, TAKEN - 15 * MINUTE),
    },
    { name: 'a rule with a long frequency', host: silent.with(CHUNK_FILE, paced(3600)) },
    {
      name: 'one worker stands still, the other runs',
      host: silent.edit(log, (text) => text + runs(STOPPED, TAKEN - MINUTE, 5 * MINUTE)),
    },
    {
      name: 'a last line that is no run',
      host: silent.edit(log, (text) => `${text}time="${stamp(TAKEN - MINUTE)}" level=info msg="made-up"\n`),
    },
    {
      name: 'another time zone',
      host: host.edit(log, (text) =>
        text.replaceAll(
          /T(\d\d):(\d\d:\d\d)Z/g,
          (_, hour: string, rest: string) => `T${String(Number(hour) - 2).padStart(2, '0')}:${rest}-02:00`,
        ),
      ),
    },
  ],
  unknown: [
    {
      name: 'by syslog the service has only just started',
      host: silent
        .without(/mdsd/)
        .with(
          'var/log/messages',
          '2026-01-10T09:58:00Z h systemd[1]: Started cxp.service.\n2026-01-10T10:00:00Z h x: y\n',
        ),
    },
    {
      name: 'local times, of five hours west',
      host: host.edit(log, (text) => inLocalTime(text, -300)).stamped(LISTS, STOPPED),
    },
    {
      name: 'the whole machine slept and has just gone on',
      host: silent.with(
        info,
        mdsdInfo({ until: START + 6 * MINUTE }) + mdsdInfo({ from: TAKEN - 3 * MINUTE, start: false }),
      ),
    },
    {
      name: 'the whole machine was off and has just come back',
      host: silent.with(info, mdsdInfo({ until: START + 6 * MINUTE }) + mdsdInfo({ from: TAKEN - 3 * MINUTE })),
    },
    {
      name: 'only a rotated log',
      host: silent
        .without(/agent\.log$/)
        .with(log.replace('.log', '-2026-01-10T08-00-00.000.log'), agentLog({ until: STOPPED })),
    },
    { name: 'a list that is newer than the log', host: silent.stamped(/Services\.json/, TAKEN - MINUTE) },
    { name: 'a database that is newer than the log', host: silent.stamped(/changetracking\.db/, TAKEN - MINUTE) },
    {
      name: 'no run in it: its level may be above INFO',
      host: silent.with(log, `time="${stamp(STOPPED)}" level=warning msg="made-up"\n`),
    },
    { name: 'no rule that tells the frequency', host: silent.without(/configchunks/) },
    { name: 'no line with a time', host: silent.with(log, 'made-up\n') },
  ],
})

const counts = (...numbers: number[]): HostTree =>
  host.with(log, numbers.map((count, index) => runLine(TAKEN - (numbers.length - index) * 5 * MINUTE, count)).join(''))

describeRule(collectionCountDrop, {
  found: [
    {
      name: 'from 180 to 40',
      host: counts(180, 180, 40),
      subjects: ['services'],
      cites: [`${log}:3`, `${log}:2`],
      data: [{ before: 180, after: 40, recovered: false }],
    },
    {
      name: 'to nothing',
      host: counts(12, 0),
      subjects: ['services'],
      cites: ['cta_linux_agent.log:2', 'cta_linux_agent.log:1'],
      data: [{ before: 12, after: 0, recovered: false }],
    },
    {
      name: 'and back again',
      host: counts(180, 40, 179),
      subjects: ['services'],
      data: [{ before: 180, after: 40, recovered: true }],
    },
    {
      name: 'packages alone',
      host: host.with(log, agentLog() + runLine(TAKEN - MINUTE, 7, 'Package received')),
      subjects: ['software'],
    },
    {
      name: 'the fall lies between two files',
      host: counts(40).with(log.replace('.log', '-2026-01-10T09-50-00.000.log'), runLine(TAKEN - 15 * MINUTE, 180)),
      subjects: ['services'],
      cites: ['cta_linux_agent.log:1', 'cta_linux_agent-2026-01-10T09-50-00.000.log:1'],
    },
    { name: 'half of it came back', host: counts(180, 40, 90), subjects: ['services'], data: [{ recovered: true }] },
    {
      name: 'not quite half of it came back',
      host: counts(180, 40, 89),
      subjects: ['services'],
      data: [{ recovered: false }],
    },
  ],
  ok: [
    { name: 'exactly half', host: counts(180, 90) },
    { name: 'a little at a time', host: counts(180, 120, 80, 60) },
    { name: 'five items of few', host: counts(6, 1) },
    { name: 'a rise', host: counts(40, 180) },
    {
      name: 'two workers with different numbers',
      host: host.with(log, runLine(START, 613, 'Package received') + runLine(START, 20)),
    },
    { name: 'an empty first run', host: counts(0, 180, 180) },
    {
      name: 'the worker is switched off',
      host: counts(180, 40)
        .with(
          CHUNK_FILE,
          chunkWith((s) => Object.assign(s, { enableServices: false })),
        )
        .edit(log, (text) => text + runLine(TAKEN - MINUTE, 40, 'Package received')),
    },
  ],
  unknown: [{ name: 'no run in the log', host: host.with(log, `time="${stamp(TAKEN)}" level=error msg="made-up"\n`) }],
})

const DB_FOLDER = DB.slice(0, DB.lastIndexOf('/'))

const MISSED = { takenAt: '2026-01-10T10:00:00Z', missing: [{ origin: `/${DB}`, reason: 'it cannot be read.' }] }
const MASKED = { leftOut: [{ path: DB, why: 'It is larger than 536870912 bytes' }] }

/** Without the database, and with a record of what the collector could not take. */
function lacking(record: string, content: object, tool = 'ct-diag'): HostTree {
  const text = JSON.stringify({ tool: { name: tool, version: '0.1.0' }, ...content })
  return host
    .without(/changetracking\.db/)
    .folder(DB_FOLDER)
    .with(record, text)
}

describeRule(dbMissing, {
  found: [
    {
      name: 'another program’s record of the same name',
      host: lacking('redaction.json', MASKED, 'other'),
      subjects: [`/${DB}`],
    },
    {
      name: 'a manifest that misses something else',
      host: lacking('manifest.json', { ...MISSED, missing: [{ origin: `/${DB}.old`, reason: 'it cannot be read.' }] }),
      subjects: [`/${DB}`],
    },
    {
      name: 'an empty folder',
      host: host.without(/changetracking\.db/).folder(DB_FOLDER),
      subjects: [`/${DB}`],
      cites: [DB_FOLDER, log],
    },
    {
      name: 'only a lock beside',
      host: host.without(/changetracking\.db/).with(`${DB_FOLDER}/other`, 'x'),
      subjects: [`/${DB}`],
      cites: ['db', 'cta_linux_agent.log:53'],
    },
    {
      name: 'a file beside, in a folder of another name',
      host: host
        .without(/changetracking\.db/)
        .with(`${DB_FOLDER.replace(/db$/, '')}other.file`, 'x')
        .with(`${DB_FOLDER}/x`, ''),
      subjects: [`/${DB}`],
    },
  ],
  ok: [
    { name: 'a database that cannot be read', host: host.with(DB, 'x') },
    {
      name: 'a copy of it out of its place',
      host: host
        .without(/opt\/microsoft/)
        .folder(DB_FOLDER)
        .with('changetracking.db', 'x'),
    },
    { name: 'the folder listed too', host: host.folder(DB_FOLDER) },
    { name: 'a bundle’s manifest that says why it is not there', host: lacking('manifest.json', MISSED) },
    { name: 'a redacted copy’s record that says so', host: lacking('redaction.json', MASKED) },
  ],
  unknown: [
    {
      name: 'only the folder above is listed',
      host: host.without(/opt\/microsoft/).folder('opt/microsoft/changetrackingdata'),
    },
    { name: 'the folder was not collected', host: host.without(/opt\/microsoft/) },
    {
      name: 'one run only',
      host: counts(12)
        .without(/changetracking\.db/)
        .folder(DB_FOLDER),
    },
  ],
})

/** Twenty packages in a second architecture. */
const twoArchitectures = host.edit(DPKG, (text) => {
  const stanzas = text.split('\n\n').filter((stanza) => /^Status: install ok installed$/m.test(stanza))
  const foreign = stanzas.slice(0, 20).map((stanza) => stanza.replace(/^Architecture: .*$/m, 'Architecture: i386'))
  return `${[...stanzas, ...foreign].map((stanza) => stanza.trim()).join('\n\n')}\n`
})

describeRule(logCountMismatch, {
  found: [
    {
      name: 'far more in the log',
      host: host.with(log, agentLog({ services: 180 })),
      subjects: ['services'],
      cites: [services, `${log}:53`],
      data: [{ logged: 180, listed: 12 }],
    },
    {
      name: 'far fewer in the log',
      host: host.with(log, agentLog({ packages: 20 })),
      subjects: ['software'],
      cites: ['cta_linux_agent.log:52', 'Packages.json'],
    },
    {
      name: 'an empty list',
      host: host.with(services, '[]'),
      subjects: ['services'],
      cites: ['cta_linux_agent.log:53', 'Services.json'],
      data: [{ logged: 12, listed: 0 }],
    },
    {
      name: 'far more than the host has in several architectures',
      host: twoArchitectures.with(log, agentLog({ packages: 90 })),
      subjects: ['software'],
    },
    { name: 'just over 5 %', host: host.with(log, agentLog({ packages: 43 })), subjects: ['software'] },
  ],
  ok: [
    { name: 'exactly 5 %', host: host.with(log, agentLog({ packages: 42 })) },
    {
      name: 'the list holds every record twice',
      host: host.with(
        services,
        JSON.stringify([
          ...(JSON.parse(list('Services').toString()) as []),
          ...(JSON.parse(list('Services').toString()) as []),
        ]),
      ),
    },
    {
      name: 'the log counts every architecture, the list every name',
      host: twoArchitectures.with(log, agentLog({ packages: 60 })),
    },
    { name: 'one item of few', host: host.with(log, agentLog({ services: 13 })) },
    {
      name: 'an earlier run differed',
      host: host.with(log, agentLog({ services: 180, until: START + HOUR }) + agentLog({ from: START + HOUR })),
    },
    {
      name: 'the worker is switched off',
      host: host.with(log, agentLog({ services: 180 })).with(
        CHUNK_FILE,
        chunkWith((s) => Object.assign(s, { enableServices: false })),
      ),
    },
    { name: 'one list only', host: host.without(/Packages\.json|File\.json/) },
    { name: 'exactly 5 % fewer', host: host.with(log, agentLog({ packages: 38 })) },
    {
      name: 'the list holds records of an unknown kind',
      host: host.with(log, agentLog({ services: 15 })).with(
        services,
        list('Services')
          .toString()
          .replace(/^\s*\[/, '[{"Colour":1},{"Colour":2},{"Colour":3},'),
      ),
    },
  ],
  unknown: [
    { name: 'a list of states by name, a shape that is not known', host: host.with(services, '{"ssh":"running"}') },
    { name: 'the list is cut', host: host.with(services, list('Services').subarray(0, 900)) },
    {
      name: 'only a rotated log',
      host: host
        .without(/agent\.log$/)
        .with(log.replace('.log', '-2026-01-10T09-00-00.000.log'), agentLog({ services: 180 })),
    },
    { name: 'no list', host: host.without(/\/(?:Packages|Services)\.json$/) },
  ],
})

/** Two rules: A asks for runs every five minutes, D every half hour. */
const two = host.with(SECOND_CHUNK, paced(1800, DCR_D), START - 2 * HOUR)
const both = (from: number, until: number, every: number): string =>
  runs(from, until, every, 'Package received', 40) + runs(from + 1000, until, every)
const paths = (path: string, dcr = DCR_D, more: (s: Record<string, unknown>) => void = () => undefined): string =>
  chunkWith(
    (s) => {
      Object.assign(s, {
        fileSettings: {
          fileCollectionFrequency: 900,
          fileInfo: [{ name: 'x', enabled: true, destinationPath: path, recurse: true }],
        },
      })
      more(s)
    },
    { dcr },
  )

describeRule(agentFollowsDcr, {
  found: [
    {
      name: 'the pace is the first rule’s',
      host: two,
      subjects: ['ChangeTracking-Linux'],
      cites: [
        log,
        `${CHUNK_FILE}#/extensionConfigurations/ChangeTracking-Linux/0/extensionSettings/softwareSettings/softwareCollectionFrequency`,
      ],
      data: [
        {
          follows: 'dcr-0000000000000000000000000000000a',
          ignored: ['dcr-0000000000000000000000000000000d'],
          switchedAt: null,
          before: [],
        },
      ],
    },
    {
      name: 'the pace is the second rule’s',
      host: two.with(log, both(TAKEN - 5 * HOUR, TAKEN - MINUTE, 30 * MINUTE)),
      subjects: ['ChangeTracking-Linux'],
      data: [{ follows: DCR_D, ignored: [DCR_A], switchedAt: null }],
    },
    {
      name: 'equal paces, different paths',
      host: host.with(SECOND_CHUNK, paths('/srv/app/.*'), START - 2 * HOUR),
      subjects: ['ChangeTracking-Linux'],
      cites: [`${files}#/0`],
    },
    {
      name: 'the other rule switches the worker off',
      host: host.with(
        SECOND_CHUNK,
        chunkWith((s) => Object.assign(s, { enableSoftware: false }), { dcr: DCR_D }),
        START - 2 * HOUR,
      ),
      subjects: ['ChangeTracking-Linux'],
      cites: ['cta_linux_agent.log:50', 'cta_linux_agent.log:52', '/softwareSettings/softwareCollectionFrequency'],
    },
    {
      name: 'a missed run does not matter',
      host: host.with(SECOND_CHUNK, paced(600, DCR_D), START - 2 * HOUR).edit(log, (text) =>
        text
          .split('\n')
          .filter((_, index) => ![21, 22, 43, 44].includes(index))
          .join('\n'),
      ),
      subjects: ['ChangeTracking-Linux'],
    },
    {
      name: 'it switched',
      host: two.with(
        log,
        both(TAKEN - 8 * HOUR, TAKEN - 2 * HOUR, 30 * MINUTE) + both(TAKEN - 2 * HOUR, TAKEN - MINUTE, 5 * MINUTE),
      ),
      subjects: ['ChangeTracking-Linux'],
      data: [
        {
          follows: 'dcr-0000000000000000000000000000000a',
          ignored: ['dcr-0000000000000000000000000000000d'],
          switchedAt: '2026-01-10T08:00:00Z',
          before: ['dcr-0000000000000000000000000000000d'],
        },
      ],
      says: [' It switched at 2026-01-10T08:00:00Z'],
    },
  ],
  ok: [
    { name: 'one rule in two files', host: host.with(SECOND_CHUNK, paced(300)) },
    {
      name: 'a second rule for Windows only',
      host: host.with(
        SECOND_CHUNK,
        JSON.stringify({
          ...ctChunk({ dcr: DCR_D }),
          dataSources: ctChunk({ dcr: DCR_D }).dataSources.slice(0, 1),
          extensionConfigurations: {
            'ChangeTracking-Windows': ctChunk({ dcr: DCR_D }).extensionConfigurations['ChangeTracking-Windows'],
          },
        }),
      ),
    },
    { name: 'one rule, another pace', host: host.with(CHUNK_FILE, paced(1800)) },
    {
      name: 'one rule that was edited',
      host: host.with(
        log,
        both(TAKEN - 8 * HOUR, TAKEN - 2 * HOUR, 30 * MINUTE) + both(TAKEN - 2 * HOUR, TAKEN - MINUTE, 5 * MINUTE),
      ),
    },
    { name: 'one rule and files outside it', host: host.with(CHUNK_FILE, paths('/srv/.*', DCR_A)) },
    { name: 'no rule at all', host: host.without(/0000000001\.json/) },
  ],
  unknown: [
    { name: 'two equal rules', host: host.with(SECOND_CHUNK, paced(300, DCR_D)), asks: ['ctAgentLog'] },
    { name: 'two paces too close to tell', host: host.with(SECOND_CHUNK, paced(330, DCR_D)) },
    {
      name: 'a second rule that does not say its pace',
      host: host.with(
        SECOND_CHUNK,
        chunkWith(
          (s) => {
            delete s['softwareSettings']
            delete s['servicesSettings']
          },
          { dcr: DCR_D },
        ),
      ),
    },
    { name: 'two pauses only', host: two.with(log, both(TAKEN - 11 * MINUTE, TAKEN - MINUTE, 5 * MINUTE)) },
    {
      name: 'neither log nor list',
      host: two.without(/agent\.log|File\.json|changetracking\.db/),
      asks: ['ctAgentLog'],
    },
    {
      name: 'the pace fits one rule, the files the other',
      host: host.with(SECOND_CHUNK, paced(1800, DCR_D)).with(CHUNK_FILE, paths('/srv/.*', DCR_A)),
      asks: ['ctAgentLog'],
    },
    {
      name: 'a pace that fits none',
      host: two.with(log, both(TAKEN - 8 * HOUR, TAKEN - MINUTE, 70 * MINUTE)),
      asks: ['ctAgentLog'],
    },
    {
      name: 'equal rules, and no list',
      host: host.with(SECOND_CHUNK, paced(300, DCR_D)).without(/File\.json|changetracking\.db/),
    },
  ],
})

const follows = async (tree: HostTree): Promise<unknown> => {
  const report = await analyzeHost(tree, [agentFollowsDcr])
  const [found] = report.findings
  return found === undefined ? report.outcomes[0] : { ...found.data, confidence: found.confidence }
}

test('it names the rule that is followed, says how sure, and when it switched', async () => {
  expect(await follows(two)).toMatchObject({ follows: DCR_A, ignored: [DCR_D], switchedAt: null, confidence: 'likely' })
  expect(await follows(two.with(log, both(TAKEN - 5 * HOUR, TAKEN - MINUTE, 30 * MINUTE)))).toMatchObject({
    follows: DCR_D,
  })
  expect(await follows(host.with(SECOND_CHUNK, paths('/srv/app/.*')))).toMatchObject({
    follows: DCR_A,
    confidence: 'possible',
  })
  expect(
    await follows(
      two.with(
        log,
        both(TAKEN - 8 * HOUR, TAKEN - 2 * HOUR, 30 * MINUTE) + both(TAKEN - 2 * HOUR, TAKEN - MINUTE, 5 * MINUTE),
      ),
    ),
  ).toMatchObject({ follows: DCR_A, switchedAt: '2026-01-10T08:00:00Z', before: [DCR_D] })
  expect(
    await follows(
      two.with(
        log,
        both(TAKEN - 9 * HOUR, TAKEN - 5 * HOUR, 5 * MINUTE) + both(TAKEN - 5 * HOUR, TAKEN - MINUTE, 30 * MINUTE),
      ),
    ),
  ).toMatchObject({ follows: DCR_D, switchedAt: '2026-01-10T05:00:00Z', before: [DCR_A] })
})

test('of three rules, two witnesses together name one', async () => {
  const third = chunkWith(
    (s) =>
      Object.assign(s, {
        softwareSettings: { softwareCollectionFrequency: 1800 },
        servicesSettings: { serviceCollectionFrequency: 300 },
      }),
    { dcr: 'dcr-0000000000000000000000000000000e' },
  )
  const tree = host.with(SECOND_CHUNK, paced(1800, DCR_D)).with(`${CHUNKS}/3.json`, third)
  expect(await follows(tree)).toMatchObject({ follows: DCR_A })
  expect(
    await follows(tree.with(log, runs(START, TAKEN, 30 * MINUTE, 'Package received') + runs(START, TAKEN, 5 * MINUTE))),
  ).toMatchObject({
    follows: 'dcr-0000000000000000000000000000000e',
  })
})

const gap = (hours: number): HostTree =>
  host.with(
    log,
    runs(TAKEN - 30 * HOUR, TAKEN - (2 + hours) * HOUR, 5 * MINUTE) + runs(TAKEN - 2 * HOUR, TAKEN, 5 * MINUTE),
  )

/** The other agent’s log of a machine that was off from one time until another. */
const offUntil = (on: number, off: number): string =>
  mdsdInfo({ from: TAKEN - 30 * HOUR, until: off }) + mdsdInfo({ from: on })

/** Runs without those of some nights, so many days ago; the last of them may be longer. */
function nights(ago: readonly number[], days = 1): HostTree {
  const off = ago.map((day, index): [number, number] => {
    const end = TAKEN - (24 * day - 21) * HOUR
    return [end - (index === ago.length - 1 ? 24 * (days - 1) + 10 : 10) * HOUR, end]
  })
  const lines = runs(TAKEN - 190 * HOUR, TAKEN, 5 * MINUTE)
    .split('\n')
    .filter((line) => {
      const at = Date.parse(line.slice(6, 26))
      return !off.some(([from, until]) => at > from && at < until)
    })
  return host.with(log, lines.join('\n'))
}

describeRule(collectionGap, {
  found: [
    {
      name: 'seven hours',
      host: gap(7),
      subjects: ['services'],
      cites: [log],
      data: [{ from: '2026-01-10T01:00:00Z', to: '2026-01-10T08:00:00Z', seconds: 25200, pauses: 1 }],
      says: ['services run was logged.'],
    },
    {
      name: 'seven hours, no rule collected',
      host: gap(7).without(/configchunks/),
      subjects: ['services'],
      cites: ['cta_linux_agent.log:253', 'cta_linux_agent.log:254'],
      says: ['services run was logged.'],
    },
    {
      name: 'a hole inside a rotated file',
      host: host.with(
        log.replace('.log', '-2026-01-10T07-50-00.000.log'),
        runs(START - 20 * HOUR, START - 10 * HOUR, 5 * MINUTE) + runs(START - HOUR, START, 5 * MINUTE),
      ),
      subjects: ['services'],
      cites: ['cta_linux_agent-2026-01-10T07-50-00.000.log:121', 'cta_linux_agent-2026-01-10T07-50-00.000.log:122'],
    },
    {
      name: 'heartbeats go on all the time',
      host: gap(9).with(info, mdsdInfo({ from: TAKEN - 30 * HOUR })),
      subjects: ['services'],
      confidence: 'likely',
      says: ['while the machine was on'],
    },
    {
      name: 'the other agent’s log begins within the pause',
      host: gap(9).with(info, mdsdInfo({ from: TAKEN - 3 * HOUR })),
      subjects: ['services'],
    },
    {
      name: 'the runs of another worker go on',
      host: nights([1, 2, 3])
        .without(/mdsd/)
        .edit(log, (text) => text + runs(TAKEN - 99 * HOUR, TAKEN, 5 * MINUTE, 'Package received')),
      subjects: ['services'],
      confidence: 'likely',
      data: [{ pauses: 3 }],
    },
    {
      name: 'two pauses, of which the longer counts',
      host: host.with(
        log,
        runs(TAKEN - 60 * HOUR, TAKEN - 50 * HOUR, 5 * MINUTE) +
          runs(TAKEN - 40 * HOUR, TAKEN - 30 * HOUR, 5 * MINUTE) +
          runs(TAKEN - 22 * HOUR, TAKEN, 5 * MINUTE),
      ),
      subjects: ['services'],
      data: [{ pauses: 2, from: '2026-01-08T08:00:00Z' }],
      says: ['the longest of 2 such pauses'],
    },
    {
      name: 'the other agent’s log begins when the runs came back',
      host: gap(9).with(info, mdsdInfo({ from: TAKEN - 2 * HOUR - 3 * MINUTE })),
      subjects: ['services'],
      confidence: 'possible',
    },
  ],
  ok: [
    { name: 'just under six hours', host: gap(5.9) },
    { name: 'the machine was off', host: gap(9).with(info, offUntil(TAKEN - 2 * HOUR, TAKEN - 11 * HOUR)) },
    {
      name: 'the machine was off for most of it',
      host: gap(9).with(info, offUntil(TAKEN - 7 * HOUR, TAKEN - 11 * HOUR)),
    },
    {
      name: 'a rule with a frequency of eight hours',
      host: host.with(CHUNK_FILE, paced(28_800)).with(log, runs(TAKEN - 48 * HOUR, TAKEN, 8 * HOUR)),
    },
    {
      name: 'the same, and no rule collected',
      host: host.without(/configchunks/).with(log, runs(TAKEN - 48 * HOUR, TAKEN, 8 * HOUR)),
    },
    {
      name: 'a frequency that was shortened since',
      host: host.with(
        log,
        runs(TAKEN - 48 * HOUR, TAKEN - 8 * HOUR, 8 * HOUR) + runs(TAKEN - 8 * HOUR + 5 * MINUTE, TAKEN, 5 * MINUTE),
      ),
    },
    {
      name: 'a rotated file in between was not collected',
      host: host.with(
        log.replace('.log', '-2026-01-09T07-50-00.000.log'),
        runs(START - 40 * HOUR, START - 20 * HOUR, 5 * MINUTE),
      ),
    },
    { name: 'more runs than are kept', host: host.with(log, runs(TAKEN - 400 * HOUR, TAKEN, 5 * MINUTE)) },
    { name: 'silence at the end, which another rule says', host: silent },
    {
      name: 'the worker is switched off',
      host: gap(7)
        .edit(log, (text) => text + runs(START, TAKEN, 5 * MINUTE, 'Package received'))
        .with(
          CHUNK_FILE,
          chunkWith((s) => Object.assign(s, { enableServices: false })),
        ),
    },
    {
      name: 'two runs eight hours apart, and no rule collected',
      host: host.without(/configchunks/).with(log, runs(TAKEN - 8 * HOUR, TAKEN + 1, 8 * HOUR)),
    },
    {
      name: 'exactly six hours',
      host: host.with(
        log,
        runs(TAKEN - 20 * HOUR, TAKEN - 8 * HOUR + 1, 5 * MINUTE) + runs(TAKEN - 2 * HOUR, TAKEN, 5 * MINUTE),
      ),
    },
  ],
  unknown: [
    { name: 'one run only', host: counts(12) },
    {
      name: 'the other agent was silent as long, and did not start',
      host: gap(9).with(
        info,
        mdsdInfo({ from: TAKEN - 30 * HOUR, until: TAKEN - 11 * HOUR }) +
          mdsdInfo({ from: TAKEN - 2 * HOUR, start: false }),
      ),
      asks: ['mdsdInfo'],
    },
    {
      name: 'off every night, and the log has local times',
      host: nights([1, 2, 3])
        .with(info, mdsdInfo({ from: TAKEN - 99 * HOUR }))
        .edit(log, (text) => inLocalTime(text, 120)),
    },
    { name: 'off every night, as far as anything shows', host: nights([1, 2, 3]).without(/mdsd/), asks: ['mdsdInfo'] },
    { name: 'off over a weekend and a night', host: nights([1, 4], 3).without(/mdsd/) },
  ],
})

const named = (tree: HostTree): HostTree => tree.under('amalogs-azurevm-2026-01-10T10.00.00.000000')
const TOP = 'amalogs-azurevm-2026-01-10T10.00.00.000000/'
const ahead = host.with(log, agentLog({ until: TAKEN + 3 * HOUR }))
/** The clock was two hours ahead, then it was set right. */
const setBack = host.with(
  log,
  runs(TAKEN - HOUR, TAKEN + HOUR, 5 * MINUTE) + runs(TAKEN - HOUR, TAKEN - MINUTE, 5 * MINUTE),
)

describeRule(clockSkew, {
  found: [
    {
      name: 'a log from the future of the collector',
      host: named(ahead),
      subjects: [log],
      cites: [TOP + log],
      data: [{ newest: '2026-01-10T12:56:01Z', aheadSeconds: 10561 }],
    },
    {
      name: 'a log that runs backwards',
      host: setBack,
      subjects: [log],
      cites: [`${log}:25`, `${log}:37`],
      data: [{ newest: '2026-01-10T11:00:00Z', later: '2026-01-10T09:55:00Z' }],
    },
    {
      name: 'both agents’ logs from the future',
      host: named(ahead.with(info, mdsdInfo({ until: TAKEN + 3 * HOUR }))),
      subjects: [log, info],
      cites: ['cta_linux_agent.log:125', 'mdsd.info:938'],
      data: [
        { newest: '2026-01-10T12:56:01Z', aheadSeconds: 10561 },
        { newest: '2026-01-10T13:00:00Z', aheadSeconds: 10801 },
      ],
    },
  ],
  ok: [
    {
      name: 'ten minutes after the collector began',
      host: named(host.with(log, agentLog({ until: TAKEN + 10 * MINUTE }))),
    },
    { name: 'one log fell silent', host: silent },
    {
      name: 'the other log fell silent',
      host: host.with(info, mdsdInfo({ until: TAKEN - 3 * HOUR, from: TAKEN - 9 * HOUR })),
    },
    { name: 'another time zone', host: host.edit(log, (text) => text.replaceAll('Z" level', '+00:00" level')) },
    {
      name: 'lines of neighbours out of order',
      host: host.edit(log, (text) => text + runLine(TAKEN - 10 * MINUTE, 12)),
    },
    {
      name: 'old lines repeated at the end',
      host: host.edit(log, (text) => `${text}time="${stamp(START)}" level=error msg="made-up"\n`.repeat(1)),
    },
    { name: 'a rotated log', host: host.with(`${info}.1`, mdsdInfo({ from: START - 9 * HOUR, until: START })) },
    {
      name: 'a rotated log that sorts after',
      host: host.with(
        log.replace('.log', '-2026-01-09T07-50-00.000.log'),
        agentLog({ from: START - 20 * HOUR, until: START }),
      ),
    },
    { name: 'files stamped much later', host: host.stamped(/./, TAKEN + 90 * 24 * HOUR) },
    { name: 'local time, two hours ahead', host: host.edit(log, (text) => inLocalTime(text, 120)) },
    {
      name: 'local time that goes back in autumn',
      host: host.with(
        log,
        inLocalTime(runs(START, START + HOUR, 5 * MINUTE), 60) + inLocalTime(runs(START + HOUR, TAKEN, 5 * MINUTE), 0),
      ),
    },
    {
      name: 'local time in the guest agent’s log',
      host: host.with('var/log/waagent.log', '2026/01/10 12:59:00.584161 INFO ExtHandler made-up\n'),
    },
  ],
  unknown: [
    { name: 'no log at all', host: host.without(/\.log$|mdsd\./) },
    {
      name: 'local times only',
      host: host.without(/mdsd\.|watcher|CommandExecution/).edit(log, (text) => inLocalTime(text, 120)),
    },
  ],
})
