import { gzipSync } from 'node:zlib'
import { databaseOf, trackedFile } from '../support/database.js'
import { AMA_LOG, CHUNK_FILE, CT_LOG, ctChunk, DB, healthyHost, type HostTree } from '../support/host.js'
import { redacted } from '../support/redaction.js'
import { gunzipSync } from 'node:zlib'

/** All of these are made up; they have the shape of the real thing and open nothing. */
const PASSWORD = 'c4nary-Pa55&word"x'
const PLAIN = 'c4nary-Pa55word'
const SIG = 'Y2FuYXJ5LXNpZ25hdHVyZS1vZi1ub3RoaW5n'
const KEY = `${'Q2FuYXJ5S2V5'.repeat(7)}QQ==`
const TOKEN = `${text64('{"alg":"none"}')}.${text64('{"aud":"https://monitor.azure.com/","exp":1768039200,"canary":1}')}.Y2FuYXJ5c2lnbmF0dXJl`
const PEM = `-----BEGIN RSA PRIVATE KEY-----\n${'Q2FuYXJ5UGVt'.repeat(5)}\n${'Q2FuYXJ5UGVt'.repeat(5)}\n-----END RSA PRIVATE KEY-----\n`
const SEALED = 'MIICanarySealedBlobOfNoLengthInParticular'
const ROWS = 'canary row of a customer'

