import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { liveHost } from '../../src/commands/live-host.js'
import { scratch } from '../support/archives.js'

const folder = scratch()
const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const row = (local: string, peer: string, state: string): string =>
  `   0: ${local} ${peer} ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0\n`

async function entriesOf(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const { source } = await liveHost(root, false, new AbortController().signal)
  for await (const entry of source.entries()) {
    const { path, kind } = entry
    let text = ''
    if (kind === 'file') for await (const chunk of entry.content()) text += Buffer.from(chunk).toString()
    found.set(path, text)
  }
  return found
}

test('the kernel’s listeners are taken along, and nobody’s peers', async () => {
  const root = join(folder, 'disk')
  mkdirSync(join(root, 'proc/self/net'), { recursive: true })
  symlinkSync('self/net', join(root, 'proc/net'))
  const listener = row('0100007F:0849', '00000000:0000', '0A')
  writeFileSync(join(root, 'proc/self/net/tcp'), HEAD + listener + row('0A0200C0:46A0', '0B0200C0:01BB', '01'))
  const entries = await entriesOf(root)
  expect(entries.get('ct-diag/ss-ltn.txt')).toMatch(/^LISTEN +0 +0 +127\.0\.0\.1:2121 +\*:\*$/m)
  expect([...entries.keys()].filter((path) => path.startsWith('proc/'))).toEqual([])
  expect([...entries.values()].join()).not.toMatch(/0B0200C0|192\.0\.2\.11/)
})

test('a link to this machine’s own kernel leads nowhere', async () => {
  const root = join(folder, 'linked')
  mkdirSync(join(root, 'proc'), { recursive: true })
  symlinkSync('/proc/1/net', join(root, 'proc/net'))
  expect((await entriesOf(root)).has('ct-diag/ss-ltn.txt')).toBe(false)
})
