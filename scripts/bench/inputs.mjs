// Inputs made from the sample bundle, and filler that compresses about fourfold, as logs do. The same seed, the same bytes.
import { build } from 'esbuild'
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip, gunzipSync } from 'node:zlib'
import { extract, pack } from 'tar-stream'

export const MB = 1e6
export const SMALL = 'examples/vm-01.tgz'
const ROOT = 'support-vm-01/'
const CT_LOG = 'var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
const AMA_LOG = 'var/opt/microsoft/azuremonitoragent/log'
const MTIME = new Date('2026-01-10T10:00:00Z')
const BLOCK = 8 * MB

const sample = await sampleEntries()
let seed = 1

/** A bundle that is the sample and so many bytes that nobody wants, in files of 8 MB. */
export function sparse(file, bytes) {
  return archive(file, function* () {
    yield* sample
    yield* others(bytes)
  })
}

/** A bundle whose agents have logged so many bytes; `beside` more are in files that nobody wants. */
export function dense(file, bytes, beside = 0) {
  return archive(file, function* () {
    yield* hostEntries(bytes)
    yield* others(beside)
  })
}

/** The same as the tree of a machine. */
export function machine(folder, bytes) {
  for (const [name, content] of hostEntries(bytes)) {
    const path = join(folder, name.slice(ROOT.length))
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(path, content)
  }
}

/** The sample among so many small files. */
export function crowded(file, count) {
  return archive(file, function* () {
    yield* sample
    for (let i = 0; i < count; i++)
      yield [`${ROOT}usr/share/doc/package-${i % 500}/file-${i}.txt`, Buffer.from(`file ${i}\n`)]
  })
}

/** A database of so many tracked files, in pages about as full as bbolt leaves them. */
export async function database(file, keys) {
  const { bucket, build: assemble, branch, leaf, trackedFile } = await pageBuilders()
  const [FIRST, PAGE, LEAF, BRANCH] = [3, 4096, 7, 40]
  const records = Array.from({ length: keys }, (_, i) => {
    const path = `/srv/${hex()}/${String(i).padStart(9, '0')}.conf`
    return { key: Buffer.from(path).toString('base64'), value: JSON.stringify(trackedFile(path)) }
  }).sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
  const pages = []
  const level = (elements, size, make) =>
    Array.from({ length: Math.ceil(elements.length / size) }, (_, i) => {
      const own = elements.slice(i * size, (i + 1) * size)
      const id = FIRST + pages.length
      const page = make(id, own)
      if (page.length > PAGE) throw new Error(`Page ${id} is too full: ${page.length} bytes`)
      pages.push(page)
      return { key: own[0].key, page: id }
    })
  let top = level(records, LEAF, leaf)
  while (top.length > 1) top = level(top, BRANCH, branch)
  const root = leaf(2, [{ key: 'files', value: bucket(top[0].page), isBucket: true }])
  writeFileSync(file, assemble({ pageSize: PAGE, root: 2, pages: [root, ...pages] }))
}

async function pageBuilders() {
  const outfile = resolve('.bench/pages.cjs')
  await build({
    stdin: {
      contents: `export * from './packages/bbolt-reader-ts/test/support/build.ts'; export { trackedFile } from './test/support/database.ts'`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  })
  return createRequire(import.meta.url)(outfile)
}

async function archive(file, entries) {
  const tar = pack()
  const written = pipeline(tar, createGzip({ level: 1 }), createWriteStream(file))
  for (const [name, content] of entries())
    await new Promise((done, fail) =>
      tar.entry({ name, mtime: MTIME }, content, (error) => (error ? fail(error) : done())),
    )
  tar.finalize()
  await written
}

async function sampleEntries() {
  const found = new Map()
  const reader = extract()
  reader.end(gunzipSync(readFileSync(SMALL)))
  for await (const entry of reader) {
    const parts = []
    for await (const part of entry) parts.push(part)
    if (entry.header.type === 'file') found.set(entry.header.name, Buffer.concat(parts))
  }
  return found
}

/** The sample with full lists, and with so many bytes in the logs of both agents and those rotated away. */
function* hostEntries(bytes) {
  const lists = new Map([
    list('File', 500, (i) => ({
      FileSystemPath: `/etc/f${i}.conf`,
      FileContentChecksum: hex().repeat(8),
      FileMetaDatacheckSum: `1${i}`,
      Size: i,
      DateModified: '2026-01-05 23:03:54',
    })),
    list('Packages', 1250, (i) => ({
      Name: `package-${i}`,
      CurrentVersion: `1.${i}`,
      Architecture: 'amd64',
      Publisher: 'Example',
    })),
    list('Services', 500, (i) => ({
      SvcName: `service-${i}`,
      SvcState: 'Running',
      SvcController: 'systemd',
      SvcPath: `/lib/systemd/system/service-${i}.service`,
    })),
  ])
  for (const [name, content] of sample) yield [name, lists.get(name) ?? content]
  const info = sample.get(`${ROOT}${AMA_LOG}/mdsd.info`)
  const agent = sample.get(`${ROOT}${CT_LOG}/cta_linux_agent.log`)
  for (let i = 1; i <= 4; i++) {
    yield [`${ROOT}${AMA_LOG}/mdsd.info.${i}`, Buffer.concat([info, lines(bytes / 8, traced)])]
    const rotated = `${ROOT}${CT_LOG}/cta_linux_agent-2026-01-10T0${i}-00-00.000.log`
    yield [rotated, Buffer.concat([agent, lines(bytes / 8, debugged)])]
  }
}

function list(name, count, make) {
  return [
    `${ROOT}${CT_LOG}/${name}.json`,
    Buffer.from(JSON.stringify(Array.from({ length: count }, (_, i) => make(i)))),
  ]
}

function* others(bytes) {
  for (let i = 0; i * BLOCK < bytes; i++)
    yield [`${ROOT}var/log/other-${i}.log`, lines(Math.min(BLOCK, bytes - i * BLOCK), traced)]
}

const blocks = new Map()

/** Whole lines of a kind, about so many bytes: blocks of them, which begin elsewhere each time. */
function lines(bytes, make) {
  if (!blocks.has(make)) blocks.set(make, block(make))
  const source = blocks.get(make)
  const parts = []
  for (let size = 0; size < bytes;) {
    const from = source.indexOf(10, random(source.length - 1000)) + 1
    const rest = bytes - size
    const until = rest >= source.length - from ? source.length : source.indexOf(10, from + rest) + 1 || source.length
    parts.push(source.subarray(from, until))
    size += until - from
  }
  return Buffer.concat(parts)
}

function block(make) {
  const parts = []
  for (let size = 0; size < BLOCK;) {
    const line = make()
    parts.push(line)
    size += line.length
  }
  return Buffer.from(parts.join(''))
}

function traced() {
  const place = `[/__w/1/s/src/module${random(40)}.cpp:${random(900)},Run]`
  return `${stamp()}.${random(9999999)}Z: ${place}made-up message ${hex()}-${hex()} took ${random(9000)} us\n`
}

function debugged() {
  return `time="${stamp()}Z" level=debug msg="made-up: looked at ${hex()} of ${hex()}" item=${random(9999)}\n`
}

function random(below) {
  seed = (seed * 1103515245 + 12345) % 2 ** 31
  return seed % below
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
