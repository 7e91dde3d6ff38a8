// Measures against a peer in the same run: `npm run bench`. Prints medians and ratios; asserts nothing.
// Bundles are made below .bench/ from the sample bundle and filler that compresses as logs do.
import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip, gunzipSync } from 'node:zlib'
import { extract, pack } from 'tar-stream'

const ROUNDS = Number(process.env.ROUNDS ?? 5)
const MB = 1e6
const folder = '.bench'
const CT_LOG = 'var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
const AMA_LOG = 'var/opt/microsoft/azuremonitoragent/log'

let seed = 1
mkdirSync(folder, { recursive: true })
const sparse = join(folder, 'sparse.tgz')
const dense = join(folder, 'dense.tgz')
const large = join(folder, 'large.tgz')
const small = join(folder, 'small.tgz')
if (!existsSync(sparse)) await make(sparse, (tar, sample) => addFiller(tar, sample, 500 * MB))
if (!existsSync(dense)) await make(dense, (tar, sample) => addLogs(tar, sample, 200 * MB))

if (!existsSync(small)) await make(small, (tar, sample) => addLogs(tar, sample, 2 * MB))
if (!existsSync(large))
  await make(large, async (tar, sample) => {
    await addLogs(tar, sample, 200 * MB)
    await addFiller(tar, new Map(), 2 ** 30 - 200 * MB)
  })

// NODE_EXTRA_CA_CERTS costs Node 20 its start, in our process and in the peer's alike.
const env = { ...process.env, LANG: 'C.UTF-8' }
delete env.NODE_EXTRA_CA_CERTS
delete env.NODE_OPTIONS

console.log(`Node ${process.version}, ${cpus().length} cores, median of ${ROUNDS} interleaved rounds\n`)
await compare('500 MB tar.gz of which 1 MB matters', 'analyze', cli(sparse), 'gzip -dc | wc -c', shell(sparse), 0.8)
await compare(
  'host with 200 MB of logs',
  'analyze',
  cli(dense),
  'read and inflate (Node)',
  [process.execPath, ['scripts/bench/inflate.mjs', dense]],
  1.5,
)
await compare('the same', 'analyze', cli(dense), 'gzip -dc | wc -c', shell(dense), null)
await compare('1 GiB tar.gz with 200 MB of logs', 'analyze', cli(large), 'gzip -dc | wc -c', shell(large), 0.6)
const hundred = Array.from({ length: 100 }, () => small)
await compare(
  '100 bundles of 2 MB',
  '--jobs 2',
  cli(...hundred, '--jobs', '2'),
  '--jobs 1',
  cli(...hundred, '--jobs', '1'),
  0.6,
)
await compare(
  'start',
  'ct-diag --version',
  [process.execPath, ['bin/run.js', '--version']],
  'node -e 0',
  [process.execPath, ['-e', '0']],
  4.5,
)

function cli(...words) {
  return [process.execPath, ['--require', './scripts/bench/peak.cjs', 'bin/run.js', 'analyze', ...words, '--json']]
}

function shell(file) {
  return ['sh', ['-c', `gzip -dc ${file} | wc -c`]]
}

async function compare(what, name, ours, peerName, peer, goal) {
  const times = { ours: [], peer: [] }
  let peak = 0
  for (let round = 0; round < ROUNDS; round++) {
    const mine = await run(...ours)
    peak = Math.max(peak, mine.peak)
    times.ours.push(mine.ms)
    times.peer.push((await run(...peer)).ms)
  }
  const [mine, theirs] = [median(times.ours), median(times.peer)]
  const memory = peak > 0 ? `, peak ${(peak / MB).toFixed(0)} MB` : ''
  const target = goal === null ? '' : ` (goal ${goal})`
  console.log(
    `${what}: ${name} ${mine.toFixed(0)} ms${memory}; ${peerName} ${theirs.toFixed(0)} ms; ratio ${(mine / theirs).toFixed(2)}${target}`,
  )
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] })
    let peak = ''
    child.stdio[3].on('data', (data) => (peak += data))
    child.on('error', reject)
    child.on('close', () => resolve({ ms: performance.now() - started, peak: Number(peak) }))
  })
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

