import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import { createRedactor, verifyArchive, type Redactor } from '../../src/redaction/index.js'
import { scratch } from '../support/archives.js'
import { KEY } from '../support/redaction.js'

const folder = scratch()
const SECRET = 'c4nary-Pa55word'
const HOST = 'canary-vm-77'
const GUID = '4f0c1a2b-3c4d-4e5f-8a9b-0c1d2e3f4a5b'

async function learned(secretsOnly = false): Promise<Redactor> {
  const redactor = createRedactor({ key: KEY, secretsOnly })
  const text = `MDSD_PROXY_PASSWORD=${SECRET}\n/subscriptions/${GUID}/resourceGroups/rg-canary/providers/Microsoft.Compute/virtualMachines/${HOST}\n`
  await redactor.learn('a.log', 'file', one(text))
  return redactor
}

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text))
}

async function archive(header: Partial<Header>, content: string | Uint8Array = 'harmless\n'): Promise<string> {
  const tar = pack()
  tar.entry({ name: 'first', uname: '', gname: '' }, 'nothing here\n')
  const whole = { name: 'a.log', uname: '', gname: '', ...header } as Header
  if (header.type === 'symlink') tar.entry(whole)
  else tar.entry(whole, Buffer.from(content))
  tar.finalize()
  const parts: Uint8Array[] = []
  for await (const part of tar) parts.push(part as Uint8Array)
  const file = join(folder, 'candidate.tgz')
  writeFileSync(file, gzipSync(Buffer.concat(parts)))
  return file
}

test('finds nothing in an archive that is clean', async () => {
  expect(await verifyArchive(await archive({}), await learned())).toEqual([])
})

const dirty: [name: string, header: Partial<Header>, content: string | Uint8Array | undefined][] = [
  ['a known password', {}, `x ${SECRET} y\n`],
  ['a known password, encoded', {}, `x${encodeURIComponent(`/${SECRET}/`)}\n`],
  ['a known password in base64, wherever it begins', {}, Buffer.from(`\0\u0001${SECRET}\u0002`).toString('base64')],
  ['a known password in base64 behind other letters', {}, `AAAA${Buffer.from(`ab${SECRET}`).toString('base64')}`],
  ['a known host', {}, `on ${HOST.toUpperCase()}:\n`],
  ['a known subscription', {}, `${GUID.replaceAll('-', '')}\n`],
  ['a GUID nobody made', {}, '11111111-2222-4333-8444-555555555555\n'],
  ['a rule id nobody made', {}, 'dcr-0000000000000000000000000000000a\n'],
  ['an address of a network', {}, 'from 10.1.2.3 port 5\n'],
  ['a hardware address', {}, 'on 00:0d:3a:12:34:56\n'],
  ['a mail address', {}, 'to someone@canarycorp.test\n'],
  ['a token nobody knew', {}, 'Bearer eyJhbGciOiJub3QifQ.eyJhdWQiOiJmYWtlIn0.c2lnbmF0dXJl\n'],
  ['a signature', {}, 'https://x/f?sv=1&sig=bm90LWEtc2lnbmF0dXJl&se=2\n'],
  ['a name', { name: `var/log/${HOST}.log` }, undefined],
  ['a long name', { name: `var/${'long/'.repeat(40)}${HOST}.log` }, undefined],
  ['a link', { type: 'symlink', linkname: `../${HOST}` }, undefined],
  ['an owner', { uname: HOST }, undefined],
  ['a group', { gname: HOST }, undefined],
  ['a pax header', { pax: { comment: `by ${HOST}` } }, undefined],
  ['gzip', {}, gzipSync(`x ${SECRET}\n`)],
  ['gzip in gzip', {}, gzipSync(gzipSync(`x ${SECRET}\n`))],
  ['binary content', {}, Buffer.from(`\0\u0001\0\u0002 ${SECRET} \0`)],
  ['the end of a long text', {}, `${'a line of some length\n'.repeat(50_000)}${HOST}`],
]

test.each(dirty)('finds what is left in %s, and does not repeat it', async (_, header, content) => {
  const leaks = await verifyArchive(await archive(header, content), await learned())
  expect(leaks.length).toBeGreaterThan(0)
  const told = JSON.stringify(leaks)
  for (const value of [SECRET, HOST, GUID]) expect(told).not.toContain(value)
})

test('with secrets only, names may stay and secrets may not', async () => {
  const redactor = await learned(true)
  expect(await verifyArchive(await archive({}, `on ${HOST} ${GUID} 10.1.2.3\n`), redactor)).toEqual([])
  expect(await verifyArchive(await archive({}, `x ${SECRET}\n`), redactor)).toHaveLength(1)
})
