import fc from 'fast-check'
import type { Parsed } from '../../src/model/parsed.js'
import {
  ctDirectories,
  ctDirectory,
  execStart,
  parseSystemdUnit,
  unitValues,
  type SystemdUnit,
} from '../../src/parsers/systemd-unit.js'

const EXT = '/var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
/** The unit as published for the manual set-up. */
const SAMPLE = `[Unit]
Description=Azure change tracking Parent Daemon
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/sbin/changetracking/changetracking /opt/microsoft/changetracking/change_tracking_agent_linux_amd64 ${EXT}-2.35.0.0
Restart=on-failure

[Install]
WantedBy=multi-user.target
`

const parse = (text: string): Parsed<SystemdUnit> => parseSystemdUnit(Buffer.from(text))
const unit = (text: string): SystemdUnit => {
  const result = parse(text)
  if (!result.ok) throw new Error('no unit')
  return result.value
}
const words = (command: string): readonly string[] | undefined => execStart(unit(`[Service]\n${command}\n`))?.words

describe('parseSystemdUnit', () => {
  it('reads the service of Change Tracking', () => {
    const cxp = unit(SAMPLE)
    expect(cxp.sections).toEqual([
      { name: 'Unit', line: 1 },
      { name: 'Service', line: 6 },
      { name: 'Install', line: 10 },
    ])
    expect(cxp.entries).toHaveLength(6)
    const start = execStart(cxp)
    expect(start?.entry).toMatchObject({ line: 7, text: SAMPLE.split('\n')[6] })
    expect(start?.words).toHaveLength(3)
    expect(ctDirectories(start?.words ?? [])).toEqual([{ path: `${EXT}-2.35.0.0`, version: '2.35.0.0' }])
    expect(parse(SAMPLE).problems).toEqual([])
  })

  it('joins continued lines and steps over comments', () => {
    const { entries } = unit('# head\n[Service]\nExecStart=/bin/a \\\n# inside\n  b \\\n  c\n; tail\nUser = root\r\n')
    expect(entries.map(({ key, value, line }) => [key, value, line])).toEqual([
      ['ExecStart', '/bin/a b c', 3],
      ['User', 'root', 8],
    ])
  })

  it('keeps what a cut file begins', () => {
    expect(unit('[Service]\nExecStart=/bin/a \\').entries).toMatchObject([{ value: '/bin/a', line: 2 }])
  })

  it('repeats and resets keys', () => {
    const cxp = unit(
      '[Service]\nEnvironment=A=1\nEnvironment=B=2\nExecStart=/old\nExecStart=\nExecStart=/new\n[Unit]\nExecStart=/no\n',
    )
    expect(unitValues(cxp, 'Service', 'Environment').map(({ value }) => value)).toEqual(['A=1', 'B=2'])
    expect(execStart(cxp)).toMatchObject({ words: ['/new'], entry: { line: 6 } })
    expect(unitValues(cxp, 'Service', 'environment')).toEqual([])
  })

  it.each([
    ['no service section', '[Unit]\nExecStart=/a\n'],
    ['no command', '[Service]\nType=oneshot\n'],
    ['a reset one', '[Service]\nExecStart=/a\nExecStart=\n'],
    ['a commented one', '[Service]\n#ExecStart=/a\n'],
  ])('has nothing to start with %s', (_, text) => {
    expect(execStart(unit(text))).toBeNull()
  })

  it.each([
    ['ExecStart=-/bin/a b', ['/bin/a', 'b']],
    ['ExecStart=!!/bin/a', ['/bin/a']],
    ['ExecStart="/bin/a b" \'c d\' e\\ f ""', ['/bin/a b', 'c d', 'e f', '']],
    ['ExecStart=/bin/a "open', ['/bin/a', 'open']],
    ['ExecStart=/bin/a   b\t c', ['/bin/a', 'b', 'c']],
  ])('splits %s', (command, expected) => {
    expect(words(command)).toEqual(expected)
  })

  it('notes lines that are neither', () => {
    const result = parse('before=1\n[Service]\nnonsense\n=x\nUser=root\n')
    expect(result.problems.map(({ code, at }) => [code, at])).toEqual(
      [1, 3, 4].map((line) => ['unit-odd-line', { kind: 'line', line }]),
    )
    expect(result).toMatchObject({ ok: true, value: { entries: [{ key: 'User' }] } })
  })

  it.each([
    ['', 'empty'],
    ['\0\0\0', 'all-nul'],
    ['# only a comment\n', 'unit-without-section'],
    ['ExecStart=/bin/a\n', 'unit-without-section'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    const sample = Buffer.from(SAMPLE)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(sample.length), (bytes, at) => {
        const torn = Buffer.concat([sample.subarray(0, at), bytes, sample.subarray(at + bytes.length)])
        for (const input of [bytes, torn, sample.subarray(0, at)]) {
          const result = parseSystemdUnit(input)
          expect(result.ok ? execStart(result.value) : result.problems[0]).not.toBeUndefined()
        }
      }),
    )
  })
})

describe('ctDirectory', () => {
  it.each([
    [`${EXT}-2.35.0.0`, `${EXT}-2.35.0.0`, '2.35.0.0'],
    [`${EXT}-2.35.0.0/application.yml`, `${EXT}-2.35.0.0`, '2.35.0.0'],
    [`${EXT}-3/`, `${EXT}-3`, '3'],
    ['ChangeTracking-Linux-2.20', 'ChangeTracking-Linux-2.20', '2.20'],
  ])('finds the directory in %s', (path, directory, version) => {
    expect(ctDirectory(path)).toEqual({ path: directory, version })
  })

  it.each([
    EXT,
    `${EXT}-`,
    `${EXT}-2.35.0.0.zip`,
    `${EXT}-latest`,
    '/var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Windows-2.35.0.0',
    '/var/lib/waagent/Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.35.8',
    '/var/lib/waagent/NotChangeTracking-Linux-2.35.0.0',
    '/opt/microsoft/changetracking/change_tracking_agent_linux_amd64',
    '',
  ])('finds none in %s', (path) => {
    expect(ctDirectory(path)).toBeNull()
  })
})
