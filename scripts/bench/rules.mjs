// What the rules add to reading: `npm run bench:rules`. Prints times and ratios; asserts nothing.
// A host with a million log lines is made in memory from the samples of the tests, so that every rule has work to do.
import { build } from 'esbuild'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'

const ROUNDS = Number(process.env.ROUNDS ?? 3)
const LINES = Number(process.env.LINES ?? 1_000_000)
const folder = '.bench'
mkdirSync(folder, { recursive: true })

const program = await load(`
  export { catalogue } from './src/commands/catalogue.ts'
  export { hostReport, readSource } from './src/engine/analyze.ts'
  export { resolver } from './src/engine/resolve.ts'
  export { memorySource } from './src/sources/memory.ts'
  export * as host from './test/support/host.ts'
  export { databaseOf, trackedFile } from './test/support/database.ts'
`)
const { catalogue, hostReport, readSource, resolver, memorySource, host, databaseOf, trackedFile } = program
const OPTIONS = {
  asOf: null,
  now: Date.now,
  version: '0.0.0',
  command: 'bench',
  signal: new AbortController().signal,
}

const tree = busyHost(1)
const size = [...tree.entries.values()].reduce((sum, { content }) => sum + content.length, 0)
console.log(`Node ${process.version}, ${cpus().length} cores, median of ${ROUNDS} rounds`)
console.log(`A host with ${lineCount(tree)} lines in logs, ${(size / 1e6).toFixed(0)} MB\n`)

const reading = []
const judging = []
for (let round = 0; round < ROUNDS; round++) {
  // Each round reads anew: facts are computed once a host, by whichever rule asks first.
  const [alone, views] = await time(() => read(tree))
  reading.push(alone)
  judging.push((await time(() => views.map((view) => hostReport(view, catalogue))))[0])
}
const [readMs, judgeMs] = [median(reading), median(judging)]
console.log(`reading alone, every parser and no rule   ${readMs.toFixed(0)} ms`)
console.log(`all ${catalogue.rules.length} rules on top                     ${judgeMs.toFixed(0)} ms`)
console.log(`ratio of all to reading alone             ${((readMs + judgeMs) / readMs).toFixed(3)} (goal 1.2)\n`)

const once = await ruleTimes(tree)
const twice = await ruleTimes(busyHost(2))
const slowest = [...once].toSorted(([, a], [, b]) => b - a)
console.log('the five slowest rules, each alone and with the facts it needs; then with twice the input of every kind')
for (const [id, ms] of slowest.slice(0, 5)) print(id, ms)
console.log('\nthe five that grow most when the input doubles, of those over a millisecond (2 is linear)')
const growing = slowest.filter(([, ms]) => ms > 1).toSorted(([a], [b]) => growth(b) - growth(a))
for (const [id, ms] of growing.slice(0, 5)) print(id, ms)

function print(id, ms) {
  const { name } = catalogue.rules.find((rule) => rule.id === id)
  console.log(
    `  ${id} ${name.padEnd(32)} ${ms.toFixed(2)} ms, ${twice.get(id).toFixed(2)} ms, ×${growth(id).toFixed(2)}`,
  )
}

function growth(id) {
  return twice.get(id) / once.get(id)
}

/** Milliseconds of each rule alone, its facts included: the best of some rounds, since noise only adds. */
async function ruleTimes(of) {
  const views = await read(of)
  const best = new Map()
  for (let round = 0; round < Math.max(5, ROUNDS); round++) {
    for (const rule of catalogue.rules) {
      let spent = 0
      for (const { evidence, clock } of views) {
        const fresh = resolver(evidence, () => inputOf(evidence))
        const started = performance.now()
        const given = fresh.needs(rule.needs, rule.optional)
        if (given.met) Array.from(rule.check(given.value, clock.asOf))
        spent += performance.now() - started
      }
      best.set(rule.id, Math.min(spent, best.get(rule.id) ?? Infinity))
    }
  }
  return best
}

function inputOf({ problems, secrets, newest }) {
  return { kind: 'memory', torn: false, problems, secrets, clock: { source: 'log', newest } }
}

async function read(of) {
  return (await readSource(memorySource('bench.tgz', of.entries), catalogue, OPTIONS)).views
}

