import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '../../src/commands/catalogue.js'
import { analyzeSource } from '../../src/engine/analyze.js'
import { createRedactor, redactArchive, type Redactor } from '../../src/redaction/index.js'
import type { Source } from '../../src/model/source.js'
import { memorySource } from '../../src/sources/memory.js'
import { openSource } from '../../src/sources/open.js'
import { writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { analyzeFile, OPTIONS as ANALYZE } from '../support/analyze.js'
import { scratch, tarOf, tgzOf } from '../support/archives.js'
import { databaseOf, trackedFile } from '../support/database.js'
import { AMA_LOG, CHUNK_FILE, CT_LOG, DB, healthyHost, WORKSPACE } from '../support/host.js'
import { KEY, redacted } from '../support/redaction.js'
import { SAMPLES } from '../support/samples.js'

const folder = scratch()
const OPTIONS = {
  kind: 'tgz' as const,
  tool: { name: 'ct-diag', version: '0' },
  now: 0,
  signal: new AbortController().signal,
}

interface Manifest {
  readonly torn: boolean
  readonly entries: readonly {
    readonly path: string
    readonly sha256: string | null
    readonly notes: readonly string[]
  }[]
  readonly leftOut: readonly { readonly path: string; readonly why: string }[]
}

function manifestOf({ entries }: Awaited<ReturnType<typeof redacted>>): Manifest {
  return JSON.parse(Buffer.from(entries.get('redaction.json')?.content ?? '').toString()) as Manifest
}

test('the manifest lists what is in, and what is not and why', async () => {
  const tree = healthyHost()
    .with('bin/tool', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 0, 1, 0]))
    .with('history/1.zip', Buffer.from('PK\u0003\u0004and so on'))
    .with('var/lib/waagent/A.prv', 'x')
  const copy = await redacted(tree.entries)
  const manifest = manifestOf(copy)
  expect(manifest.leftOut.map(({ path }) => path).toSorted()).toEqual(['bin/tool', 'var/lib/waagent/A.prv'])
  expect(manifest.leftOut.every(({ why }) => why.length > 5)).toBe(true)
  expect(Buffer.from(copy.entries.get('history/1.zip')?.content ?? '').toString()).toMatch(/^REDACTED: an archive/)
  const inside = [...copy.entries.keys()].filter((path) => path !== 'redaction.json')
  expect(manifest.entries.map(({ path }) => path)).toEqual(inside)
})

test('an archive inside is cleaned too, and judged the same', async () => {
  const file = join(folder, 'outer.tar')
  const inner = await tgzOf(
    SAMPLES['two-dcrs']().with('var/log/who.log', `who: ${WORKSPACE} password=Canary-99x`).entries,
  )
  writeFileSync(file, await tarOf(new Map([['vm-1.tar.gz', { content: inner }]])))
  const out = join(folder, 'outer-copy.tgz')
  await redactArchive({
    ...OPTIONS,
    open: () => openSource(file),
    file: out,
    redactor: createRedactor({ key: KEY, secretsOnly: false }),
  })
  const before = await analyzeFile(file)
  const after = await analyzeFile(out)
  expect(after.hosts.map(({ findings }) => findings.map(({ ruleId }) => ruleId))).toEqual(
    before.hosts.map(({ findings }) => findings.map(({ ruleId }) => ruleId).filter((id) => id !== 'CT9008')),
  )
  expect(before.hosts[0]?.findings.map(({ ruleId }) => ruleId)).toContain('CT1003')
  const text = gunzipSync(readFileSync(out)).toString('latin1')
  expect(text).toContain('vm-1.tar.gz!/var/log/who.log')
  expect(text).not.toContain(WORKSPACE)
  expect(text).not.toContain('Canary-99x')
})

