// This reader beside real bbolt (Debian's library and Go), on files that bbolt writes and on damaged copies of them, in one run:
//   node packages/bbolt-reader-ts/bench/run.mjs [--write]
// Prints the table of the package's README; --write puts it there. Asserts nothing.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..')
const folder = join(root, '..', '..', '.bench', 'bolt')
const fixtures = join(root, 'test', 'fixtures')
mkdirSync(folder, { recursive: true })
const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' }
delete env.NODE_EXTRA_CA_CERTS
delete env.NODE_OPTIONS

execFileSync('npx', ['tsc', '-p', join(root, 'tsconfig.build.json')], { stdio: ['ignore', 'ignore', 'inherit'] })
const go = join(folder, 'gen')
execFileSync('go', ['build', '-o', go, join(fixtures, 'gen', 'main.go')], { env })
await build({
  entryPoints: [join(root, 'test', 'support', 'damaged.ts')],
  outfile: join(folder, 'damaged.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'error',
})
console.log('Speed first, which wants a quiet machine.')
const { damaged } = (await import(join(folder, 'damaged.cjs'))).default

/** Milliseconds after which a run of bbolt counts as hanging. */
const HANG = 5000

function bolt(...args) {
  return spawnSync(go, args, { encoding: 'utf8', timeout: HANG, maxBuffer: 2 ** 26, env })
}

/** Answer and peak memory of one job of ours. */
function ours(job, file, n) {
  const found = spawnSync(process.execPath, [join(here, 'ours.mjs'), job, file, String(n ?? 1)], {
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 2 ** 29,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env,
  })
  return { ...found, answer: found.stdout.replace(/\n$/, ''), memory: Number(found.output[3]) }
}

const sha = (text) => createHash('sha256').update(text).digest('hex')
const linesOf = (text) => text.split('\n').filter((line) => line !== '')
const mean = (numbers) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]

// Speed, by turns.
const million = join(folder, 'million.db')
const half = join(folder, 'half-full.db')
// Anew in every run, as how the kernel keeps a file in memory depends on how it came there: small blocks of a file that bbolt has
// just written, larger ones, which are cheaper for both, of one that was copied or read from disk.
rmSync(million, { force: true })
bolt('make', 'million', million)
const copied = join(folder, 'million-copied.db')
rmSync(copied, { force: true })
copyFileSync(million, copied)
if (!existsSync(half)) bolt('make', 'half-full', half)
// Records as the Change Tracking agent keeps them.
const agent = join(folder, 'changetracking-sim.db')
writeFileSync(agent, gunzipSync(readFileSync(join(fixtures, 'changetracking-sim.db.gz'))))
const speed = {}
const GETS = 1_000_000
/** Keys of 19 bytes and values of 100. */
const RECORD_BYTES = 119e6
const bare = Math.min(...[1, 2, 3].map(() => ours('nothing', million).memory))
let peak = 0
for (let round = 0; round < 5; round++) {
  const add = (name, value) => (speed[name] ??= []).push(Number(value))
  const own = (name, job, file, n) => {
    const { answer, memory } = ours(job, file, n)
    add(name, answer)
    if (job !== 'read') peak = Math.max(peak, memory - bare)
  }
  add('go walk', bolt('walk', million, '15').stdout)
  own('walk', 'walk', million, 15)
  add('go walk copied', bolt('walk', copied, '15').stdout)
  own('walk copied', 'walk', copied, 15)
  add('go touch', bolt('walk', million, '9', 'touch').stdout)
  add('go shared', bolt('walk', million, '9', 'shared').stdout)
  own('bytes', 'bytes', million, 9)
  own('words', 'words', million, 9)
  own('read million', 'read', million, 7)
  add('go json', bolt('walk', agent, '15', 'json').stdout)
  own('json', 'json', agent, 15)
  const before = performance.now()
  bolt('check', million)
  add('go check', performance.now() - before)
  own('check', 'check', million, 3)
  add('go get', bolt('get', million, String(GETS)).stdout)
  own('get', 'get', million, GETS)
  own('half', 'walk', half, 15)
  own('read', 'read', half, 15)
}
// Sound files: written here by bbolt, and the fixtures.
const sizes = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072].map((size) => `pagesize-${size}`)
const sound = []
for (const name of [...sizes, 'no-freelist', 'many-free', 'overflow', 'history']) {
  const file = join(folder, `${name}.db`)
  if (!existsSync(file)) writeFileSync(join(folder, `${name}.log`), bolt('make', name, file).stdout)
  sound.push(file)
}
for (const { file } of linesOf(readFileSync(join(fixtures, 'manifest.jsonl'), 'utf8')).map((line) =>
  JSON.parse(line),
)) {
  writeFileSync(join(folder, file), gunzipSync(readFileSync(join(fixtures, `${file}.gz`))))
  sound.push(join(folder, file))
}
let equal = 0
let clean = 0
for (const file of sound) {
  if (sha(linesOf(bolt('dump', file).stdout).join('\n')) === sha(ours('dump', file).answer)) equal += 1
  if (bolt('check', file).stdout.endsWith('0 errors\n') && ours('damage', file).answer === '0') clean += 1
}

