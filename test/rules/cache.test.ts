import { ctSinkMissing } from '../../src/rules/cache/CT6001-ct-sink-missing.js'
import { ctSinkReceivesNothing } from '../../src/rules/cache/CT6002-ct-sink-receives-nothing.js'
import {
  agentLog,
  AMA_LOG,
  CHUNK_FILE,
  CT_LOG,
  DCR_A,
  DCR_D,
  EVENTS,
  healthyHost,
  HostTree,
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
const noSinks = host.without(/CTDataSource-Linux/)
const quiet = host.with(info, mdsdInfo({ rows: () => 0 })).without(/mdsd\.qos/)

function renamed(colon: string): HostTree {
  return new HostTree(
    new Map(
      [...host.entries].map(([path, entry]) => [path.startsWith(EVENTS) ? path.replaceAll(':', colon) : path, entry]),
    ),
  )
}

describeRule(ctSinkMissing, {
  found: [
    { name: 'other sinks, none of the rule', host: noSinks, subjects: [DCR_A] },
    { name: 'sinks of another rule', host: noSinks.and(new HostTree(new Map(sinkFiles(DCR_D)))), subjects: [DCR_A] },
    {
      name: 'only the unused sinks for Windows',
      host: noSinks.and(new HostTree(new Map(sinkFiles(DCR_A, 'Windows')))),
      subjects: [DCR_A],
    },
  ],
  ok: [
    { name: 'colons became underscores', host: renamed('_') },
    { name: 'colons became %3A', host: renamed('%3A') },
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
  unknown: [{ name: 'the log does not show the loading', host: noSinks.with(info, mdsdInfo({ dcrs: [DCR_D] })) }],
})

describeRule(ctSinkReceivesNothing, {
  found: [
    {
      name: 'two hours of zeros while both workers ran',
      host: quiet,
      subjects: [DCR_A],
      cites: [info, `${CT_LOG}/cta_linux_agent.log`],
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
  ],
  unknown: [
    { name: 'no counts in the log', host: host.with(info, mdsdInfo({ rows: () => null })).without(/mdsd\.qos/) },
    {
      name: 'counts of ten minutes only',
      host: host.with(info, mdsdInfo({ from: TAKEN - 11 * MINUTE, rows: () => 0 })).without(/mdsd\.qos/),
    },
  ],
})
