import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Manifest } from '../../src/model/manifest.js'
import type { Report } from '../../src/model/report.js'
import { plant } from '../support/archives.js'
import { runCli, type CliRun } from '../support/cli.js'
import { databaseOf, trackedFile } from '../support/database.js'
import {
  AGENT_LOG,
  AMA_LOG,
  COLLECTED,
  ctChunk,
  DB,
  DCR_D,
  FILE_JSON,
  SECOND_CHUNK,
  WORKSPACE,
  MINUTE,
  START,
  TAKEN,
  agentLog,
  healthyHost,
  type HostTree,
} from '../support/host.js'

const folder = mkdtempSync(join(tmpdir(), 'ct-diag-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
function disk(host: HostTree): string {
  const root = join(folder, `disk-${++count}`)
  plant(root, host.entries)
  return root
}

const healthy = disk(healthyHost())
const stopped = disk(
  healthyHost()
    .with(AGENT_LOG, agentLog({ from: START - 300 * MINUTE, until: TAKEN - 125 * MINUTE }))
    .stamped(COLLECTED, TAKEN - 125 * MINUTE),
)

async function bundle(root: string, name: string, ...args: string[]): Promise<CliRun & { file: string }> {
  const file = join(folder, name)
  return { ...(await runCli(['bundle', '--root', root, '--no-redact', '-o', file, ...args])), file }
}

function unpacked(file: string): { top: string; manifest: Manifest; names: string[] } {
  const into = `${file}.d`
  execFileSync('mkdir', ['-p', into])
  if (file.endsWith('.zip')) execFileSync('python3', ['-m', 'zipfile', '-e', file, into])
  else execFileSync('tar', ['-xzf', file, '-C', into])
  const [top = ''] = readdirSync(into)
  const names = execFileSync('find', ['.', '-type', 'f'], { cwd: join(into, top) })
    .toString()
    .trim()
    .split('\n')
  return {
    top: join(into, top),
    manifest: JSON.parse(readFileSync(join(into, top, 'manifest.json'), 'utf8')) as Manifest,
    names,
  }
}

interface Judged {
  readonly fired: string[]
  readonly statuses: Map<string, string>
}

async function judged(...args: string[]): Promise<Judged> {
  const report = JSON.parse((await runCli([...args, '--json'])).stdout) as Report
  const [host] = report.hosts
  return {
    fired: (host?.findings ?? []).map(({ ruleId, subject }) => `${ruleId} ${subject}`),
    statuses: new Map(host?.outcomes.map(({ ruleId, status }) => [ruleId, status])),
  }
}

describe.each(['tgz', 'zip'])('%s', (kind) => {
  test.each([
    ['healthy', healthy],
    ['stopped', stopped],
  ])('%s: the bundle says what the disk says', async (name, root) => {
    const { code, stdout, file } = await bundle(root, `${name}.${kind}`, '--archive', kind)
    expect([code, stdout]).toEqual([0, `${file}\n`])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = await judged('inspect', '--root', root)
    const after = await judged('analyze', file)
    expect(after.fired).toEqual(before.fired)
    for (const [id, status] of before.statuses)
      if (!id.startsWith('CT9')) expect([id, after.statuses.get(id)]).toEqual([id, status])
  })

  test('the manifest names every entry with its hash, and the analysis is in it', () => {
    const { top, manifest, names } = unpacked(join(folder, `healthy.${kind}`))
    expect(names.filter((name) => !/^\.\/(?:manifest|report)\./.test(name)).sort()).toEqual(
      manifest.entries
        .filter(({ nameOnly }) => !nameOnly)
        .map(({ path }) => `./${path}`)
        .sort(),
    )
    for (const { path, sha256, nameOnly } of manifest.entries) {
      if (nameOnly) continue
      expect(
        execFileSync('sha256sum', [join(top, path)])
          .toString()
          .slice(0, 64),
      ).toBe(sha256)
    }
    const report = JSON.parse(readFileSync(join(top, 'report.json'), 'utf8')) as Report
    expect(report.run.command).toBe('bundle')
    expect(readFileSync(join(top, 'report.txt'), 'utf8')).toContain('Data path')
    // Names of the event cache, and never its rows.
    expect(manifest.entries.some(({ path, nameOnly }) => nameOnly && path.includes('CONFIG_CHANGE_BLOB_V2'))).toBe(true)
    expect(names.some((name) => name.includes('azuremonitoragent/events'))).toBe(false)
  })
})

describe('what is mailed', () => {
  const PLAIN = 'c4nary-Pa55word'
  const USER = 'marguerite'
  const HOST = 'canary-vm-77'
  const secret = disk(
    healthyHost()
      .with('etc/hostname', `${HOST}\n`)
      .with('etc/default/azuremonitoragent', `export MDSD_PROXY_PASSWORD=${PLAIN}\n`)
      .with(
        `${AMA_LOG}/mdsd.warn`,
        `2026-01-10T09:00:00.0000000Z: ${HOST} gave ${PLAIN} of /home/${USER}/x to 10.20.30.40\n`,
      )
      .with(`${AMA_LOG}/mdsd.warn.1.gz`, gzipSync(`2026-01-10T08:00:00.0000000Z: ${HOST} gave ${PLAIN}\n`))
      .with(DB, databaseOf([['L2V0Yy9h', JSON.stringify(trackedFile(`/home/${USER}/a`, { Contents: `c4nary row` }))]]))
      .with(SECOND_CHUNK, JSON.stringify(ctChunk({ dcr: DCR_D, name: 'Microsoft-CT-DCR' }))),
  )

  test.each(['tgz', 'zip'])('%s: no secret and no name, unless the map is asked for', async (kind) => {
    const [file, map] = [join(folder, `mailed.${kind}`), join(folder, `map-${kind}.json`)]
    const run = await runCli(['bundle', '--root', secret, '-o', file, '--archive', kind, '--map', map])
    expect([run.code, run.stdout]).toEqual([0, `${file}\n`])
    const { top } = unpacked(file)
    const all = execFileSync('sh', ['-c', `grep -ra . . ; find . -name '*.gz' -exec zcat {} +; find .`], {
      cwd: top,
      maxBuffer: 1e8,
    })
    const said = [all.toString('latin1'), run.stderr, readFileSync(file, 'latin1')].join('\n').toLowerCase()
    for (const value of [PLAIN, HOST, USER, '10.20.30.40', 'c4nary row', WORKSPACE, DCR_D])
      expect(said).not.toContain(value)
    expect(Object.keys(JSON.parse(readFileSync(map, 'utf8')) as object)).toContain(HOST)
    expect(statSync(map).mode & 0o777).toBe(0o600)
  })

  test('without pseudonyms secrets go all the same', async () => {
    const { code, file } = await bundle(secret, 'named.tgz')
    expect(code).toBe(0)
    const { top } = unpacked(file)
    const all = execFileSync('sh', ['-c', `grep -ra . . ; find . -name '*.gz' -exec zcat {} +`], {
      cwd: top,
      maxBuffer: 1e8,
    }).toString()
    expect(all).toContain(HOST)
    for (const value of [PLAIN, 'c4nary row']) expect(all).not.toContain(value)
  })

  test.each(['mailed.tgz', 'mailed.zip', 'named.tgz'])('the report inside %s stands, word for word', async (name) => {
    const { top } = {
      top: execFileSync('find', [`${join(folder, name)}.d`, '-name', 'report.json'])
        .toString()
        .trim(),
    }
    const { code, stdout } = await runCli(['verify', top, join(folder, name)])
    expect(stdout).toContain('CT1003')
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('changed')])
  })

  test('a map that is there already is a mistake, told before anything is read', async () => {
    writeFileSync(join(folder, 'map.json'), 'precious')
    const run = await runCli([
      'bundle',
      '--root',
      secret,
      '-o',
      join(folder, 'x.tgz'),
      '--map',
      join(folder, 'map.json'),
    ])
    expect([run.code, run.stdout, existsSync(join(folder, 'x.tgz'))]).toEqual([2, '', false])
    expect(readFileSync(join(folder, 'map.json'), 'utf8')).toBe('precious')
  })

  test.each([
    ['cannot be written', 'm'.repeat(300)],
    ['is the bundle itself', './mapped.tgz'],
  ])('a map that %s is a mistake and leaves nothing behind', async (_, map) => {
    const run = await runCli(['bundle', '--root', secret, '-o', 'mapped.tgz', '--map', map], {}, folder)
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(readdirSync(folder).filter((name) => /^m{5}|^mapped/.test(name))).toEqual([])
  })
})