function text64(text: string): string {
  return Buffer.from(text).toString('base64url')
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
const twice = (text: string): string => inJson(inJson(text))

/** What must be gone, and a file that holds it. The second file has it where nothing betrays it. */
const carriers: [name: string, path: string, content: string | Uint8Array, gone: readonly string[]][] = [
  [
    'a proxy’s user and password',
    'etc/default/azuremonitoragent',
    `export MDSD_PROXY_USERNAME=canaryuser7\nexport MDSD_PROXY_PASSWORD=${PLAIN}\n`,
    [PLAIN, 'canaryuser7'],
  ],
  [
    'a password in an address',
    'etc/systemd/system/a.service.d/proxy.conf',
    `Environment="http_proxy=http://canaryuser7:${PLAIN}@proxy.corp.test:3128"\n`,
    [PLAIN, 'canaryuser7', 'proxy.corp.test'],
  ],
  [
    'a password in an encoded address',
    'var/log/x.log',
    `u=http%3A%2F%2Fcanaryuser7%3A${PLAIN}%40proxy.corp.test\n`,
    [PLAIN, 'canaryuser7'],
  ],
  [
    'a password in an address in JSON',
    'Arc/localconfig.json',
    `{"proxy.url":"http:\\/\\/canaryuser7:${PLAIN}@proxy.corp.test:3128"}`,
    [PLAIN, 'canaryuser7'],
  ],
  [
    'a password with odd characters in JSON',
    'a.json',
    JSON.stringify({ adminPassword: PASSWORD }),
    [inJson(PASSWORD), 'Pa55&word'],
  ],
  [
    'a password in JSON inside JSON',
    'a.json',
    JSON.stringify({ settings: JSON.stringify({ clientSecret: PASSWORD }) }),
    [twice(PASSWORD), 'Pa55&word'],
  ],
  ['a password in YAML', 'a.yml', `db:\n  password: ${PLAIN}\n`, [PLAIN]],
  ['a password, encoded', 'a.log', `body=password%3D${PLAIN}%26user%3Dx\n`, [PLAIN]],
  ['a password in base64', 'a.log', `settings ${Buffer.from(`password=${PLAIN}\n`).toString('base64')}\n`, [PLAIN]],
  [
    'a token',
    `${AMA_LOG}/mdsd.warn`,
    `2026-01-10T09:00:00.0000000Z: Authorization: Bearer ${TOKEN}\n`,
    [TOKEN, 'Y2FuYXJ5c2ln'],
  ],
  ['an opaque token', 'a.log', `authorization: bearer c4nary.opaque~token-of-nothing\n`, ['c4nary.opaque']],
  ['a token behind an escape', 'a.log', `msg="x\\n${TOKEN}"\n`, ['Y2FuYXJ5c2ln']],
  [
    'the beginning of a token',
    `${AMA_LOG}/mdsd.warn`,
    '2026-01-10T09:00:00.0000000Z: channel id [ods-x]: [eyJhbGciOiCanary...]\n',
    ['eyJhbGciOi'],
  ],
  ...['&', '&amp;', '\\u0026', '%26'].map((and): [string, string, string, string[]] => [
    `a signature behind ${and}`,
    'a.log',
    `https://stcanary01.blob.core.windows.net/c/f?sv=1${and}${and === '%26' ? 'sig%3D' : 'sig='}${SIG}%3D${and}se=2026\n`,
    [SIG, 'stcanary01'],
  ]),
  ['a signature that begins like a signal', 'a.log', `token: sig=SIGN${SIG}\n`, [SIG]],
  ['a signature that comes first', 'a.log', `https://x/c?sig=${SIG}&sv=1\n`, [SIG]],
  ['a storage key', 'a.log', `AccountName=stcanary01;AccountKey=${KEY};EndpointSuffix=x\n`, [KEY, 'stcanary01']],
  ['a workspace key', 'a.json', JSON.stringify({ workspaceKey: KEY }), [KEY]],
  ['a key without a name', 'a.log', `value ${KEY} end\n`, [KEY]],
  [
    'protected settings',
    'var/lib/waagent/X-1.0/config/0.settings',
    JSON.stringify({ runtimeSettings: [{ handlerSettings: { protectedSettings: SEALED } }] }),
    [SEALED],
  ],
  [
    'protected settings that are logged',
    'a.log',
    `settings: ${JSON.stringify(JSON.stringify({ protectedSettings: SEALED.repeat(200) }))}\n`,
    [SEALED],
  ],
  ['a private key', 'a.txt', PEM, ['Q2FuYXJ5UGVt']],
  ['a private key in JSON', 'a.json', JSON.stringify({ note: PEM }), ['Q2FuYXJ5UGVt']],
  ['a private key that is cut', 'a.txt', PEM.slice(0, 60), ['Q2FuYXJ5UGVt']],
  ['a file of keys', 'var/lib/waagent/A.prv', PEM, ['Q2FuYXJ5UGVt']],
  [
    'an environment',
    'mdsd/mdsd_environ.txt',
    `MDSD Environment Variables Collection\nPID: 5\nHOME=/rootCANARY=${PLAIN}\n`,
    [PLAIN],
  ],
  [
    'an environment in an overview',
    'amalinux.out',
    `MDSD Environment Variables Collection\nPID: 5\nHOME=/rootX_CANARY=${ROWS}\n${'-'.repeat(80)}\n`,
    [ROWS],
  ],
  [
    'rows of a traced upload',
    `${AMA_LOG}/mdsd.warn`,
    `2026-01-10T09:00:00.0000000Z: Uploading. Payload: {"DataItems":[\n{"a":"${ROWS}"}\n]}\n2026-01-10T09:00:01.0000000Z: next\n`,
    [ROWS],
  ],
  ['rows of the cache', 'var/opt/microsoft/azuremonitoragent/events/x/000011.log', `\0\u0001${ROWS}`, [ROWS]],
  [
    'a tracked file in File.json',
    `${CT_LOG}/File.json`,
    JSON.stringify([trackedFile('/etc/a', { Contents: `"${ROWS}" \\" end` })]),
    [ROWS],
  ],
  [
    'a tracked file as JSON text',
    `${CT_LOG}/File.json`,
    JSON.stringify({ a: JSON.stringify(trackedFile('/etc/a', { Contents: `"${ROWS}" \\" end` })) }),
    [ROWS],
  ],
  [
    'a tracked file in the database',
    DB,
    databaseOf([['L2V0Yy9h', JSON.stringify(trackedFile('/etc/a', { Contents: `x "${ROWS}"` }))]]),
    [ROWS],
  ],
  ['a text in the database', DB, databaseOf([['k', `${ROWS} and nothing else`]]), [ROWS]],
  ['a password in the database', DB, databaseOf([['k', JSON.stringify({ a: 1, password: PLAIN })]]), [PLAIN]],
  [
    'data that a machine was set up with',
    'var/lib/waagent/ovf-env.xml',
    `<CustomData>${Buffer.from(ROWS).toString('base64')}</CustomData><UserPassword>${PLAIN}</UserPassword>`,
    [PLAIN, Buffer.from(ROWS).toString('base64')],
  ],
  ['data of cloud-init', 'var/lib/cloud/instance/user-data.txt', `#cloud-config\n# ${ROWS}\n`, [ROWS]],
  ['a log that is gzipped', 'var/log/x.log.1.gz', gzipSync(`password=${PLAIN}\n`), [PLAIN]],
  ['a log that is gzipped twice', 'var/log/x.log.1.gz', gzipSync(gzipSync(`password=${PLAIN}\n`)), [PLAIN]],
  [
    'bytes that nobody knows',
    'var/log/journal/system.journal',
    Buffer.concat([Buffer.from([1, 0, 2, 0, 3]), Buffer.from(PLAIN)]),
    [PLAIN],
  ],
]

test.each(carriers)('%s goes', async (_, path, content, gone) => {
  const { result, entries, bytes } = await redacted(healthyHost().with(path, content).entries)
  expect(result.outcome).toBe('written')
  expectGone(entries, bytes, gone)
})

/** In no content, however often it is compressed, and nowhere in the archive's own bytes. */
function expectGone(
  entries: ReadonlyMap<string, { readonly content: Uint8Array | string }>,
  archive: Buffer,
  gone: readonly string[],
): void {
  const texts = [
    gunzipSync(archive).toString('latin1'),
    ...[...entries.values()].map(({ content }) => inflated(Buffer.from(content))),
  ]
  for (const value of gone) {
    for (const encoded of [value, encodeURIComponent(value), Buffer.from(value).toString('base64').slice(0, -4)])
      expect(texts.filter((text) => text.toLowerCase().includes(encoded.toLowerCase()))).toEqual([])
  }
}

function inflated(bytes: Buffer): string {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? inflated(gunzipSync(bytes)) : bytes.toString('latin1')
}

/** The same in the customs of other programs. */
test.each<[name: string, text: string, gone: readonly string[]]>([
  ['an option on a command line', `sudo: COMMAND=azcmagent connect --service-principal-secret ${PLAIN} -x\n`, [PLAIN]],
  ['an option in a list', `['x', '--access-token', '${PLAIN}', '-y']\n`, [PLAIN]],
  ['a token in a variable', `GITHUB_TOKEN=${PLAIN}\n`, [PLAIN]],
  ['a token in an address', `https://x/?a=1&token=${PLAIN}&b=2\n`, [PLAIN]],
  ['a name and a value in JSON', `[{"name":"DB_PASSWORD","value":"${PLAIN}"}]`, [PLAIN]],
  ['a name and a value in YAML', `- name: DB_PASSWORD\n  value: ${PLAIN}\n`, [PLAIN]],
  ['a name and a value in XML', `<add key="Password" value="${PLAIN}"/>`, [PLAIN]],
  ['a YAML block', `password: |-\n    ${PLAIN}\n`, [PLAIN]],
  ['columns', `password          =          ${PLAIN}\n`, [PLAIN]],
  ['an arrow', `{"password"=>"${PLAIN}"}\n`, [PLAIN]],
  ['bytes of Python', `{'password': b'${PLAIN}'}\n`, [PLAIN]],
  ['a blank that is escaped', `export X_PASSWORD=c4nary\\ ${PLAIN}\n`, [PLAIN]],
  ['an element', `<ClientSecret>${PLAIN}</ClientSecret>`, [PLAIN]],
  ['an element with attributes', `<Password type="x">${PLAIN}</Password>`, [PLAIN]],
  ['an element with CDATA', `<Password><![CDATA[${PLAIN}]]></Password>`, [PLAIN]],
  ['JSON in XML', `<x>{&quot;password&quot;:&quot;${PLAIN}&quot;}</x>`, [PLAIN]],
  ['protected settings in JSON in XML', `<x>{&quot;protectedSettings&quot;:&quot;${SEALED}&quot;}</x>`, [SEALED]],
  ['protected settings of Python', `{'protectedSettings': '${SEALED}'}\n`, [SEALED]],
  ['protected settings in YAML', `protectedSettings: ${SEALED}\n`, [SEALED]],
  ['a proxy without a scheme', `proxy = canaryuser7:${PLAIN}@10.1.2.3:3128\n`, [PLAIN, 'canaryuser7']],
  ['an address with a bare slash', `http_proxy=http://canaryuser7:a/${PLAIN}@10.1.2.3:3128\n`, [PLAIN, 'canaryuser7']],
  ['a signature in capitals', `https://x/c?sv=1&SIG=${SIG}\n`, [SIG]],
  ['a signature in JSON in JSON', `https://x/c?sv=1\\\\u0026sig\\\\u003d${SIG}\n`, [SIG]],
  ['a signature of a shell', `https://x/c?sv=1\\x26sig\\x3d${SIG}\n`, [SIG]],
  ['a signed request', `Authorization: SharedKey ab:${SIG}c=\n`, [SIG]],
  ['a login of NTLM', `Proxy-Authorization: NTLM ${SIG}\n`, [SIG]],
  ['a hash of a password', `root:$6$c4narysalt$c4naryhashc4naryhash:19000:0:99999:7:::\n`, ['c4naryhash']],
  ['a key in a log', PEM.replaceAll(/^/gm, 'Jan 10 08:00:01 h x[7]: '), ['Q2FuYXJ5UGVt']],
  ['a key in comments', PEM.replaceAll(/^/gm, '# '), ['Q2FuYXJ5UGVt']],
  ['a key of PGP', PEM.replaceAll('RSA PRIVATE KEY', 'PGP PRIVATE KEY BLOCK'), ['Q2FuYXJ5UGVt']],
  ['a login of curl', `$ curl -sS -u canaryuser7:${PLAIN} https://x/\n`, [PLAIN, 'canaryuser7']],
  ['a login of curl in a list', `["curl", "-k", "--user", "canaryuser7:${PLAIN}", "https://x/"]\n`, [PLAIN]],
  ['a login of curl in quotes', `curl https://x/ --user='canaryuser7:${PLAIN}'\n`, [PLAIN]],
  ['a login of curl in one word', `curl -ucanaryuser7:${PLAIN} https://x/\n`, [PLAIN]],
  ['a parameter of a deployment', `{"adminPassword":{"type":"securestring","value":"${PLAIN}"}}`, [PLAIN]],
  ['a parameter in JSON', inJson(JSON.stringify({ password: { value: PLAIN } }, null, 2)), [PLAIN]],
  ['a list of passwords', JSON.stringify({ passwords: [PLAIN, `other-${PLAIN}`] }, null, 2), [PLAIN]],
  ['a list of one password', twice(JSON.stringify({ password: [PLAIN] })), [PLAIN]],
  ['a name with an escape', `{"pass\\u0077ord": "${PLAIN}"}`, [PLAIN]],
  ['a name with escapes', inJson(`{"cl\\u0069ent\\u005fs\\u0065cret": "${PLAIN}"}`), [PLAIN]],
  ['protected settings with an escape', `{"\\u0070rotectedSettings": {"a": ["${SEALED}"]}}`, [SEALED]],
  ...[
    `ghp_${'c4naryTk'.repeat(5)}`,
    `github_pat_${'c4naryTk'.repeat(9)}`,
    `glpat-${'c4naryTk'.repeat(3)}`,
    `xoxb-1234567890-1234567890-${'c4naryTk'.repeat(3)}`,
    `npm_${'c4naryTk'.repeat(4)}c4na`,
    `AIza${'c4naryTk'.repeat(4)}c4n`,
    `sk_live_${'c4naryTk'.repeat(3)}`,
    `c4n8Q~${'c4naryTk'.repeat(4)}`,
    `${'c4naryTk'.repeat(5)}c4nAAzFuAAAAAA==`,
    `${'c4naryTk'.repeat(5)}c4AzSeAAAAAA`,
    `${'c4naryTk'.repeat(6)}c4naJQQJ99${'c4naryTk'.repeat(3)}`,
  ].map((token): [string, string, string[]] => [`the token ${token}`, `using ${token}, now\n`, ['c4naryTk']]),
  ['the key of a function', `https://x/api/f?code=${'c4naryTk'.repeat(6)}== &b\n`, ['c4naryTk']],
  ['the key of a function, encoded', `u=x%3Fcode%3D${'c4naryTk'.repeat(6)}%3D%3D%26b\n`, ['c4naryTk']],
  ['a key as a list', JSON.stringify({ pem: PEM.trim().split('\n') }), ['Q2FuYXJ5UGVt']],
  ['a key as a list in JSON', twice(JSON.stringify({ pem: PEM.trim().split('\n') })), ['Q2FuYXJ5UGVt']],
  ['a key as a list on lines', JSON.stringify({ pem: PEM.trim().split('\n') }, null, 2), ['Q2FuYXJ5UGVt']],
  ['a list of rows', `T: x Payload: [\n{"a":"${ROWS}"},\n \n{"b":"${ROWS}"}\n]\n`, [ROWS]],
  ['rows with brackets', `T: x Payload: {"a":"}}}}",\n"b":"${ROWS}"\n}\n`, [ROWS]],
  ['rows without a blank', `T: x Payload:{"a":"${ROWS}"}\n`, [ROWS]],
  ['a text of TOML', `password = """\n${PLAIN}\nsecond c4nary"""\n`, [PLAIN, 'second c4nary']],
  ['a text of Python in JSON', inJson(`PASSWORD = """${PLAIN}\nsecond c4nary"""\n`), [PLAIN, 'second c4nary']],
  ['a cell of CSV', `1,"password=""${PLAIN}"" x"\n`, [PLAIN]],
  ['a quote that is doubled', `password: 'a''${PLAIN}'\n`, [PLAIN]],
  ['a block of several lines', `a:\n  secret: |\n      one-c4nary\n      ${PLAIN}\n  b: 1\n`, [PLAIN, 'one-c4nary']],
  ['a line that stands in far', `      password:\n            ${PLAIN}\n`, [PLAIN]],
  ['an item of YAML', `password:\n  - ${PLAIN}\n`, [PLAIN]],
  ...['\u001b', '#033', '\\u001b', '\\x1b'].map((escape): [string, string, string[]] => [
    `colours of ${escape}`,
    `${escape}[36mpassword${escape}[0m=${escape}[1;32m${PLAIN}${escape}[0m\n`,
    [PLAIN],
  ]),
  ...['&#39;', '&#34;', '&apos;', '&#x27;'].map((quote): [string, string, string[]] => [
    `a text in ${quote}`,
    `password=${quote}c4nary & ${PLAIN}${quote}\n`,
    [PLAIN, 'c4nary &'],
  ]),
  ['an element in text', `&lt;Password&gt;c4nary ${PLAIN}&lt;/Password&gt;\n`, [PLAIN]],
  ['an element in JSON', `"\\u003cCustomData\\u003e${PLAIN}\\u003c/CustomData\\u003e"\n`, [PLAIN]],
  ['signs', `password=a&b;(c<d>[e]{${PLAIN}\npwd: x\\/${PLAIN}-2\n`, [PLAIN]],
  ['a short name', `DB_PASS=${PLAIN}\n`, [PLAIN]],
  ['a login of docker', `{"auths":{"x":{"auth":"${text64(`canaryuser7:${PLAIN}`)}"}}}`, ['Y2FuYXJ5dXNlc']],
  [
    'a login in escaped JSON',
    `{\\"Authorization\\": \\"Basic ${text64(`canaryuser7:${PLAIN}`)}\\"}`,
    ['Y2FuYXJ5dXNlc'],
  ],
  ['a key of a function', `curl -H "x-functions-key: ${PLAIN}" https://x\n`, [PLAIN]],
  ['cookies', `Set-Cookie: ARRAffinity=${PLAIN}; path=/\n"Cookie": "a=1; b=${PLAIN}-2"\n`, [PLAIN]],
  ['an option of java', `keytool -storepass ${PLAIN} -keypass ${PLAIN}-2\n`, [PLAIN]],
  ['an option of openssl', `openssl rsa -passin pass:${PLAIN} -in x\n`, [PLAIN]],
  ['an option of mysql', `COMMAND=/usr/bin/mysqldump -u root -p${PLAIN} db\n`, [PLAIN]],
  ['an option of sshpass', `sshpass -p ${PLAIN} ssh x\n`, [PLAIN]],
  ['an option of az', `az login --service-principal -u x -p ${PLAIN} --tenant y\n`, [PLAIN]],
  ['an option of ldapsearch', `ldapsearch -x -D cn=a -w ${PLAIN} -b x\n`, [PLAIN]],
  ['an option of samba', `net ads join -U admin%${PLAIN}\n`, [PLAIN]],
  ['an option of useradd', `useradd -m -p '${PLAIN}' x\n`, [PLAIN]],
  ['a key of PuTTY', `Private-Lines: 1\n${'Q2FuYXJ5UGVt'.repeat(5)}\nPrivate-MAC: x\n`, ['Q2FuYXJ5UGVt']],
  ['a key of PuTTY in JSON', `"Private-Lines: 1\\n${'Q2FuYXJ5UGVt'.repeat(5)}\\nPrivate-MAC: x"\n`, ['Q2FuYXJ5UGVt']],
  ...['\\u000a', '\\x0a', '#012', '&#10;'].map((line): [string, string, string[]] => [
    `a key on lines that end with ${line}`,
    `x: ${PEM.replaceAll('\n', line)}\n`,
    ['Q2FuYXJ5UGVt'],
  ]),
  ['the end of a key', PEM.slice(40), ['Q2FuYXJ5UGVt']],
  ['the end of a key in a log', PEM.slice(40).replaceAll(/^/gm, 'Jan 10 08:00:01 h x[7]: '), ['Q2FuYXJ5UGVt']],
  ['a key of OpenSSH that is cut', `b3BlbnNzaC1rZXktdjEAAAAA\n${'Q2FuYXJ5UGVt'.repeat(5)}\n`, ['Q2FuYXJ5UGVt']],
  ['a bare key', `x MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${'Q2FuYXJ5UGVt'.repeat(5)}\n`, ['Q2FuYXJ5UGVt']],
])('a secret goes: %s', async (_, text, gone) => {
  const { result, entries, bytes } = await redacted(healthyHost().with('a.log', text).entries, { secretsOnly: true })
  expect(result.outcome).toBe('written')
  expectGone(entries, bytes, gone)
})

test.each([
  'https://h:8080/path/of@x',
  'password_policy: strict',
  'could not get a token: HTTP 400',
  'the password is wrong',
  'proxy: http://proxy1:3128',
  'curl -u $USER:$PASSWORD https://x/',
  'curl: (6) could not resolve host, try -u user',
  '{"password":{"type":"string","title":"Value"},"secrets":["get","list"]}',
  '{"new-password":["text","search","password"]}',
  '["-----BEGIN PRIVATE KEY-----","-----BEGIN PUBLIC KEY-----"]',
  'https://x/login?code=403&b',
  'main process exited, code=exited, status=1/FAILURE',
  'ghp_short and xoxb-nothing',
  'http_password=\nhttp_port=1',
  'export MDSD_PROXY_PASSWORD=\nexport MDSD_PROXY_ADDRESS=x',
  'password:\nuser: nobody',
  'secret:\n  name: settings\n  key: x',
  'Password: \nLast login: Sat Jan 10 on pts/0',
  '2026-01-10 08:00:00 upgrade passwd:amd64 1:4.8.1-1 1:4.8.1-2',
  'type=ANOM_ABEND msg=audit(1768032000.000:7): pid=7 comm="x" sig=11 res=1',
  'killed by sig=SIGTERM',
  'password="$(cat /run/x)" token=$(get)',
  'password: ${PASSWORD}',
  'pass: 3, bypass=strict-mode, "pass": 12, "pass": true',
  'the magic cookie: 0x63825363',
  'mysql -u root -p --protocol=tcp mydatabase',
  'ls -p dir; sshpass -p $SSHPASS ssh x',
  'no -----END PRIVATE KEY-----',
  'password="", user="" and password="";x=""',
  'two-pass: algorithm of choice',
])('no secret is %s', async (text) => {
  const { entries } = await redacted(healthyHost().with('a.log', `${text}\n`).entries, { secretsOnly: true })
  expect(Buffer.from(entries.get('a.log')?.content ?? '').toString()).toBe(`${text}\n`)
})

test.each([
  ['YAML', 'a.log', `- name: DB_PASSWORD\n  value: ${PLAIN}\n`, 'a line of no interest\n'],
  ['JSON', 'a.json', `{"name":"DB_PASSWORD","value":"${PLAIN}"},`, '{"name":"NOTHING","value":"of any interest"},'],
  ['XML', 'a.log', `<Password>\n${PLAIN}\n</Password>\n`, 'a line of no interest\n'],
  [
    'a key',
    'a.log',
    `${(PLAIN.replace('-', '+') + PLAIN.replace('-', '+')).repeat(3)}\nYQ==\n-----END PRIVATE KEY-----\n`,
    'a line of no interest\n',
  ],
])(
  'a secret on two lines or members of %s goes, wherever a piece of the text ends',
  async (format, path, text, around) => {
    const begin = format === 'JSON' ? '[' : ''
    const end = format === 'JSON' ? '{}]' : ''
    const size = format === 'JSON' ? 32 * 1024 : 64 * 1024
    for (let offset = 0; offset < text.length; offset += 4) {
      const lead = around.repeat(Math.floor((size - offset) / around.length) - 1)
      const filler =
        format === 'JSON'
          ? `"${'x'.repeat(size - offset - lead.length - 4)}",`
          : `${'x'.repeat(size - offset - lead.length - 1)}\n`
      const content = begin + lead + filler + text + around.repeat(4000) + end
      const { result, bytes } = await redacted(new Map([[path, { content }]]), { secretsOnly: true })
      expect([result.outcome, gunzipSync(bytes).toString('latin1').includes('Pa55word')]).toEqual(['written', false])
    }
  },
)

/** A password that is proven in one place, in every other spelling and place. */
test.each<[name: string, add: (tree: HostTree) => HostTree]>([
  ['plain', (tree) => tree.with('a.log', `connecting with ${PLAIN} now\n`)],
  ['in JSON', (tree) => tree.with('a.json', JSON.stringify({ text: `uses ${PLAIN}` }))],
  ['encoded', (tree) => tree.with('a.log', `x=${encodeURIComponent(PLAIN)}\n`)],
  ['in base64', (tree) => tree.with('a.log', `x ${Buffer.from(`it is ${PLAIN} ok`).toString('base64')} y\n`)],
  ['in a name', (tree) => tree.with(`var/log/${PLAIN}/a.log`, 'x')],
  ['in a link', (tree) => withLink(tree, 'var/log/link', `${PLAIN}.log`)],
  ['in nested gzip', (tree) => tree.with('a.log.gz', gzipSync(gzipSync(`uses ${PLAIN}\n`)))],
  [
    'in the database',
    (tree) =>
      tree.with(
        DB,
        databaseOf([[Buffer.from(`/etc/${PLAIN}`).toString('base64'), JSON.stringify(trackedFile(`/etc/${PLAIN}`))]]),
      ),
  ],
])('a secret known from one file goes %s', async (_, add) => {
  const tree = add(healthyHost().with('etc/default/azuremonitoragent', `export MDSD_PROXY_PASSWORD=${PLAIN}\n`))
  const { result, entries, bytes } = await redacted(tree.entries)
  expect(result.outcome).toBe('written')
  expectGone(entries, bytes, [PLAIN])
  expect([...entries.keys()].join('\n')).not.toContain(PLAIN)
})

function withLink(tree: HostTree, path: string, target: string): HostTree {
  const entries = new Map(tree.entries).set(path, { kind: 'link', content: '', link: { target, hard: false } })
  return Object.assign(Object.create(Object.getPrototypeOf(tree) as object) as HostTree, { entries })
}

const IDENTIFIERS: readonly string[] = [
  'canary-vm-77',
  'canarycorp.test',
  'marguerite',
  '4f0c1a2b-3c4d-4e5f-8a9b-0c1d2e3f4a5b',
  'rg-canary',
  '10.20.30.40',
  'fd12:3456:789a::7',
  '00:0d:3a:12:34:56',
  'someone@canarycorp.test',
  'stcanary01',
]

test('identifiers go, in contents, names, links, gzip and base64', async () => {
  const [
    host = '',
    domain = '',
    user = '',
    guid = '',
    group = '',
    ip = '',
    ip6 = '',
    mac = '',
    mail = '',
    account = '',
  ] = IDENTIFIERS
  const arm = `/subscriptions/${guid}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${host}`
  const log = [
    `Jan 10 08:00:01 ${host} sshd[77]: Accepted publickey for ${user} from ${ip} port 5`,
    `addr ${ip}/24 and ${ip6} on ${mac}, mail to ${mail}`,
    `${arm} and ${encodeURIComponent(arm)} and ${arm.toUpperCase()} and ${guid.replaceAll('-', '')}`,
    `https://${account}.blob.core.windows.net/c https://${host}.${domain}/x`,
    `run-${host.replaceAll('-', '\\x2d')}.mount ${guid.replaceAll('-', '%252D')}`,
    `${guid.replaceAll('-', '_')} ${guid.replaceAll('-', '%2D')} CORP\\${user} CORP\\\\${user} ip=${encodeURIComponent(ip6)}&`,
    `home ${Buffer.from(`/home/${user}/.profile`).toString('base64')}`,
  ].join('\n')
  const tree = withLink(
    healthyHost()
      .with('etc/hostname', `${host}\n`)
      .with('var/log/syslog', log)
      .with('var/log/syslog.1.gz', gzipSync(log))
      .with(`var/log/${host.toUpperCase()}/${user}.log`, 'x'),
    'var/log/link',
    `${user}-${host}.log`,
  )
  const { result, entries, bytes } = await redacted(tree.entries)
  expect(result.outcome).toBe('written')
  expectGone(entries, bytes, IDENTIFIERS)
  const names = [...entries.keys()].join('\n')
  for (const value of IDENTIFIERS) expect(names.toLowerCase()).not.toContain(value)
  expect(entries.get('var/log/link')?.link?.target).toMatch(/^var\/log\/user-[0-9a-f]{10}-host-[0-9a-f]{10}\.log$/)
})

/** Where the form of an identifier hides, or what proves it is a custom of one program. */
test.each<[name: string, text: string, gone: readonly string[]]>([
  ['an address of a server', 'nameserver 10.20.30.40\nserver=10.20.30.41 driver: 10.20.30.42\n', ['10.20.30.4']],
  ['an IPv6 address behind a word', 'src:fd12:3456:789a::8 ip:fd12:3456:789a:1:2:3:4:5\n', ['3456:789a']],
  ['a hardware address behind a word', 'lladdr:00:0d:3a:12:34:56 mac:00-0D-3A-12-34-57\n', ['3a:12:34', '3a-12-34']],
  [
    'hardware addresses of a firewall',
    'MAC=00:0d:3a:12:34:56:00:0d:3a:65:43:21:08:00 SRC=\n',
    ['3a:12:34', '3a:65:43'],
  ],
  ['an encoded mail address', 'upn=jane.doe%40nocorp.test or jane.doe%2540nocorp.test\n', ['jane.doe', 'nocorp']],
  ['a mail address in JSON', '{"upn":"jane.doe\\u0040nocorp.test"}', ['jane.doe', 'nocorp']],
  ['an account of cron', 'Jan 10 08:00:01 h CRON[7]: (canaryuser) CMD (x)\nof canaryuser\n', ['canaryuser']],
  ['an account of su', 'Jan 10 08:00:01 h su: (to root) canaryuser on pts/0\nof canaryuser\n', ['canaryuser']],
  ['a prompt', '[canaryuser@canaryhost ~]$ ls\ncanaryuser@canaryhost:~# ls\n', ['canaryuser', 'canaryhost']],
  ['a proxy without a scheme', 'MDSD_PROXY_ADDRESS=proxy1.nocorp.test:3128\n', ['nocorp']],
  ['a proxy without a domain', 'https_proxy=http://canaryproxy:3128\nto canaryproxy\n', ['canaryproxy']],
  [
    'a GUID in the name of a unit',
    'dev-disk-by\\x2duuid-4f0c1a2b\\x2d3c4d\\x2d4e5f\\x2d8a9b\\x2d0c1d2e3f4a5b.device\n"x-4f0c1a2b\\\\x2d3c4d\\\\x2d4e5f\\\\x2d8a9b\\\\x2d0c1d2e3f4a5b"\n',
    ['4f0c1a2b', '0c1d2e3f4a5b'],
  ],
  [
    'the id of a machine',
    '_MACHINE_ID=4f0c1a2b3c4d4e5f8a9b0c1d2e3f4a5b\n/var/log/journal/4f0c1a2b3c4d4e5f8a9b0c1d2e3f4a5b/x\n',
    ['4f0c1a2b'],
  ],
  ['a hardware address of the metadata', '{"macAddress":"000D3A123456"}', ['3A1234']],
  [
    'a user of a domain',
    'Jan 10 08:00:01 h sshd[7]: pam_unix(sshd:session): session opened for user CANARYCORP\\canaryuser(uid=7)\nof canaryuser and CANARYCORP alone\n',
    ['canaryuser', 'canarycorp'],
  ],
  ['the domain of a user', '/home/canaryuser/x\nCANARYCORP\\canaryuser CANARYCORP\\\\canaryuser\n', ['canarycorp']],
  [
    'accounts of sshd',
    'sshd[7]: Failed password for canaryuser from 10.1.1.1 port 5 ssh2\nDisconnected from user canaryhuman 10.1.1.1 port 5\nmail in /var/spool/mail/canarymail and /var/spool/cron/crontabs/canarycron\nof canaryuser canaryhuman canarymail canarycron\n',
    ['canaryuser', 'canaryhuman', 'canarymail', 'canarycron'],
  ],
  ['a machine of a domain', 'https://a.nocorp.test/x\nnas7.eu.nocorp.test:/export\n', ['nas7', 'nocorp']],
  ['a realm', 'default_realm = CANARYCORP.TEST\nuser@CANARYCORP.TEST at canarycorp.test\n', ['canarycorp']],
  ['the network in a machine’s name', 'vm.q1w2e3canaryr4t5.ax.internal.cloudapp.net\n', ['q1w2e3canary']],
])('%s goes', async (_, text, gone) => {
  const { result, entries, bytes } = await redacted(healthyHost().with('a.log', text).entries)
  expect(result.outcome).toBe('written')
  expectGone(entries, bytes, gone)
})

test('whoever tries to log in takes nothing of the rest along', async () => {
  const names = Array.from({ length: 21_000 }, (_, n) => `sshd[7]: Invalid user jenkins${n} from 10.1.1.1 port 5\n`)
  const text = `${names.join('')}sshd[7]: Failed password for invalid user canaryhuman from 10.1.1.1 port 5\n`
  const { result, entries, bytes } = await redacted(new Map([['a.log', { content: `${text}jenkins7 is up\n` }]]))
  expect(result.outcome).toBe('written')
  expectGone(entries, bytes, ['user jenkins', 'canaryhuman'])
  expect(Buffer.from(entries.get('a.log')?.content ?? '').toString()).toContain('\njenkins7 is up\n')
})

test.each(['\u001b[01;32m', '\\x20', '\\012', '%20', '\\u0020'])('a name behind %j goes', async (before) => {
  const tree = healthyHost().with('etc/hostname', 'canary-vm-77\n').with('a.log', `on ${before}canary-vm-77 now\n`)
  const { entries, bytes } = await redacted(tree.entries)
  expectGone(entries, bytes, ['canary-vm-77'])
})

test('what identifies nobody stays', async () => {
  const kept =
    'wire 168.63.129.16 imds 169.254.169.254 lo 127.0.0.1 ChangeTracking-Linux-2.35.0.0 westeurope 2026-01-10T08:00:01Z https://global.handler.control.monitor.azure.com getty@tty1.service version 10.0.2.1 00000000-0000-0000-0000-000000000002\n'
  const { entries } = await redacted(healthyHost().with('a.log', kept).entries)
  expect(Buffer.from(entries.get('a.log')?.content ?? '').toString()).toBe(kept)
})

test('no name is learnt from a sentence', async () => {
  const text =
    'could not copy from user space, disk space is low\nFailed preparation for upgrade from 1 to 2, no upgrade\nrealm: kerberos\nkerberos is up\n'
  const { entries } = await redacted(healthyHost().with('a.log', text).entries)
  expect(Buffer.from(entries.get('a.log')?.content ?? '').toString()).toBe(text)
})

test('a token keeps for whom and until when it was', async () => {
  const { entries } = await redacted(healthyHost().with('a.log', `x ${TOKEN}\n`).entries)
  expect(Buffer.from(entries.get('a.log')?.content ?? '').toString()).toBe(
    'x REDACTED aud=monitor.azure.com exp=1768039200\n',
  )
})

test('pseudonyms keep their form', async () => {
  const { entries } = await redacted(healthyHost().with(CHUNK_FILE, JSON.stringify(ctChunk())).entries)
  const text = Buffer.from(entries.get(CHUNK_FILE)?.content ?? '').toString()
  expect(text).toMatch(/"dcr-[0-9a-f]{32}:CTDataSource-Linux"/)
  expect(text).toMatch(
    /\/subscriptions\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourceGroups\/RG-[0-9A-F]{10}\/providers\/Microsoft\.Compute\/virtualMachines\/host-[0-9a-f]{10}\/agentConfigurations\//,
  )
  expect(() => JSON.parse(text) as unknown).not.toThrow()
})
