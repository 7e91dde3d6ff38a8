import { artifact } from '../../src/artifacts/artifact.js'
import { artifacts } from '../../src/artifacts/index.js'
import { gather } from '../../src/engine/gather.js'
import type { Artifact } from '../../src/model/artifact.js'
import { parsed } from '../../src/model/parsed.js'
import { secretScanner } from '../../src/parsers/secrets.js'
import { memorySource } from '../../src/sources/memory.js'
import { AGENT_LOG } from '../support/host.js'

const text = (id: string, glob: string, maxBytes = 1000): Artifact<string> =>
  artifact(
    id,
    id,
    { loose: [glob] },
    { how: 'bytes', parse: (bytes) => parsed(`${id}: ${Buffer.from(bytes).toString()}`) },
    { command: 'cat', maxBytes },
  )

async function read(content: string, ...artifacts: Artifact<unknown>[]): Promise<Record<string, unknown>[]> {
  const source = memorySource('x', new Map([['out/list-units.txt', { content }]]))
  const { items } = await gather(source, artifacts, secretScanner, new AbortController().signal)
  return items.map(({ match, outcome, secrets }) => ({
    id: match.artifact.id,
    value: outcome.ok ? outcome.value : outcome.problems[0].code,
    secrets: secrets.length,
  }))
}

test('one file serves every artifact that names it as well', async () => {
  expect(await read('x', text('a', 'list-*.txt'), text('b', 'list-units*'))).toEqual([
    { id: 'a', value: 'a: x', secrets: 0 },
    { id: 'b', value: 'b: x', secrets: 0 },
  ])
})

test('an artifact that names more of the path takes it alone', async () => {
  expect(await read('x', text('a', 'list-*.txt'), text('b', 'out/list-*.txt'))).toEqual([
    { id: 'b', value: 'b: x', secrets: 0 },
  ])
})

test('a secret in it is told once', async () => {
  const found = await read('MDSD_PROXY_PASSWORD=not-a-password', text('a', 'list-*.txt'), text('b', 'list-units*'))
  expect(found.map(({ secrets }) => secrets)).toEqual([1, 0])
})

test('what is too large for one is too large for all', async () => {
  const found = await read('x'.repeat(50), text('a', 'list-*.txt', 20), text('b', 'list-units*', 20))
  expect(found.map(({ value }) => value)).toEqual(['limit-reached', 'limit-reached'])
})

async function recorded(
  missing: readonly object[],
): Promise<{ left: string[]; messages: string[]; codes: string[]; paths: (string | null)[] }> {
  const content = JSON.stringify({ tool: { name: 'ct-diag' }, takenAt: '2026-01-10T10:00:00Z', missing })
  const source = memorySource('x', new Map([['b/manifest.json', { content }]]))
  const { items, problems } = await gather(source, artifacts, secretScanner, new AbortController().signal)
  const bad = items.flatMap(({ path, outcome }) => (outcome.ok ? [] : [{ path, text: outcome.problems[0].message }]))
  return {
    left: bad.map(({ path }) => path),
    messages: [...bad.map(({ text }) => text), ...problems.map(({ message }) => message)],
    codes: problems.map(({ code }) => code),
    paths: problems.map(({ path }) => path),
  }
}

test('a record names no file that an archive could not have', async () => {
  const names = [`/../../${AGENT_LOG}`, `/\u001b]0;x\u0007/${AGENT_LOG}`, `/${'a/'.repeat(5000)}${AGENT_LOG}`]
  const { left } = await recorded([...names, `/${AGENT_LOG}`].map((origin) => ({ origin, reason: 'x' })))
  expect(left).toEqual([`b/${AGENT_LOG}`])
})

test('a record of a million files costs little, and that it was too much is said', async () => {
  const missing = Array.from({ length: 100_000 }, (_, n) => ({ origin: `/m${n}/${AGENT_LOG}`, reason: 'x' }))
  const { left, codes } = await recorded(missing)
  expect([left.length, codes]).toEqual([1000, ['limit-reached']])
})

test('a long reason is shortened', async () => {
  const reason = 'x'.repeat(100_000)
  const { messages, paths } = await recorded([
    { origin: `/${AGENT_LOG}`, reason },
    ...Array.from({ length: 100 }, () => ({ origin: '/../opt', reason, folder: true })),
  ])
  expect(messages.length).toBeLessThan(50)
  expect(new Set(paths)).toEqual(new Set([null]))
  for (const message of messages) expect(message.length).toBeLessThan(1000)
})

test('what lies in a folder that could not be looked into is not missing', async () => {
  expect((await recorded([{ origin: '/opt/microsoft', reason: 'closed', folder: true }])).codes).toEqual([
    'folder-unreadable',
  ])
})