test('an existing file and a folder that is not there are mistakes, told before anything is read', async () => {
  writeFileSync(join(folder, 'there.tgz'), 'precious')
  const { code, stderr, stdout } = await bundle(healthy, 'there.tgz')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('exists already')
  expect(readFileSync(join(folder, 'there.tgz'), 'utf8')).toBe('precious')
  expect((await bundle(healthy, 'no/such/folder.tgz')).code).toBe(2)
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.tgz'))
  expect((await bundle(healthy, 'dangling.tgz')).code).toBe(2)
})

test('what is larger than is ever read of it stays behind, and that is said', async () => {
  const root = disk(healthyHost())
  truncateSync(join(root, FILE_JSON), 2 ** 40)
  const { file, code } = await bundle(root, 'sparse.tgz')
  expect(code).toBe(0)
  expect(unpacked(file).manifest.missing).toEqual([
    { origin: `/${FILE_JSON}`, reason: '1099511627776 bytes, more than is read of it' },
  ])
})

test('a full folder for temporary files is not blamed on the bundle’s', async () => {
  const root = disk(
    healthyHost().with(`${AMA_LOG}/mdsd.warn`, Buffer.alloc(20 * 1024 * 1024, 'all lines are made of this\n')),
  )
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', `ulimit -f 9000; node bin/run.js bundle --root ${root} -o ${join(folder, 'full.tgz')}`],
    { encoding: 'utf8' },
  )
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^ct-diag: There is no room left [^\n]*\(TMPDIR\)\.\n$/)])
  expect(readdirSync(folder).filter((name) => name.startsWith('full.tgz'))).toEqual([])
})

