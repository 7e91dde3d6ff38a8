import { existsSync, readFileSync } from 'node:fs'
import type { Parsed } from '../../src/model/parsed.js'
import { parseOsRelease, type OsRelease } from '../../src/parsers/os-release.js'
import { shellAssignments } from '../../src/parsers/shell-assignments.js'
import { expectNeverThrows } from '../support/parsers.js'

/** As Ubuntu ships it, shortened. */
const SAMPLE = `PRETTY_NAME="Ubuntu 22.04.5 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="22.04.5 LTS (Jammy Jellyfish)"
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
`

const parse = (text: string): Parsed<OsRelease> => parseOsRelease(Buffer.from(text))

describe('parseOsRelease', () => {
  it('reads a distribution', () => {
    const result = parse(SAMPLE)
    expect(result).toMatchObject({
      ok: true,
      problems: [],
      value: { id: 'ubuntu', idLike: ['debian'], versionId: '22.04', name: 'Ubuntu', prettyName: 'Ubuntu 22.04.5 LTS' },
    })
    expect(result.ok && result.value.fields.get('VERSION_ID')).toEqual({
      value: '22.04',
      line: 3,
      text: 'VERSION_ID="22.04"',
    })
  })

  it('reads several parents and absent fields', () => {
    const value = { id: 'almalinux', idLike: ['rhel', 'centos', 'fedora'], versionId: null, prettyName: null }
    expect(parse('# AlmaLinux\n\nID="almalinux"\nID_LIKE="rhel  centos fedora"\n')).toMatchObject({ value })
  })

  it.each([
    ['', 'empty'],
    ['\0\0\0', 'all-nul'],
    ['Ubuntu 22.04\n', 'os-release-without-fields'],
    ['#ID=ubuntu\n', 'os-release-without-fields'],
    ['=ubuntu\n', 'os-release-without-fields'],
    ['1D=ubuntu\n', 'os-release-without-fields'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  const own = '/etc/os-release'
  ;(existsSync(own) ? it : it.skip)('reads the one of this very machine', () => {
    const result = parseOsRelease(readFileSync(own))
    expect(result.ok && result.value.id).toMatch(/^[a-z0-9._-]+$/)
  })

  it('never throws', () => {
    expectNeverThrows(parseOsRelease, SAMPLE)
  })
})

describe('shellAssignments', () => {
  it.each([
    ['A=b', 'b'],
    ['A=', ''],
    ['  export A=b  ', 'b'],
    ['A="b c"', 'b c'],
    ["A='b $c \\d'", 'b $c \\d'],
    ['A="b \\"c\\" \\$d \\n"', 'b "c" $d \\n'],
    ['A=b\\ c', 'b c'],
    ['A=b # comment', 'b'],
    ['A=b#c', 'b#c'],
    ['A="b"\'c\'d', 'bcd'],
    ['A="open', 'open'],
    ['A="x=y"\r', 'x=y'],
    ['A=1\nA=2', '2'],
  ])('reads %j', (text, value) => {
    expect(shellAssignments(text).get('A')?.value).toBe(value)
  })

  it.each(['#A=b', 'A =b', 'B A=b', 'A', 'exportA=b', 'A-B=c'])('has no A in %j', (text) => {
    expect(shellAssignments(text).has('A')).toBe(false)
  })
})