test.each(['tgz', 'zip'] as const)('a time that nobody knows stays unknown in a %s', async (kind) => {
  const entries = new Map([...healthyHost().entries].map(([path, entry]) => [path, { content: entry.content }]))
  const out = join(folder, `timeless.${kind}`)
  const redactor = createRedactor({ key: KEY, secretsOnly: false })
  const open = (): Promise<Source> => Promise.resolve(memorySource('x', entries))
  await redactArchive({ ...OPTIONS, kind, open, file: out, redactor })
  for await (const { path, mtime } of (await openSource(out)).entries()) expect([path, mtime]).toEqual([path, null])
})

test('names that are not trusted do not come along', async () => {
  const tree = healthyHost().with('../../etc/passwd-canary', 'x').with('/absolute', 'y')
  const copy = await redacted(tree.entries)
  expect([...copy.entries.keys()]).toContain('absolute')
  expect(copy.bytes.toString('latin1')).not.toContain('passwd-canary')
  expect(manifestOf(copy).leftOut).toHaveLength(1)
})

test('an archive that breaks off gives one that breaks off', async () => {
  const whole = await tarOf(healthyHost().with('zz.log', 'a line\n'.repeat(2000)).entries)
  const file = join(folder, 'torn.tar')
  writeFileSync(file, whole.subarray(0, whole.length - 9000))
  const out = join(folder, 'torn-copy.tgz')
  const outcome = await redactArchive({
    open: () => openSource(file),
    file: out,
    redactor: createRedactor({ key: KEY, secretsOnly: false }),
    ...OPTIONS,
  })
  expect(outcome.outcome).toBe('written')
  const source = await openSource(out)
  const paths: string[] = []
  for await (const { path } of source.entries()) paths.push(path)
  expect(source.problems.map(({ code }) => code)).toEqual(['tar-truncated'])
  expect(paths.slice(-2)).toEqual(['redaction.json', 'zz.log'])
})

test('a copy in which something is left does not come into being', async () => {
  const leaky = createRedactor({ key: KEY, secretsOnly: false })
  // Learns and proves like the real one, and cleans nothing.
  const broken: Redactor = {
    ...leaky,
    redactEntry: (path, _kind, content) => Promise.resolve({ path, content, size: null, notes: [] }),
  }
  const out = join(folder, 'leaky.tgz')
  const result = await redactArchive({
    open: () => Promise.resolve(memorySource('x', healthyHost().entries)),
    file: out,
    redactor: broken,
    ...OPTIONS,
  })
  expect(result.outcome).toBe('leaking')
  expect(JSON.stringify(result)).not.toContain(WORKSPACE)
  expect(existsSync(out)).toBe(false)
  expect(readdirSync(folder).filter((name) => name.startsWith('leaky'))).toEqual([])
})

test('an interrupted run leaves nothing behind', async () => {
  const controller = new AbortController()
  const redactor = createRedactor({ key: KEY, secretsOnly: false })
  const out = join(folder, 'interrupted.tgz')
  let count = 0
  const result = await redactArchive({
    open: () => Promise.resolve(memorySource('x', healthyHost().entries)),
    file: out,
    redactor: {
      ...redactor,
      redactEntry: (...args) => {
        if (++count === 5) controller.abort()
        return redactor.redactEntry(...args)
      },
    },
    ...OPTIONS,
    signal: controller.signal,
  })
  expect(result.outcome).toBe('interrupted')
  expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).toEqual([])
})

test('with secrets only, identifiers stay and a database without contents stays as it is', async () => {
  const plain = await redacted(healthyHost().entries, { secretsOnly: true })
  expect(Buffer.from(plain.entries.get(DB)?.content ?? '')).toEqual(
    Buffer.from(healthyHost().entries.get(DB)?.content ?? ''),
  )
  expect(Buffer.from(plain.entries.get(`${AMA_LOG}/mdsd.info`)?.content ?? '').toString()).toContain(WORKSPACE)
  const tracked = databaseOf([['L2V0Yy9h', JSON.stringify(trackedFile('/etc/a', { Contents: 'a row of canaries' }))]])
  const full = await redacted(healthyHost().with(DB, tracked).entries, { secretsOnly: true })
  expect(full.entries.has(DB)).toBe(false)
  expect(Buffer.from(full.entries.get(`${DB}.ndjson`)?.content ?? '').toString()).not.toContain('canaries')
})

