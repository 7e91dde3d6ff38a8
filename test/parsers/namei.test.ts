import { spawnSync } from 'node:child_process'
import type { Parsed } from '../../src/model/parsed.js'
import { nameiPaths, parseNamei, type NameiPath } from '../../src/parsers/namei.js'
import { expectNeverThrows } from '../support/parsers.js'

/** The form is that of util-linux; owners and modes are made up. */
const SAMPLE = `f: /etc/opt/microsoft/azuremonitoragent
 drwxr-xr-x root   root   /
 drwxr-xr-x root   root   etc
 drwxr-xr-x root   root   opt
 drwxr-x--- root   root   microsoft
 drwxr-sr-t syslog syslog azuremonitoragent
f: /var/run/agent
 drwxr-xr-x root root /
 drwxr-xr-x root root var
 lrwxrwxrwx root root run -> /run
   drwxr-xr-x root root /
   drwx------ root root run
 drwxr-xr-x root root agent
f: /gone
 drwxr-xr-x root root /
                      gone - No such file or directory
`

const parse = (text: string): Parsed<readonly NameiPath[]> => parseNamei(Buffer.from(text))
const folders = (text: string): unknown[] => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value.map(({ path, folders: all }) => [path, all.map((one) => `${one.mode} ${one.path} ${one.line}`)])
}

describe('parseNamei', () => {
  it('gives every folder on the way its path; what a link points at is left out', () => {
    expect(folders(SAMPLE)).toEqual([
      [
        '/etc/opt/microsoft/azuremonitoragent',
        [
          'drwxr-xr-x / 2',
          'drwxr-xr-x /etc 3',
          'drwxr-xr-x /etc/opt 4',
          'drwxr-x--- /etc/opt/microsoft 5',
          'drwxr-sr-t /etc/opt/microsoft/azuremonitoragent 6',
        ],
      ],
      ['/var/run/agent', ['drwxr-xr-x / 8', 'drwxr-xr-x /var 9', 'drwxr-xr-x /var/run/agent 13']],
      ['/gone', ['drwxr-xr-x / 15']],
    ])
  })

  it('reads owners, Windows line ends, and blocks among other lines', () => {
    const [found] = nameiPaths(`note\r\n drwxr-xr-x a b c\r\n${SAMPLE}`.replaceAll('\n', '\r\n').split(/\r?\n/), 11)
    expect(found?.path).toBe('/etc/opt/microsoft/azuremonitoragent')
    expect(found?.folders.at(-1)).toMatchObject({ owner: 'syslog', group: 'syslog', line: 18 })
  })

  it.each([
    ['', 'empty'],
    ['\0', 'all-nul'],
    ['f: /gone\n', 'namei-unrecognised'],
    [' drwxr-xr-x root root /\n', 'namei-unrecognised'],
    ['f: /a\nd /\nd a\n', 'namei-unrecognised'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  const real = spawnSync('namei', ['-om', '/usr/bin'], { encoding: 'buffer' })
  ;(real.status === 0 ? it : it.skip)('reads the answer of this machine', () => {
    const result = parseNamei(real.stdout)
    expect(result.ok && result.value[0]?.folders.map(({ path }) => path)).toEqual(['/', '/usr', '/usr/bin'])
  })

  it('never throws', () => {
    expectNeverThrows(parseNamei, SAMPLE)
  })
})
