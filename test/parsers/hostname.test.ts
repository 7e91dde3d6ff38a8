import fc from 'fast-check'
import { parseHostname } from '../../src/parsers/hostname.js'

describe('parseHostname', () => {
  it.each([
    ['vm-01\n', 'vm-01'],
    ['vm-01', 'vm-01'],
    ['\u{feff}VM_01.example.org\r\n', 'VM_01.example.org'],
    ['# the name\n\n  vm-01  \nother\n', 'vm-01'],
    ['1', '1'],
  ])('reads %j', (text, name) => {
    expect(parseHostname(Buffer.from(text))).toEqual({ ok: true, value: name, problems: [] })
  })

  it.each([
    ['', 'empty'],
    ['\n \n', 'empty'],
    ['\0\0', 'all-nul'],
    ['# only a comment\n', 'hostname-odd'],
    ['vm 01\n', 'hostname-odd'],
    ['-vm\n', 'hostname-odd'],
    ['vm/01\n', 'hostname-odd'],
    ['vm\0\n', 'hostname-odd'],
    ['vm\u{202e}\n', 'hostname-odd'],
    ['v'.repeat(254), 'hostname-odd'],
  ])('refuses %j', (text, code) => {
    expect(parseHostname(Buffer.from(text))).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    const name = Buffer.from('vm-01')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        for (const input of [bytes, Buffer.concat([name, bytes])]) {
          const result = parseHostname(input)
          expect(result.ok ? result.value : result.problems[0].code).toMatch(/^[\w.-]+$/)
        }
      }),
    )
  })
})
