// Builds the executables twice and proves what docs/decisions/016-single-executable.md says of them, with figures. Needs
// `npm run build` before. EMULATOR runs the executable of the other processor.
import Ajv from 'ajv'
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { NODE, OUT, TARGETS, WORK } from './targets.mjs'

const RUNS = 15
const example = resolve('examples/vm-01.tgz')
const bundled = resolve('bin/run.js')
const empty = mkdtempSync(join(tmpdir(), 'ct-diag-alone-'))
process.on('exit', () => rmSync(empty, { recursive: true }))

// --built takes what an earlier run has built.
if (!process.argv.includes('--built')) {
  const first = builtWith()
  assert.equal(builtWith(), first, 'two builds differ')
  console.log(`Reproducible: two builds gave the same bytes.\n${first.trim()}`)
}
execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: OUT })

await checkBill()
for (const { arch } of TARGETS) checkTarget(arch)

function builtWith() {
  execFileSync(process.execPath, ['scripts/binary/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] })
  return readFileSync(`${OUT}/SHA256SUMS`, 'utf8')
}

/** The schema comes with CycloneDX's own library, which is fetched for this alone. */
async function checkBill() {
  const bill = JSON.parse(readFileSync(`${OUT}/ct-diag.cdx.json`, 'utf8'))
  const library = ['@cyclonedx/cyclonedx-library@10.3.0', 'cyclonedx-cyclonedx-library-10.3.0.tgz']
  execFileSync('npm', ['pack', '--silent', '--pack-destination', WORK, library[0]], { stdio: 'ignore' })
  const schema = (name) => {
    const member = `package/res/schema/${name}.SNAPSHOT.schema.json`
    return JSON.parse(execFileSync('tar', ['xzOf', `${WORK}/${library[1]}`, member], { maxBuffer: 1 << 26 }))
  }
  const ajv = new Ajv.default({ strict: false, validateFormats: false, allErrors: true })
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` })
  const valid = ajv.compile(schema(`bom-${bill.specVersion}`))
  assert.ok(valid(bill), ajv.errorsText(valid.errors))
  console.log(`Bill of materials: ${bill.components.length} components, valid CycloneDX ${bill.specVersion}.`)
}

function checkTarget(arch) {
  const name = `ct-diag-linux-${arch}`
  const emulator = arch === process.arch ? [] : process.env.EMULATOR?.split(' ')
  const file = resolve(OUT, name)
  const mega = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
  const packed = spawnSync('sh', ['-c', `gzip -6 -c ${file} | wc -c`], { encoding: 'utf8' })
  console.log(`\n${name}: ${mega(statSync(file).size)}, as gzip ${mega(Number(packed.stdout))}`)
  if (emulator === undefined) return console.log('Not run: no EMULATOR for this processor.')

  copyFileSync(file, join(empty, name))
  const alone = (args, env = {}) => {
    const [program, ...before] = [...emulator, join(empty, name)]
    const { status, stdout, stderr } = spawnSync(program, [...before, ...args], {
      cwd: empty,
      // An emulator is not the program, and has needs of its own.
      env: { PATH: '', ...(emulator.length > 0 && { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH }), ...env },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    return { status, stdout, stderr }
  }
  const asBundle = (args, env = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bundled, ...args], {
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    return { status, stdout, stderr }
  }

  assert.match(alone(['--version']).stdout, new RegExp(`^ct-diag/\\S+ linux-${arch} node-v${NODE}\n$`))
  const commands = [
    [],
    ...alone(['--help'])
      .stdout.match(/\nCOMMANDS\n([^]*?)\n\n/)[1]
      .match(/^  \S.*?(?=  )/gm)
      .map((one) => one.trim().split(' ')),
  ]
  for (const command of commands) assert.deepEqual(alone([...command, '--help']), asBundle([...command, '--help']))
  for (const shell of ['bash', 'zsh']) assert.deepEqual(alone(['completion', shell]), asBundle(['completion', shell]))
  console.log(`Help of ${commands.length - 1} commands and completion: the same as the bundle's.`)

  const sameTime = (text) => text.replaceAll(/"(startedAt|durationMs)": [^,]+/g, '')
  const inputs = [
    example,
    ...readdirSync('examples')
      .filter((one) => one.endsWith('.xz'))
      .map((one) => resolve('examples', one)),
  ]
  for (const words of [
    ['analyze', ...inputs, '--json'],
    // More inputs than workers, each beside an unlike one: every worker reads several, and they come out in order.
    [
      'analyze',
      ...Array(3)
        .fill([example, resolve('examples')])
        .flat(),
      '/nonexistent',
      '--jobs',
      '2',
      '--json',
    ],
    ['rules', '--json'],
    ['explain', 'CT1003', example, '--json'],
    ['contents', example, '--json'],
  ]) {
    const [mine, theirs] = [alone(words), asBundle(words)]
    assert.equal(sameTime(mine.stdout), sameTime(theirs.stdout), words.join(' '))
    assert.deepEqual([mine.status, mine.stderr], [theirs.status, theirs.stderr])
  }
  for (const format of ['terminal', 'html'])
    assert.ok(alone(['analyze', example, '--format', format]).stdout.length > 1000, format)
  console.log('analyze, rules, explain and contents: the same JSON and exit codes.')

  // What a snapshot could have frozen.
  const report = (env, ...flags) => alone(['analyze', example, ...flags], env).stdout
  assert.match(report({ FORCE_COLOR: '1' }), /\u001b\[/)
  assert.doesNotMatch(report({ FORCE_COLOR: '1', NO_COLOR: '1' }), /\u001b\[/)
  assert.match(report({ LANG: 'C.UTF-8' }), /✖/)
  assert.doesNotMatch(report({ LANG: 'C' }), /✖/)
  const startedAt = () => Date.parse(JSON.parse(report({}, '--json')).run.startedAt)
  const before = Date.now()
  assert.ok(startedAt() >= before && startedAt() <= Date.now(), 'time is not read at start')
  console.log('Colour, locale and time are read at start.')

  const preload = { NODE_OPTIONS: '--require /nonexistent.cjs' }
  assert.equal(alone(['--version'], preload).status, 0, 'NODE_OPTIONS reaches it')
  assert.equal(alone(['--inspect', '--version']).status, 2, 'flags of Node reach it')
  assert.deepEqual(readdirSync(empty), [name], 'it wrote something')
  console.log('NODE_OPTIONS do not reach it; nothing is written.')

  if (emulator.length === 0) startup(name)
  rmSync(join(empty, name))
}

/** Medians of runs that take turns, because the machine may be busy. */
function startup(name) {
  const node = resolve(WORK, `node-${process.arch}`, 'bin/node')
  const self = join(empty, name)
  const cases = [
    [node, '-e', '0'],
    [self, '--version'],
    [self, '--help'],
    [self, 'rules', '--json'],
    [self, 'analyze', '/nonexistent'],
    [node, bundled, '--help'],
    [node, bundled, 'rules', '--json'],
  ]
  const times = cases.map(() => [])
  for (let run = 0; run < RUNS; run++)
    cases.forEach(([program, ...args], index) => {
      const start = performance.now()
      spawnSync(program, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
      times[index].push(performance.now() - start)
    })
  const median = (all) => all.sort((a, b) => a - b)[all.length >> 1]
  const base = median(times[0])
  cases.forEach(([program, ...args], index) => {
    const words = [program === self ? name : 'node', ...args.map((arg) => (arg.startsWith('/') ? basename(arg) : arg))]
    const ms = median(times[index])
    console.log(`${words.join(' ').padEnd(44)} ${ms.toFixed(0).padStart(5)} ms  ${(ms / base).toFixed(2)} ×`)
  })
}
