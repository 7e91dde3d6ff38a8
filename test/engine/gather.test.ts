import { artifact } from '../../src/artifacts/artifact.js'
import { gather } from '../../src/engine/gather.js'
import type { Artifact } from '../../src/model/artifact.js'
import { parsed } from '../../src/model/parsed.js'
import { secretScanner } from '../../src/parsers/secrets.js'
import { memorySource } from '../../src/sources/memory.js'

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
