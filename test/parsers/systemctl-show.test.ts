import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Parsed } from '../../src/model/parsed.js'
import { parseSystemctlShow, type SystemctlShow } from '../../src/parsers/systemctl-show.js'
import { expectNeverThrows } from '../support/parsers.js'

/** The keys are systemd's own; the values are made up. */
const SAMPLE = `Result=exit-code
NRestarts=5
ExecMainStatus=1
Id=cxp.service
Names=cxp.service tracking.service
LoadState=loaded
ActiveState=failed
SubState=failed
FragmentPath=/usr/lib/systemd/system/cxp.service
UnitFileState=enabled

Id=azuremonitoragent.service
ActiveState=active
Environment=A=1
LoadState=loaded
`

const parse = (text: string): Parsed<SystemctlShow> => parseSystemctlShow(Buffer.from(text))
const names = (text: string): (readonly string[])[] => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value.units.map((unit) => unit.names)
}

describe('parseSystemctlShow', () => {
  it('reads one block a unit, in any order of keys', () => {
    const result = parse(SAMPLE)
    if (!result.ok) throw new Error('no units')
    const [cxp, ama] = result.value.units
    expect(cxp?.names).toEqual(['cxp.service', 'tracking.service'])
    expect(cxp?.properties.get('ActiveState')).toEqual({ value: 'failed', line: 7, text: 'ActiveState=failed' })
    expect(cxp?.properties.get('NRestarts')?.value).toBe('5')
    expect([...(ama?.properties.keys() ?? [])]).toEqual(['Id', 'ActiveState', 'LoadState'])
  })

  it('reads a list of many units', () => {
    const file = join(__dirname, '..', 'fixtures', 'systemd', 'systemctl-show.txt')
    const all = names(readFileSync(file, 'utf8'))
    expect(all).toHaveLength(12)
    expect(all).toContainEqual(['cxp.service'])
    expect(all).toContainEqual(['systemd-logind.service', 'dbus-org.freedesktop.login1.service'])
  })

  it('names a unit by its file where nothing else does, else not at all', () => {
    expect(names('ActiveState=active\nFragmentPath=/lib/systemd/system/cxp.service\n')).toEqual([['cxp.service']])
    expect(names('ActiveState=inactive\nFragmentPath=\n')).toEqual([[]])
    expect(names('Id=a.service\nFragmentPath=/lib/b.service\n')).toEqual([['a.service']])
  })

  it('keeps values with = in them and takes the first of a repeated key, with any line end', () => {
    const result = parse(
      'Id=a.service\r\nDescription=b=c \r\nDescription=d\r\nof many lines\r\n\r\n\r\nActiveState=active',
    )
    expect(result).toMatchObject({ ok: true, problems: [] })
    const units = result.ok ? result.value.units : []
    expect(units.map(({ names: own }) => own)).toEqual([['a.service'], []])
    expect(units[0]?.properties.get('Description')?.value).toBe('b=c')
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    ['System has not been booted with systemd as init system.\n', 'units-unrecognised'],
    ['NRestarts=0\nResult=success\n', 'units-unrecognised'],
    ['ENABLE_MCS=true\n', 'units-unrecognised'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseSystemctlShow, SAMPLE)
  })
})
