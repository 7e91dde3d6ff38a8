import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Parsed } from '../../src/model/parsed.js'
import { parseDpkgStatus, type DpkgPackage, type DpkgStatus } from '../../src/parsers/dpkg-status.js'
import { expectNeverThrows } from '../support/parsers.js'

/** dpkg's own form; the versions of Change Tracking's package and of this bash have been seen, the rest is made up. */
const SAMPLE = `Package: change-tracking-retail
Status: install ok installed
Priority: optional
Architecture: amd64
Version: 0.1.03151.216-1
Description: Change Tracking
 Package: not-a-package
 .
 Status: not a status

Package: bash
Essential: yes
Status: install ok installed
Architecture: amd64
Multi-Arch: foreign
Version: 5.2.15-2+b8

Package: bash
Status: deinstall ok config-files
Architecture: i386
Version: 5.1-1

`

const parse = (text: string): Parsed<DpkgStatus> => parseDpkgStatus(Buffer.from(text))
const packages = (text: string): readonly DpkgPackage[] => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value.packages
}

describe('parseDpkgStatus', () => {
  it('reads stanzas, the description no part of them', () => {
    expect(packages(SAMPLE)).toEqual([
      {
        name: 'change-tracking-retail',
        architecture: 'amd64',
        version: '0.1.03151.216-1',
        status: ['install', 'ok', 'installed'],
        installed: true,
        line: 1,
      },
      {
        name: 'bash',
        architecture: 'amd64',
        version: '5.2.15-2+b8',
        status: ['install', 'ok', 'installed'],
        installed: true,
        line: 11,
      },
      {
        name: 'bash',
        architecture: 'i386',
        version: '5.1-1',
        status: ['deinstall', 'ok', 'config-files'],
        installed: false,
        line: 18,
      },
    ])
    expect(parse(SAMPLE).problems).toEqual([])
  })

  it.each([
    ['install ok half-installed', false],
    ['install reinstreq installed', true],
    ['hold ok installed', true],
    ['installed', false],
    ['install ok installed-not', false],
    ['', false],
  ])('takes status %j', (status, installed) => {
    expect(packages(`Package: a\nStatus: ${status}\nVersion: 1\n\n`)).toMatchObject([{ installed }])
  })

  it('takes CRLF, any case, several blank lines and one line break at the end', () => {
    const text = 'PACKAGE: a\r\nVersion:1\r\n\r\n\r\nPackage: b\r\n'
    expect(packages(text).map(({ name, version, line }) => [name, version, line])).toEqual([
      ['a', '1', 1],
      ['b', null, 5],
    ])
  })

  it('leaves out stanzas without a name', () => {
    expect(packages('Version: 1\n\nPackage:\n\nPackage: a\n\n').map(({ name }) => name)).toEqual(['a'])
  })

  it('drops the half package at the end of a cut file', () => {
    const cuts = Array.from({ length: SAMPLE.length }, (_, length) => parse(SAMPLE.slice(0, length)))
    const whole = packages(SAMPLE)
    const versions = new Set(whole.map(({ version }) => version))
    for (const cut of cuts) {
      if (!cut.ok) continue
      for (const { version } of cut.value.packages) expect(version === null || versions.has(version)).toBe(true)
    }
    const cut = parse(SAMPLE.slice(0, SAMPLE.indexOf('Version: 5.2') + 12))
    expect(cut).toMatchObject({ ok: true, value: { packages: [{ name: 'change-tracking-retail' }] } })
    expect(cut.problems).toMatchObject([{ code: 'dpkg-status-cut', at: { kind: 'line', line: 16 } }])
    expect(cut.ok && cut.value.packages).toHaveLength(1)
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    ['ii  bash  5.2.15-2+b8  amd64  GNU Bourne Again SHell\n', 'dpkg-status-without-packages'],
    ['Packages: bash\n\n', 'dpkg-status-without-packages'],
    [' Package: bash\n\n', 'dpkg-status-without-packages'],
    ['Package: bash', 'dpkg-status-without-packages'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  const own = '/var/lib/dpkg/status'
  const query = existsSync(own)
    ? spawnSync('dpkg-query', ['-W', '-f', '${Package}\t${Version}\t${Architecture}\t${db:Status-Status}\n'], {
        encoding: 'utf8',
      })
    : null
  // Skipped, and listed as such, where there is no dpkg.
  ;(query?.status === 0 ? it : it.skip)('agrees with dpkg-query on this very machine', () => {
    const result = parseDpkgStatus(readFileSync(own))
    const found = result.ok ? result.value.packages : []
    const rows = found.map((p) => [p.name, p.version ?? '', p.architecture ?? '', p.status[2] ?? ''].join('\t'))
    expect(rows.toSorted()).toEqual(query?.stdout.trimEnd().split('\n').toSorted())
    expect(rows.length).toBeGreaterThan(0)
  })

  it('never throws', () => {
    expectNeverThrows(parseDpkgStatus, SAMPLE)
  })
})