async function make(file, fill) {
  console.log(`Making ${file} …`)
  const tar = pack()
  const written = pipeline(tar, createGzip({ level: 6 }), createWriteStream(file))
  const sample = new Map()
  const reader = extract()
  reader.end(gunzipSync(readFileSync('examples/vm-01.tgz')))
  for await (const entry of reader) {
    const parts = []
    for await (const part of entry) parts.push(part)
    sample.set(entry.header.name, Buffer.concat(parts))
  }
  await fill(tar, sample)
  tar.finalize()
  await written
  const inflated = { bytes: 0 }
  for await (const chunk of createReadStream(file).pipe(createGunzip({ chunkSize: MB }))) inflated.bytes += chunk.length
  console.log(`  ${(statSync(file).size / MB).toFixed(0)} MB, inflated ${(inflated.bytes / MB).toFixed(0)} MB`)
}

function entry(tar, name, content) {
  return new Promise((resolve, reject) =>
    tar.entry({ name, mtime: new Date(1768039200000) }, content, (error) => (error ? reject(error) : resolve())),
  )
}

function random(below) {
  seed = (seed * 1103515245 + 12345) % 2 ** 31
  return seed % below
}

/** Lines with ids, so that they compress about fourfold, as real logs do. */
function lines(bytes, make) {
  const parts = []
  for (let size = 0; size < bytes;) {
    const line = make()
    parts.push(line)
    size += line.length
  }
  return Buffer.from(parts.join(''))
}

function hex() {
  return random(2 ** 30)
    .toString(16)
    .padStart(8, '0')
}

function stamp() {
  const two = (value) => String(value).padStart(2, '0')
  return `2026-01-10T0${random(10)}:${two(random(60))}:${two(random(60))}`
}

function filler() {
  const place = `[/__w/1/s/src/module${random(40)}.cpp:${random(900)},Run]`
  return `${stamp()}.${random(9999999)}Z: ${place}made-up message ${hex()}-${hex()} took ${random(9000)} us\n`
}

async function addFiller(tar, sample, bytes) {
  const block = lines(10 * MB, filler)
  for (const [name, content] of sample) await entry(tar, name, content)
  for (let i = 0; i * 10 * MB < bytes; i++) {
    const at = random(9 * MB)
    await entry(tar, `support-vm-01/var/log/other-${i}.log`, Buffer.concat([block.subarray(at), block.subarray(0, at)]))
  }
}

async function addLogs(tar, sample, bytes) {
  const root = 'support-vm-01/'
  const json = (name, count, of) => [
    `${root}${CT_LOG}/${name}.json`,
    Buffer.from(JSON.stringify(Array.from({ length: count }, (_, i) => of(i)))),
  ]
  const lists = new Map([
    json('File', 500, (i) => ({
      FileSystemPath: `/etc/f${i}.conf`,
      FileContentChecksum: `${hex()}`.repeat(8),
      FileMetaDatacheckSum: `1${i}`,
      Size: i,
      DateModified: '2026-01-05 23:03:54',
    })),
    json('Packages', 1250, (i) => ({
      Name: `package-${i}`,
      CurrentVersion: `1.${i}`,
      Architecture: 'amd64',
      Publisher: 'Example',
    })),
    json('Services', 500, (i) => ({
      SvcName: `service-${i}`,
      SvcState: 'Running',
      SvcController: 'systemd',
      SvcPath: `/lib/systemd/system/service-${i}.service`,
    })),
  ])
  for (const [name, content] of sample)
    if (!lists.has(name) && !/mdsd\.info$|agent\.log$/.test(name)) await entry(tar, name, content)
  for (const [name, content] of lists) await entry(tar, name, content)
  const info = sample.get(`${root}${AMA_LOG}/mdsd.info`)
  const agent = sample.get(`${root}${CT_LOG}/cta_linux_agent.log`)
  const trace = () =>
    `time="${stamp()}Z" level=debug msg="made-up: looked at ${hex()} of ${hex()}" item=${random(9999)}\n`
  for (let i = 1; i <= 4; i++)
    await entry(tar, `${root}${AMA_LOG}/mdsd.info.${i}`, Buffer.concat([info, lines(bytes / 8, filler)]))
  await entry(tar, `${root}${AMA_LOG}/mdsd.info`, info)
  for (let i = 1; i <= 4; i++)
    await entry(
      tar,
      `${root}${CT_LOG}/cta_linux_agent-2026-01-10T0${i}-00-00.000.log`,
      Buffer.concat([agent, lines(bytes / 8, trace)]),
    )
  await entry(tar, `${root}${CT_LOG}/cta_linux_agent.log`, agent)
}