test('what is not read to its end is closed', async () => {
  const tree = healthyHost()
    .with('bin/tool', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 0, 1, 0]))
    .with('bin/tool.gz', gzipSync(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 0, 1, 0])))
    .with('a.log', `${'a line\n'.repeat(20_000)}${'\0\u0001\0\u0002\n'.repeat(200_000)}`)
  const opened = new Set<string>()
  const open = (): Promise<Source> => {
    const source = memorySource('x', tree.entries)
    return Promise.resolve({
      ...source,
      async *entries() {
        for await (const entry of source.entries()) {
          yield {
            ...entry,
            async *content() {
              opened.add(entry.path)
              try {
                for await (const chunk of entry.content())
                  for (let at = 0; at < chunk.length; at += 65_536) yield chunk.subarray(at, at + 65_536)
              } finally {
                opened.delete(entry.path)
              }
            },
          }
        }
      },
    })
  }
  const redactor = createRedactor({ key: KEY, secretsOnly: false })
  const result = await redactArchive({ ...OPTIONS, open, file: join(folder, 'closed.tgz'), redactor })
  expect(result.outcome === 'written' ? result.leftOut : []).toHaveLength(3)
  expect([...opened]).toEqual([])
})

test('an overlong line is cut, and the manifest says so', async () => {
  const copy = await redacted(healthyHost().with('a.log', `short\n${'word '.repeat(200_000)}\nlast\n`).entries)
  const text = Buffer.from(copy.entries.get('a.log')?.content ?? '').toString()
  expect(text.split('\n').map((line) => line.slice(-10))).toEqual([
    'short',
    expect.stringContaining('line cut]'),
    'last',
    '',
  ])
  expect(text.length).toBeLessThan(300_000)
  expect(manifestOf(copy).entries.find(({ path }) => path === 'a.log')?.notes).toHaveLength(1)
})

test('JSON on one long line stays whole', async () => {
  const records = Array.from({ length: 5000 }, (_, index) => ({
    ...trackedFile(`/home/marguerite/${index}`),
    Owner: 'marguerite',
  }))
  const copy = await redacted(healthyHost().with('big/File.json', JSON.stringify(records)).entries)
  const text = Buffer.from(copy.entries.get('big/File.json')?.content ?? '').toString()
  expect(JSON.parse(text)).toHaveLength(5000)
  expect(text).not.toContain('marguerite')
})

test('two names that become one are kept apart', async () => {
  const tree = healthyHost().with('password=c4nary-one.log', 'a').with('password=c4nary-two.log', 'b')
  const copy = await redacted(tree.entries)
  expect([...copy.entries.keys()].filter((path) => path.includes('password'))).toEqual([
    'password=REDACTED',
    'password=REDACTED (2)',
  ])
})

const BINARY = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 0, 1, 0])

test('what stayed behind is known where its neighbours lie, also in a folder that the copy got', async () => {
  const name = 'amalogs-azurevm-2026-01-10T10.00.00.tgz'
  const copy = await redacted(healthyHost().with(CHUNK_FILE, BINARY).entries, { secretsOnly: true, name })
  expect(manifestOf(copy).leftOut.map(({ path }) => path)).toEqual([`${name.slice(0, -4)}/${CHUNK_FILE}`])
  const { hosts } = await analyzeSource(memorySource('out.tgz', copy.entries), catalogue, ANALYZE)
  expect(hosts.map(({ host, findings }) => [host, findings])).toEqual([['vm-01', []]])
})

test('of a copy of a copy both records are read', async () => {
  const first = await redacted(healthyHost().with(DB, '').entries, { secretsOnly: true })
  const list = new Map(first.entries).set(`${CT_LOG}/File.json`, { content: BINARY })
  const second = await redacted(list, { secretsOnly: true })
  const { problems } = await analyzeSource(memorySource('out.tgz', second.entries), catalogue, ANALYZE)
  expect(problems).toContainEqual(expect.objectContaining({ code: 'left-out', path: `${CT_LOG}/File.json` }))
})
