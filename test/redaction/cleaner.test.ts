import fc from 'fast-check'
import { createRedactor } from '../../src/redaction/index.js'
import { KEY } from '../support/redaction.js'

const GUID = '4f0c1a2b-3c4d-4e5f-8a9b-0c1d2e3f4a5b'
const PARTS: readonly string[] = [
  'password=c4nary-Pa55word',
  '"password":"c4nary-Pa55word"',
  '\\"clientSecret\\":\\"c4nary-Pa55word\\"',
  'MDSD_PROXY_PASSWORD=',
  'http://canaryuser7:c4nary@proxy.corp.test:3128',
  'http%3A%2F%2Fcanaryuser7%3Ac4nary%40proxy.corp.test',
  'eyJhbGciOiJub3QifQ.eyJhdWQiOiJmYWtlIn0.c2lnbmF0dXJl',
  'eyJhbGci...',
  'Bearer ',
  '?sv=1&sig=Y2FuYXJ5LXNpZ25hdHVyZQ%3D%3D',
  '%26sig%3DY2FuYXJ5LXNpZ25hdHVyZQ',
  'sig=',
  `AccountKey=${'Q2FuYXJ5S2V5'.repeat(7)}QQ==`,
  '-----BEGIN PRIVATE KEY-----',
  'Q2FuYXJ5UGVt'.repeat(5),
  '-----END PRIVATE KEY-----',
  '"Contents":"a \\" row"',
  '\\"Contents\\":\\"a \\\\\\" row\\"',
  '"protectedSettings":"MII',
  'Payload: {"a":1}',
  'curl -u canaryuser7:c4nary',
  '"passwords":["c4nary-Pa55word","c4nary"]',
  '"password":{"value":"c4nary-Pa55word"}',
  '"\\u0070assword',
  '"\\u0063ontents":{"a":"',
  `ghp_${'c4naryTk'.repeat(5)}`,
  `?code=${'c4naryTk'.repeat(5)}`,
  GUID.replaceAll('-', '_'),
  'fd12%3A3456%3A789a%3A%3A7',
  '%3A',
  '<CustomData>abc</CustomData>',
  GUID,
  GUID.toUpperCase(),
  GUID.replaceAll('-', ''),
  'dcr-0000000000000000000000000000000a',
  `/subscriptions/${GUID}/resourceGroups/rg-canary/providers/Microsoft.Compute/virtualMachines/canary-vm-77`,
  `%2Fsubscriptions%2F${GUID}%2FresourceGroups%2Frg-canary`,
  'canary-vm-77',
  'stcanary01.blob.core.windows.net',
  '/home/marguerite/x',
  Buffer.from('/home/marguerite/x.conf').toString('base64'),
  '10.20.30.40',
  '10.20.30.0/24',
  'version 10.20.30.40',
  'Linux-2.35.0.0',
  'fd12:3456:789a::7',
  '00:0d:3a:12:34:56',
  'someone@canarycorp.test',
  'REDACTED',
  '\\u003c',
  '\\n',
  '%3D',
  ...'{}[]()"\'\\/:=,;&@.-_ \n\t0aZ',
]

const texts = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''))

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text))
}

test.each([false, true])(
  'whatever stands together, what was cleaned is clean (secrets only: %s)',
  async (secretsOnly) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const redactor = createRedactor({ key: KEY, secretsOnly })
        await redactor.learn('a.log', 'file', one(text))
        expect(redactor.leaks('a.log', redactor.redactText(text))).toEqual([])
      }),
      { numRuns: 1000 },
    )
  },
)

test('a name in base64 that is part of a longer word goes too', async () => {
  const text = `x${Buffer.from('/home/marguerite/x.conf').toString('base64')}\n/home/marguerite/x\n`
  const redactor = createRedactor({ key: KEY, secretsOnly: false })
  await redactor.learn('a.log', 'file', one(text))
  const cleaned = redactor.redactText(text)
  expect(cleaned).not.toContain('bWFyZ3Vlcml0Z')
  expect(redactor.leaks('a.log', cleaned)).toEqual([])
})

test('lines stay where they are', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const redactor = createRedactor({ key: KEY, secretsOnly: false })
      expect(redactor.redactText(text).split('\n')).toHaveLength(text.split('\n').length)
    }),
    { numRuns: 500, examples: [['Payload: {"a":1}"\\u0063ontents":{"a":"\nx']] },
  )
})