test('estimate and dry run write nothing', async () => {
  const before = readdirSync(folder)
  const { stdout } = await bundle(healthy, 'dry.tgz', '--dry-run')
  expect(stdout).toContain(`/${AMA_LOG}/mdsd.info`)
  expect(stdout).toMatch(/\d+ files, .* before compression, and \d+ names\./)
  expect((await bundle(healthy, 'dry.tgz', '--estimate')).stdout.trim().split('\n')).toHaveLength(1)
  expect(readdirSync(folder)).toEqual(before)
})

test('with a size, every log keeps its newest whole lines', async () => {
  const lines = Array.from(
    { length: 40_000 },
    (_, n) => `2026-01-10T09:00:00.0000000Z: line number ${n} of a long log\n`,
  )
  const root = disk(healthyHost().with(`${AMA_LOG}/mdsd.warn`, lines.join('')))
  const { code, file } = await bundle(root, 'small.tgz', '--max-size', '500K')
  expect(code).toBe(0)
  const { top, manifest } = unpacked(file)
  const kept = readFileSync(join(top, AMA_LOG, 'mdsd.warn'), 'utf8')
  expect(kept.length).toBeLessThan(500 * 1024)
  expect(kept.startsWith('2026-01-10T09')).toBe(true)
  expect(kept.endsWith('line number 39999 of a long log\n')).toBe(true)
  expect(manifest.entries.filter(({ truncated }) => truncated).map(({ path }) => path)).toEqual([
    `${AMA_LOG}/mdsd.warn`,
  ])
})

test('unless told, old logs beyond 200 MB stay behind, and that is said', async () => {
  const root = disk(
    healthyHost()
      .with(`${AMA_LOG}/mdsd.info.1`, '')
      .with(`${AMA_LOG}/mdsd.info.2`, '', TAKEN - 1000),
  )
  for (const number of [1, 2]) {
    const log = join(root, AMA_LOG, `mdsd.info.${number}`)
    truncateSync(log, 150 * 1024 * 1024)
    utimesSync(log, TAKEN / 1000 - number, TAKEN / 1000 - number)
  }
  const { stdout } = await bundle(root, 'dry.tgz', '--dry-run')
  expect(stdout).toContain(`/${AMA_LOG}/mdsd.info.1\n`)
  expect(stdout).not.toContain('mdsd.info.2')
  expect(stdout).toMatch(/ 157\.3 MB stay behind, the oldest logs first; --max-size all takes everything\.\n$/)
  const whole = (await bundle(root, 'dry.tgz', '--dry-run', '--max-size', 'all')).stdout
  expect(whole).toContain(`/${AMA_LOG}/mdsd.info.2\n`)
  expect(whole).not.toContain('stay behind')
})

test('what stayed behind for its size is told by its bytes, not as a failure', async () => {
  const root = disk(healthyHost().with(`${AMA_LOG}/mdsd.info.1`, 'x'.repeat(600_000), TAKEN - 1000))
  const { stderr, file } = await bundle(root, 'behind.tgz', '--max-size', '500K')
  expect(stderr).toMatch(/^ct-diag: \d+ entries, \d+ bytes\. Secrets [^\n]* 0\.6 MB stay behind, [^\n]*\n$/)
  expect(unpacked(file).manifest.missing).toEqual([
    {
      origin: `/${AMA_LOG}/mdsd.info.1`,
      reason: '600000 bytes, more than the size asked for leaves',
      newerTaken: true,
    },
  ])
})

test('what stays behind besides logs is told', async () => {
  const { stdout } = await bundle(healthy, 'tiny.tgz', '--dry-run', '--max-size', '1K')
  expect(stdout).toMatch(/ MB stay behind, \d+ files other than logs among them; --max-size all takes everything\.\n$/)
})

