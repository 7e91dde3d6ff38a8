// Inputs made to exhaust the program, through the built program: exit code, wall and peak memory of each, which may be 300 MiB at
// most. `node scripts/bombs.mjs [part of a name]`
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

const LOG = 'var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
const CHUNKS = 'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks'
const folder = mkdtempSync(join(tmpdir(), 'ct-diag-bombs-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

function header(name, size) {
  const block = Buffer.alloc(512)
  block.write(name, 0, 100)
  block.write('0000644\x000000000\x000000000\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0        0', 136)
  block.write('ustar\x0000', 257)
  block.write(
    `${block
      .reduce((a, b) => a + b, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return block
}

function* member(name, size, byte) {
  yield header(name, size)
  const chunk = Buffer.alloc(1024 * 1024, byte)
  for (let left = size; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length))
  yield Buffer.alloc((512 - (size % 512)) % 512)
}

function* many(count, name, content) {
  for (let index = 0; index < count; index++) {
    const block = Buffer.alloc(512 + 512 * Math.ceil(content.length / 512))
    header(name(index), content.length).copy(block)
    block.write(content, 512)
    yield block
  }
  yield Buffer.alloc(1024)
}

const MIB = 1024 * 1024
const CASES = {
  'a tar.gz of 1 MiB that inflates to 1 GiB': () => member('zeros', 1024 * MIB, 0),
  'the same, as a log': () => member(`${LOG}/cta_linux_agent.log`, 1024 * MIB, 0),
  'the same, as the database': () => member('opt/microsoft/changetrackingdata/db/changetracking.db', 1024 * MIB, 0),
  'a log of one line, 100 MB': () => member(`${LOG}/cta_linux_agent.log`, 100_000_000, 'x'),
  'JSON of ten million levels': () => member(`${LOG}/File.json`, 10_000_000, '['),
  'a chunk of eight million levels': () => member(`${CHUNKS}/1.json`, 8_000_000, '['),
  '300 000 members': () => many(300_000, (index) => `some/folder-${index % 1000}/file-${index}`, 'x'),
  '300 000 config chunks': () => many(300_000, (index) => `${CHUNKS}/${index}.json`, '{"dataSources":[]}'),
  '300 000 machines': () => many(300_000, (index) => `vm-${index}/etc/hostname`, 'vm-01\n'),
}

function measure(file) {
  return new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(
      process.execPath,
      ['-r', './scripts/bench/spent.cjs', 'bin/run.js', 'analyze', file, '--json'],
      {
        stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      },
    )
    let told = ''
    child.stdio[3].on('data', (chunk) => (told += chunk))
    child.on('close', (code) =>
      resolve({
        code,
        seconds: ((performance.now() - started) / 1000).toFixed(1),
        peak: Math.round(JSON.parse(told).peak / MIB),
      }),
    )
  })
}

let bad = 0
for (const [what, make] of Object.entries(CASES)) {
  if (process.argv[2] !== undefined && !what.includes(process.argv[2])) continue
  const file = join(folder, 'bomb.tgz')
  await pipeline(make(), createGzip({ level: 9 }), createWriteStream(file))
  const { code, seconds, peak } = await measure(file)
  if (![0, 3, 4, 5].includes(code) || peak > 300) bad += 1
  console.log(`${what}: exit ${code}, ${seconds} s, ${peak} MiB`)
}
process.exitCode = bad > 0 ? 1 : 0
