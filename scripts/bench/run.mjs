// Measures ct-diag beside peers in the same run, and how it grows: `npm run bench -- [--quick] [--write] [--ratios FILE]`.
// Ends with 1 when a ratio grew by more than a fifth since `--write` noted it. Inputs are made anew and removed.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { crowded, database, dense, machine, MB, SMALL, sparse } from './inputs.mjs'
import { compare, costs, exponent, ours, shell } from './measure.mjs'
import { growthTable, peerTable, regressions, setting, writePage, writeRatios } from './tables.mjs'

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    ratios: { type: 'string', default: 'scripts/bench/ratios.json' },
  },
})
const mode = flags.quick ? 'quick' : 'full'
/** A quick run shows that everything works; its numbers are small and say little. */
const scale = flags.quick ? 1 / 50 : 1
const ROUNDS = flags.quick ? 1 : 3
const scaled = (count) => Math.max(1, Math.round(count * scale))
const bytes = (megabytes) => scaled(megabytes) * MB
const named = (megabytes) => (scaled(megabytes) < 1000 ? `${scaled(megabytes)} MB` : `${scaled(megabytes) / 1000} GB`)

const folder = mkdtempSync(join(tmpdir(), 'ct-diag-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
const at = (name) => join(folder, name)

const gzip = (file) => ['gzip -dc | wc -c', shell(`gzip -dc ${file} | wc -c`)]
const unpack = (file) => [
  'tar xzf; grep -rc error',
  shell(`rm -rf ${at('x')}; mkdir ${at('x')} && tar xzf ${file} -C ${at('x')} && grep -rc error ${at('x')} | wc -l`),
]

const peers = []
/** `goal` is the ratio that the row is meant to stay below; what takes minutes has one round. */
async function against(what, name, call, [peerName, peer], { goal, rounds = ROUNDS } = {}) {
  console.log(`  ${what}: ${name}, ${peerName}`)
  peers.push({ what, name, peerName, goal, ...(await compare(call, peer, rounds)) })
}

/** Analyses made input after input, and drops each. */
async function archives() {
  const one = at('input.tgz')
  const analyze = ours('analyze', one, '--json')
  await sparse(one, bytes(500))
  await against(`${named(500)} tar.gz of which 1 MB matters`, 'analyze', analyze, gzip(one), { goal: 0.8 })
  await against(`${named(500)} tar.gz of which 1 MB matters`, 'analyze', analyze, unpack(one))
  await dense(one, bytes(200))
  const inflate = ['inflate (Node)', [process.execPath, 'scripts/bench/inflate.mjs', one]]
  await against(`host with ${named(200)} of logs`, 'analyze', analyze, inflate, { goal: 1.5 })
  await against(`host with ${named(200)} of logs`, 'analyze', analyze, gzip(one))
  await against(`host with ${named(200)} of logs`, 'analyze', analyze, unpack(one))
  await dense(one, bytes(200), bytes(874))
  await against(`${named(1074)} tar.gz with ${named(200)} of logs`, 'analyze', analyze, gzip(one), { goal: 0.6 })
  await dense(one, bytes(2000))
  await against(`host with ${named(2000)} of logs`, 'analyze', analyze, gzip(one), { rounds: 1 })
}

async function bundles() {
  const two = at('two.tgz')
  await dense(two, 2 * MB)
  const hundred = Array(scaled(100)).fill(two)
  const jobs = (count) => ['analyze', ...hundred, '--json', '--jobs', String(count)]
  const peer = ['--jobs 1', [process.execPath, 'bin/run.js', ...jobs(1)]]
  await against(`${hundred.length} bundles of 2 MB`, '--jobs 2', ours(...jobs(2)), peer, { goal: 0.6 })
  const thousand = Array(scaled(1000)).fill(SMALL)
  const many = ours('analyze', ...thousand, '--format', 'ndjson')
  const each = `for i in $(seq ${thousand.length}); do gzip -dc ${SMALL} | wc -c; done`
  await against(`${thousand.length} bundles of 33 kB`, 'analyze', many, ['gzip -dc | wc -c', shell(each)], {
    rounds: 1,
  })
}

async function liveMachine() {
  const root = at('root')
  const file = at('evidence.tgz')
  machine(root, bytes(500))
  const what = `machine with ${named(500)} of logs`
  const cat = ['cat | wc -c', shell(`find ${root} -type f -exec cat {} + | wc -c`)]
  await against(what, 'inspect', ours('inspect', '--root', root, '--json'), cat)
  // It never replaces a file, so it runs once.
  const tar = ['tar czf', shell(`tar czf ${at('peer.tgz')} -C ${root} .`)]
  await against(what, 'bundle', ours('bundle', '--root', root, '-o', file), tar, { rounds: 1 })
  rmSync(file)
  const all = ours('bundle', '--root', root, '-o', file, '--max-size', 'all')
  await against(what, 'bundle --max-size all', all, tar, { rounds: 1 })
  rmSync(root, { recursive: true })
}

/** Real bbolt, where Go and Debian's library are. */
async function bolt() {
  const checker = at('bbolt')
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' }
  const source = 'packages/bbolt-reader-ts/test/fixtures/gen/main.go'
  const built = spawnSync('go', ['build', '-o', checker, source], { env, stdio: 'ignore' })
  if (built.status !== 0) return console.log('  without Go and its bbolt: no comparison')
  const file = at('many.db')
  const keys = scaled(200_000)
  await database(file, keys)
  const sound = execFileSync(checker, ['check', file], { encoding: 'utf8' })
  if (!sound.endsWith('0 errors\n')) throw new Error(`bbolt finds the database damaged: ${sound.slice(0, 500)}`)
  await against(`database of ${keys} records`, 'db check', ours('db', 'check', file), [
    'bbolt check',
    [checker, 'check', file],
  ])
}

async function start() {
  const bare = ['node -e 0', [process.execPath, '-e', '0']]
  await against('start', '--version', ours('--version'), bare, { goal: 4.5 })
  await against('start', '--help', ours('--help'), bare)
  await against('bundle of 33 kB', 'analyze', ours('analyze', SMALL, '--json'), bare)
}

const growing = []
/** Processor time of four sizes, each twice the one before, above that of the same with only `least` of what grows. */
async function growth(what, least, first, input) {
  console.log(`  growth with ${what}`)
  const sizes = [1, 2, 4, 8].map((factor) => Math.round((flags.quick ? first / 10 : first) * factor))
  const calls = []
  for (const size of [least, ...sizes]) calls.push(ours('analyze', ...(await input(size)), '--json'))
  const [idle, ...found] = await costs(calls, ROUNDS)
  const points = found.map(({ cpu }, index) => [sizes[index] - least, Math.max(1, cpu - idle.cpu)])
  growing.push({ what, points, peaks: found.map(({ peak }) => peak), exponent: exponent(points) })
}

async function growths() {
  const made = (name, make) => async (count) => {
    const file = at(`${count}-${name}`)
    await make(file, count)
    return [file]
  }
  // Lines of about a hundred bytes.
  await growth(
    'log lines',
    0,
    250_000,
    made('log.tgz', (file, count) => dense(file, count * 100)),
  )
  await growth('entries', 0, 10_000, made('entries.tgz', crowded))
  await growth('database keys', 1, 20_000, made('changetracking.db', database))
  await growth('hosts', 1, 25, (count) => [...Array(count).fill(SMALL), '--jobs', '1'])
}

const how = `${setting(ROUNDS)}${flags.quick ? ' A quick run with small inputs: the numbers say little.' : ''}`
console.log(how)
for (const part of [start, archives, bundles, liveMachine, bolt, growths]) await part()

const text = [how, peerTable(peers), growthTable(growing)].join('\n\n')
console.log(`\n${text}\n`)
const ratios = Object.fromEntries([
  ...peers.map(({ what, name, peerName, ratio }) => [`${what}: ${name} / ${peerName}`, ratio]),
  ...growing.map((row) => [`growth with ${row.what}: exponent`, row.exponent]),
])
if (flags.write) {
  await writePage(text)
  writeRatios(flags.ratios, mode, ratios)
} else {
  const grown = regressions(flags.ratios, mode, ratios)
  for (const one of grown) console.error(`grown by more than a fifth: ${one}`)
  process.exitCode = grown.length > 0 ? 1 : 0
}