test('with a size, a list of counts begins with a block', async () => {
  const block = (n: number): string =>
    [
      `#Time: 2026-01-10T09:${String(n % 60).padStart(2, '0')}:00.0000000Z`,
      '#Fields: Operation,Object,TotalCount,SuccessCount',
      ...Array.from({ length: 30 }, (_, row) => `MaODSRequest,https://x_${n}_${row},1,1`),
    ].join('\n')
  const counts = `${Array.from({ length: 1000 }, (_, n) => block(n)).join('\n')}\n`
  const root = disk(healthyHost().with(`${AMA_LOG}/mdsd.qos`, counts))
  const { file } = await bundle(root, 'counts.tgz', '--max-size', '500K')
  const kept = readFileSync(join(unpacked(file).top, AMA_LOG, 'mdsd.qos'), 'utf8')
  expect(kept.length).toBeLessThan(counts.length)
  expect(kept.startsWith('#Time: ')).toBe(true)
})

test('the name of the file is shown, never obeyed', async () => {
  const odd = join(folder, 'odd\u001b[31m.tgz')
  const { code, stdout } = await runCli(['bundle', '--root', healthy, '-o', odd], {}, folder)
  expect([code, stdout.trim()]).toEqual([0, join(folder, 'odd\\u{1b}[31m.tgz')])
  expect(existsSync(odd)).toBe(true)
})

test('rotated logs that are too old stay behind, and that is said', async () => {
  const old = `${AMA_LOG}/mdsd.info.1`
  const root = disk(healthyHost().with(old, '2026-01-01T09:00:00.0000000Z: old\n', 1_767_258_000_000))
  const { file, stderr } = await bundle(root, 'since.tgz', '--since', '2026-01-05T00:00:00Z')
  expect(stderr).not.toContain('could not be taken')
  const { manifest, names } = unpacked(file)
  expect(names).not.toContain(`./${old}`)
  expect(manifest.missing.find(({ origin }) => origin === `/${old}`)?.reason).toContain('before the time asked for')
})

const asRoot = process.getuid?.() === 0 ? test : test.skip

asRoot('a file that may not be read is an entry of the manifest, and no failure', async () => {
  const root = disk(healthyHost())
  chmodSync(folder, 0o777)
  chmodSync(join(root, AMA_LOG, 'mdsd.err'), 0o000)
  const file = join(folder, 'closed.tgz')
  const { code } = await runCli(['bundle', '--root', root, '--no-redact', '-o', file], {}, folder, undefined, 65534)
  expect(code).toBe(0)
  expect(unpacked(file).manifest.missing.map(({ origin }) => origin)).toContain(`/${AMA_LOG}/mdsd.err`)
})

asRoot.each([
  ['a file', DB],
  ['a folder', dirname(DB)],
])('%s that may not be read is not said to be missing on the machine', async (_, closed) => {
  const root = disk(healthyHost())
  chmodSync(folder, 0o777)
  chmodSync(join(root, closed), 0o000)
  const file = join(folder, `database-${count}.tgz`)
  await runCli(['bundle', '--root', root, '--no-redact', '-o', file], {}, folder, undefined, 65534)
  const { top, manifest } = unpacked(file)
  expect(manifest.missing.map(({ origin }) => origin)).toEqual([`/${closed}`])
  const within = JSON.parse(readFileSync(join(top, 'report.json'), 'utf8')) as Report
  const { stdout } = await runCli(['analyze', file, '--json'])
  for (const { hosts } of [within, JSON.parse(stdout) as Report]) expect(hosts[0]?.findings).toEqual([])
})

test.each([
  ['SIGINT', 130],
  ['SIGHUP', 'SIGHUP'],
] as const)('a bundle that %s interrupts leaves nothing behind', async (signal, exit) => {
  const big = disk(
    healthyHost().with(`${AMA_LOG}/mdsd.warn`, Buffer.alloc(120 * 1024 * 1024, 'all lines are made of this\n')),
  )
  const file = join(folder, 'cut.tgz')
  const child = spawn(process.execPath, ['bin/run.js', 'bundle', '--root', big, '--no-redact', '-o', file], {
    stdio: 'ignore',
  })
  const ended = new Promise((resolve) => child.once('exit', (code, by) => resolve(code ?? by)))
  for (let wait = 0; wait < 400 && !readdirSync(folder).some((name) => name.startsWith('cut.tgz.part')); wait++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill(signal)
  expect(await ended).toBe(exit)
  expect(existsSync(file)).toBe(false)
  expect(readdirSync(folder).filter((name) => name.startsWith('cut.tgz'))).toEqual([])
})

test('a name that ends in .zip makes a zip, unless --archive says otherwise', async () => {
  const magic = async (name: string, ...args: string[]): Promise<string> =>
    readFileSync((await bundle(healthy, name, ...args)).file).toString('latin1', 0, 2)
  expect(await magic('by-name.zip')).toBe('PK')
  expect(await magic('by-name.tgz')).toBe('\u001f\u008b')
  expect(await magic('by-word.zip', '--archive', 'tgz')).toBe('\u001f\u008b')
})