// Damaged copies of three of them. Every record that was ever written is known: one file logs them, two had one transaction.
const bbolt = { found: 0, missed: 0, refused: 0, crashed: 0, hung: 0, recall: [] }
const reader = { found: 0, missed: 0, refused: 0, crashed: 0, hung: 0, recall: [], invented: 0 }
let variants = 0
for (const name of ['history', 'flat', 'pagesize-16384']) {
  const original = join(folder, `${name}.db`)
  const truth = new Set(linesOf(bolt('dump', original).stdout).map(record))
  const log = join(folder, `${name}.log`)
  const ever = new Set([...truth, ...(existsSync(log) ? linesOf(readFileSync(log, 'utf8')).map(record) : [])])
  for (const { name: kind, bytes, harmless } of damaged(new Uint8Array(readFileSync(original)))) {
    variants += 1
    const file = join(folder, 'damaged.db')
    writeFileSync(file, bytes)
    count(bbolt, bolt('check', file), /^refused/, (text) => Number(/(\d+) errors\n$/.exec(text)?.[1]), harmless)
    count(reader, ours('damage', file), /^-1/, (text) => Number(text), harmless)
    // What bbolt's own walk gives until it ends, however it ends.
    bbolt.recall.push(recall(linesOf(bolt('dump', file).stdout), truth))
    const salvaged = linesOf(ours('salvage', file).answer)
    reader.recall.push(recall(salvaged, truth))
    // Changed bytes inside a value leave no trace.
    if (!kind.startsWith('noise')) reader.invented += salvaged.filter((line) => !ever.has(record(line))).length
  }
}

/** Key and value: a page that lost its tree may not know its bucket. */
function record(line) {
  return line.slice(line.indexOf(' '))
}

function recall(lines, truth) {
  const found = new Set(lines.map(record))
  let hits = 0
  for (const line of truth) if (found.has(line)) hits += 1
  return hits / truth.size
}

function count(totals, { status, signal, stdout, error }, refused, errors, harmless) {
  if (error?.code === 'ETIMEDOUT' || signal === 'SIGTERM') totals.hung += 1
  else if (refused.test(stdout)) totals.refused += 1
  else if (status !== 0) totals.crashed += 1
  else if (harmless || errors(stdout) > 0) totals.found += 1
  else totals.missed += 1
}

const of = (name) => median(speed[name])
const ratio = (mine, theirs) => `${(of(mine) / of(theirs)).toFixed(2)}×`
/** What a job takes for every byte of the records, above what only finding them takes. */
const perByte = (name, without) => `${(((of(name) - of(without)) * 1e6) / RECORD_BYTES).toFixed(2)} ns a byte`
const ms = (name) => `${of(name).toFixed(0)} ms`

const table = `| | bbolt 1.3.6 (Go ${/go(\S+)/.exec(execFileSync('go', ['version']).toString())[1]}) | this reader (Node ${process.versions.node}) |
| --- | --- | --- |
| ${sound.length} sound files: dumps equal | | ${equal} |
| the same: both checks find nothing | | ${clean} |
| ${variants} damaged files: check finds the damage | ${bbolt.found} | ${reader.found} |
| … finds nothing wrong | ${bbolt.missed} | ${reader.missed} |
| … refuses to open the file | ${bbolt.refused} | ${reader.refused} |
| … crashes | ${bbolt.crashed} | ${reader.crashed} |
| … hangs for more than ${HANG / 1000} s | ${bbolt.hung} | ${reader.hung} |
| records got out of them, mean recall | ${mean(bbolt.recall).toFixed(3)} (walk) | ${mean(reader.recall).toFixed(3)} (salvage) |
| … that never existed, noise inside values apart | | ${reader.invented} |
| walk of 1 000 000 records, lengths only | ${ms('go walk')} | ${ms('walk')} (${ratio('walk', 'go walk')}) |
| … of a copy of the file | ${ms('go walk copied')} | ${ms('walk copied')} (${ratio('walk copied', 'go walk copied')}) |
| the same, summing every byte: Go in a variable that closures share | ${ms('go shared')} (${perByte('go shared', 'go walk')}) | ${ms('bytes')} (${ratio('bytes', 'go shared')}; ${perByte('bytes', 'walk')}) |
| … Go in a local variable | ${ms('go touch')} (${perByte('go touch', 'go walk')}) | ${ms('bytes')} (${ratio('bytes', 'go touch')}) |
| … and here four bytes at a time | ${ms('go touch')} | ${ms('words')} (${ratio('words', 'go touch')}; ${perByte('words', 'walk')}) |
| a database of the agent's shape, each record read as JSON | ${ms('go json')} | ${ms('json')} (${ratio('json', 'go json')}) |
| just reading the million | maps it | ${ms('read million')} |
| check of the same | ${ms('go check')} | ${ms('check')} (${ratio('check', 'go check')}) |
| one of ${GETS} random look-ups | ${of('go get')} ns | ${of('get')} ns (${ratio('get', 'go get')}) |
| walk of a half-full file | reading it: ${ms('read')} | ${ms('half')} (${ratio('half', 'read')}) |
| most memory above a bare Node, all of these | | ${(peak / 1e6).toFixed(0)} MB |
`
console.log(table)
if (process.argv.includes('--write')) {
  const readme = join(root, 'README.md')
  const text = readFileSync(readme, 'utf8')
  const marked = /(<!-- table: bench\/run\.mjs -->\n)[\s\S]*?(<!-- end -->)/
  if (!marked.test(text)) throw new Error('README.md has no place for the table')
  writeFileSync(readme, text.replace(marked, `$1\n${table}\n$2`))
}