async function time(work) {
  const started = performance.now()
  const value = await work()
  return [performance.now() - started, value]
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** The sample host of the tests, busy: `scale` times the lines, lists, folders, errors and tracked paths of a large machine. */
function busyHost(scale) {
  const { AMA_LOG, CHUNK_FILE, CT_LOG, DB, DCR_A, DCR_D, EVENTS, MINUTE, START, TAKEN } = host
  const share = (part) => Math.round((LINES * scale * part) / 100)
  const name = (kind, index) => `${kind}-${String(index).padStart(6, '0')}`
  const many = (count, make) => Array.from({ length: Math.round(count * scale) }, (_, index) => make(index))
  const text = (count, make) => {
    const step = (TAKEN - START) / count
    return Array.from({ length: count }, (_, index) => make(new Date(START + index * step).toISOString(), index)).join(
      '',
    )
  }
  const sinks = [DCR_A, DCR_D].flatMap((dcr) =>
    ['CONFIG_CHANGE_BLOB', 'CONFIG_CHANGE_BLOB_V2', 'CONFIG_DATA_BLOB_V2'].map(
      (stream) => `${dcr}:CTDataSource-Linux:${stream}`,
    ),
  )
  const info = (time, index) =>
    index % 3 === 0
      ? `${time.replace('Z', '0000Z')}: Heartbeating for ODSUploader https://${host.WORKSPACE}\n`
      : index % 3 === 1
        ? `${time.replace('Z', '0000Z')}: void LocalSink::Flush(MdsTime) (.../mdsd/LocalSink.cc +1198) LocalSink ${sinks[index % sinks.length]} now has (actual count) ${index % 700} rows\n`
        : `${time.replace('Z', '0000Z')}: [/__w/1/s/src/module.cpp:${index % 900},Run]made-up message ${index}\n`
  const failure = (time, index) =>
    `${time.replace('Z', '0000Z')}: ${host.odsFailure(['403', '503', 'Error resolving address'][index % 3], 'CONFIG_DATA_BLOB_V2')}\n`
  const agent = (time, index) =>
    index % 4 === 0
      ? `time="${time}" level=info msg="Number of Package received in this run: ${1250 + (index % 3)}"\n`
      : index % 4 === 1
        ? `time="${time}" level=info msg="Number of services recieved in this run: ${500 - (index % 3)}"\n`
        : `time="${time}" level=${index % 4 === 2 ? 'error' : 'debug'} msg="made-up: problem ${index % 5000} with item"\n`
  const syslog = (time, index) =>
    `${time} vm-01 systemd[1]: ${index % 5 === 0 ? 'Started Azure change tracking Parent Daemon.' : `Started unit ${index}.`}\n`
  const chunk = (dcr) => {
    const made = host.ctChunk({ dcr, name: `rule-${dcr.slice(-1)}` })
    host.linuxSettings(made).fileSettings.fileInfo = many(100, (index) => ({
      name: name('path', index),
      enabled: true,
      destinationPath: `/srv/${name('folder', index)}/.*.conf`,
      recurse: index % 2 === 0,
      uploadContent: true,
    }))
    return JSON.stringify(made)
  }
  const files = many(500, (index) => trackedFile(`/srv/${name('folder', index % 100)}/${name('f', index)}.conf`))
  let made = host
    .healthyHost()
    .with(CHUNK_FILE, chunk(DCR_A))
    .with(CHUNK_FILE.replace('0000000001', '0000000009'), chunk(DCR_D))
    .with(`${AMA_LOG}/mdsd.info`, text(share(20), info))
    .with(`${AMA_LOG}/mdsd.err`, text(share(10), failure))
    .with(`${CT_LOG}/cta_linux_agent.log`, text(share(10), agent))
    .with('var/log/syslog', text(share(10), syslog))
    .with(`${CT_LOG}/File.json`, JSON.stringify(files))
    .with(
      `${CT_LOG}/Packages.json`,
      JSON.stringify(
        many(1250, (index) => ({
          Name: name('package', index),
          CurrentVersion: `1.${index}`,
          Architecture: 'amd64',
          Publisher: 'Example',
        })),
      ),
    )
    .with(
      `${CT_LOG}/Services.json`,
      JSON.stringify(
        many(500, (index) => ({
          SvcName: name('service', index),
          SvcState: 'Running',
          SvcController: 'systemd',
          SvcPath: `/lib/systemd/system/${name('service', index)}.service`,
        })),
      ),
    )
    .with(
      DB,
      databaseOf(files.map((file) => [Buffer.from(file.FileSystemPath).toString('base64'), JSON.stringify(file)])),
    )
    .with(
      'var/lib/dpkg/status',
      many(
        1250,
        (index) =>
          `Package: ${name('package', index)}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.${index}\n\n`,
      ).join(''),
    )
    .with('host-services.txt', many(500, (index) => `${name('service', index)}.service enabled enabled\n`).join(''))
    .with('ps-ef.txt', host.ps(...many(1000, (index) => `/usr/bin/${name('program', index)} --run`)))
  for (let index = 1; index <= 5; index++) {
    made = made
      .with(`${AMA_LOG}/mdsd.info.${index}`, text(share(6), info))
      .with(`${CT_LOG}/cta_linux_agent-2026-01-10T0${index}-00-00.000.log`, text(share(4), agent))
  }
  for (const sink of sinks)
    for (const file of many(200, (index) => name('', index)))
      made.entries.set(`${EVENTS}/${sink}/${file}.sst`, { content: 'x', mtime: TAKEN - MINUTE })
  return made
}

function lineCount(of) {
  let count = 0
  for (const [path, { content }] of of.entries)
    if (/\/log\/|syslog$/.test(path) && typeof content === 'string') count += content.split('\n').length - 1
  return count
}

/** The sources, bundled: rules cannot be reached through the built program. */
async function load(contents) {
  const outfile = resolve(join(folder, 'rules.cjs'))
  await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    conditions: ['source'],
    define: { __dirname: JSON.stringify(resolve('test/support')) },
  })
  return createRequire(import.meta.url)(outfile)
}
