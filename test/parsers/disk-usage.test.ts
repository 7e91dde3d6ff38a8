import type { Parsed } from '../../src/model/parsed.js'
import { parseDiskUsage, type FolderUsage } from '../../src/parsers/disk-usage.js'
import { expectNeverThrows } from '../support/parsers.js'

/** The form is that of GNU du; the names are made up. */
const SAMPLE = `4.0K\t/var/opt/microsoft/azuremonitoragent/events/a:b:C
9.6M\t/var/opt/microsoft/azuremonitoragent/events/with a blank
1.2G\t/var/opt/microsoft/azuremonitoragent/events
`

const parse = (text: string): Parsed<readonly FolderUsage[]> => parseDiskUsage(Buffer.from(text))
const rows = (text: string): [string, number, number][] => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value.map(({ path, bytes, line }) => [path, bytes, line])
}

describe('parseDiskUsage', () => {
  it('reads sizes in binary units', () => {
    expect(rows(SAMPLE)).toEqual([
      ['/var/opt/microsoft/azuremonitoragent/events/a:b:C', 4096, 1],
      ['/var/opt/microsoft/azuremonitoragent/events/with a blank', Math.ceil(9.6 * 1024 ** 2), 2],
      ['/var/opt/microsoft/azuremonitoragent/events', Math.ceil(1.2 * 1024 ** 3), 3],
    ])
  })

  it.each([
    ['0\t/a', 0],
    ['12K /a', 12_288],
    ['1,5M\t/a', 1_572_864],
    ['2GiB\t/a\r', 2 * 1024 ** 3],
    ['1T\t/a', 1024 ** 4],
  ])('reads %j', (line, bytes) => {
    expect(rows(`${line}\n`)).toEqual([['/a', bytes, 1]])
  })

  it.each([
    ['', 'empty'],
    ['\0', 'all-nul'],
    ['4\t/a\n', 'usage-unrecognised'],
    ['4.0K\ta\n', 'usage-unrecognised'],
    ['4.0X\t/a\n', 'usage-unrecognised'],
    ["du: cannot access '/a': No such file or directory\n", 'usage-unrecognised'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseDiskUsage, SAMPLE)
  })
})
