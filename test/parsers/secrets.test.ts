import { secretScanner } from '../../src/parsers/secrets.js'

/** All of these are made up; they have the shape of the real thing and open nothing. */
const JWT = `eyJhbGciOiJub3QifQ.eyJhdWQiOiJmYWtlIn0.${'bm90LWEtc2lnbmF0dXJl'.repeat(3)}`
const SUM = `${'Tm90QUtleQ'.repeat(8)}Tm90QU`
const PEM = `-----BEGIN RSA PRIVATE KEY-----\n${'Tm90QUtleQ'.repeat(10)}\n-----END RSA PRIVATE KEY-----`

function scan(text: string, size = text.length): [kind: string, count: number][] {
  const scanner = secretScanner()
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size))
  return scanner.end().map(({ kind, count }) => [kind, count])
}

const secrets: [name: string, text: string, kind: string][] = [
  ['a token in JSON', `{"access_token":"${JWT}","expires_in":"3599"}`, 'bearer token'],
  ['a token in a header', `Authorization: Bearer ${JWT}\n`, 'bearer token'],
  ['an opaque token in a header', `authorization: bearer ${'n0t.a~token-'.repeat(5)}\n`, 'bearer token'],
  [
    'a signature, first parameter',
    'https://st.example/c/f?sig=bm90LWEtc2ln%2BbmF0dXJl%3D&se=2026',
    'shared access signature',
  ],
  [
    'a signature, last parameter',
    'https://st.example/c/f?sv=1&sp=r&sig=bm90LWEtc2lnbmF0dXJlLWF0LWFsbA%3D%3D',
    'shared access signature',
  ],
  ['a signature, escaped as in JSON', 'f?sv=1\\u0026sig=bm90LWEtc2lnbmF0dXJlLWF0LWFsbA==', 'shared access signature'],
  ['a signature, escaped as in XML', 'f?sv=1&amp;sig=bm90LWEtc2lnbmF0dXJlLWF0LWFsbA==', 'shared access signature'],
  [
    'a signature in an encoded address',
    'u=f%3Fsv%3D1%26sig%3Dbm90LWEtc2lnbmF0dXJlLWF0LWFsbA',
    'shared access signature',
  ],
  ['a connection string', `AccountName=stexample01;AccountKey=${SUM}==;EndpointSuffix=x`, 'access key'],
  ['an event hub’s', 'SharedAccessKeyName=r;SharedAccessKey=Tm90QUtleVRtOTBRVXRsZVE=', 'access key'],
  ['a workspace key in JSON', `"workspaceKey": "${SUM}=="`, 'access key'],
  ['a private key', PEM, 'private key'],
  ['a private key in JSON', PEM.replaceAll('\n', '\\n'), 'private key'],
  ['a proxy’s password', 'export MDSD_PROXY_PASSWORD=not-a-password\n', 'password'],
  ['a password in quotes', 'MDSD_PROXY_PASSWORD="not-a-password"', 'password'],
  ['a password in an address', 'http_proxy=http://user01:not-a-password@proxy.example:3128', 'password'],
]

test.each(secrets)('finds %s', (_, text, kind) => {
  expect(scan(`before\n${text} after`)).toEqual([[kind, 1]])
})

test.each(secrets)('finds %s wherever the bytes are cut', (_, text, kind) => {
  for (const size of [1000, 4093, 16_384]) {
    for (let shift = 0; shift < 60; shift += 7)
      expect(scan(`${'-\n'.repeat(16_000 + shift)} ${text} ${' \n'.repeat(20_000)}`, size)).toEqual([[kind, 1]])
  }
})

test.each([
  ['the beginning of a token, as logs print it', 'channel id [ods-x]: [eyJhbGciOi...]'],
  ['a token cut after its header', `[${JWT.slice(0, 30)}...]`],
  ['half a token without a signature', 'eyJhbGciOiJub3QifQ.eyJhdWQiOiJmYWtlIn0.'],
  ['a signature taken out', 'f?sv=1&sig=REDACTED&se=2'],
  ['a word that ends in sig', 'config&designsig=bm90LWEtc2lnbmF0dXJlLWF0LWFsbA'],
  ['a checksum of 64 bytes', `"sha512": "${SUM}=="`],
  ['protected settings, which are encrypted', `"protectedSettings": "${SUM.repeat(20)}=="`],
  ['a public key', PEM.replaceAll('PRIVATE', 'PUBLIC')],
  ['the first line of a private key', '-----BEGIN PRIVATE KEY-----\n'],
  ['a password taken out', 'MDSD_PROXY_PASSWORD=***\n'],
  ['a password that is a variable', 'export PASSWORD=$SECRET\n'],
  ['no password', 'MDSD_PROXY_PASSWORD=\nexport A=1'],
  ['an address with a user and no password', 'https://user01@proxy.example'],
  ['a password of stars', 'http://user01:*****@proxy.example'],
  ['an address with a port, and a mail address', 'https://proxy.example:3128/ mail a@b.example'],
  ['an abstract socket', `tcp://x @CAgentStream_config_default_fluent.socket${'@'.repeat(51)}`],
])('leaves %s', (_, text) => {
  expect(scan(`before\n${text}\nafter`)).toEqual([])
})

test('tells where, how long and how many, and keeps few places', () => {
  const scanner = secretScanner()
  scanner.push(Buffer.from(`token ${JWT}\n`.repeat(10)))
  const [found, ...others] = scanner.end()
  expect(others).toEqual([])
  expect(found).toMatchObject({ count: 10, places: [{ offset: 6, length: JWT.length }, {}, {}] })
  expect(JSON.stringify(found)).not.toContain('eyJ')
})

test('of a file that is made of them, so many are looked at', () => {
  expect(scan('AccountKey=Tm90QUtleVRtOTBRVXRsZVE=\n'.repeat(100_500), 65_536)).toEqual([['access key', 100_000]])
})
