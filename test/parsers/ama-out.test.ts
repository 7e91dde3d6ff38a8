import type { Parsed } from '../../src/model/parsed.js'
import { parseAmaOut, type AmaOut } from '../../src/parsers/ama-out.js'
import { expectNeverThrows } from '../support/parsers.js'

const DASHES = '-'.repeat(80)
const EVENTS = '/var/opt/microsoft/azuremonitoragent/events'
const MACHINE =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.Compute/virtualMachines/vm-01'
/** Headings and order are those of the collector; the values are made up. */
const SAMPLE = `Log Collection Start Time: 2026-01-10T10.00.00.123456
${DASHES}
Linux OS detected: ubuntu
Linux OS version detected: 22.04
Package manager detected: dpkg
${DASHES}
Hostname: vm-01
Machine Type: x86_64
${DASHES}
VM Metadata from IMDS:
azEnvironment: azurepubliccloud
resourceId: ${MACHINE}
location: westeurope
${DASHES}
AMA Install Status: installed
AMA Version: 1.35.8
${DASHES}
Output of command: du -h -d 1  ${EVENTS}
========================================
9.6M\t${EVENTS}/dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_DATA_BLOB_V2
650M\t${EVENTS}
${DASHES}
Output of command: namei -om /etc/opt/microsoft/azuremonitoragent
========================================
f: /etc/opt/microsoft/azuremonitoragent
 drwxr-xr-x root   root   /
 drwxr-x--- root   root   etc
${DASHES}
Output of command: env
========================================
Hostname: not-this-one
`

const parse = (text: string): Parsed<AmaOut> => parseAmaOut(Buffer.from(text))
const out = (text: string): AmaOut => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value
}

describe('parseAmaOut', () => {
  it('reads what the collector tells', () => {
    const read = out(SAMPLE)
    expect(read.started).toMatchObject({ time: Date.parse('2026-01-10T10:00:00.123Z'), line: 1 })
    expect(read.hostname).toMatchObject({ value: 'vm-01', line: 7 })
    expect(read.installed).toEqual({ value: true, line: 15, text: 'AMA Install Status: installed' })
    expect(read.versions).toEqual([{ value: '1.35.8', line: 16, text: 'AMA Version: 1.35.8' }])
    expect(read.machine).toMatchObject({ value: 'x86_64', line: 8 })
    expect(read.resourceId).toMatchObject({ value: MACHINE, line: 12 })
    expect(read.usage.map(({ line, bytes }) => [line, bytes])).toEqual([
      [20, Math.ceil(9.6 * 1024 ** 2)],
      [21, 650 * 1024 ** 2],
    ])
    expect(read.paths).toMatchObject([
      {
        folders: [
          { path: '/', line: 26 },
          { path: '/etc', mode: 'drwxr-x---' },
        ],
      },
    ])
  })

  it('reads several versions, and a machine without the agent', () => {
    const two = out('AMA Install Status: installed\nMultiple AMA versions detected: 1.33.1, 1.35.8\n')
    expect(two.versions.map(({ value, line }) => [value, line])).toEqual([
      ['1.33.1', 2],
      ['1.35.8', 2],
    ])
    expect(out('AMA Install Status: not installed\r\n')).toMatchObject({ installed: { value: false }, versions: [] })
  })

  it('takes no version and no machine id from what is none', () => {
    const read = out('Machine Type: aarch64\nAMA Version: unknown\nresourceId: none\n')
    expect(read).toMatchObject({ installed: null, versions: [], resourceId: null, machine: { value: 'aarch64' } })
  })

  it.each([
    ['2026-01-10T10.11.12', { time: Date.parse('2026-01-10T10:11:12Z') }],
    ['yesterday', null],
  ])('reads the start %s', (start, started) => {
    const text = `Log Collection Start Time: ${start}\nHostname: vm-01\n`
    expect(out(text)).toMatchObject({ started, hostname: { line: 2 } })
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    ['Hostname:\nresourceId: none\n', 'ama-out-unrecognised'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseAmaOut, SAMPLE)
  })
})
