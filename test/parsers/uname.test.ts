import fc from 'fast-check'
import { parseUname, spelling } from '../../src/parsers/uname.js'

const machine = (text: string): unknown => {
  const result = parseUname(Buffer.from(text))
  return result.ok ? result.value.machine : result.problems[0].code
}

describe('parseUname', () => {
  it.each([
    [
      'Linux vm-01 5.15.0-1053-azure #61-Ubuntu SMP Thu Nov 30 15:00:00 UTC 2023 x86_64 x86_64 x86_64 GNU/Linux',
      'x86_64',
    ],
    [
      'Linux vm-01 5.14.0-362.el9.aarch64 #1 SMP Thu Nov 30 15:00:00 UTC 2023 aarch64 aarch64 aarch64 GNU/Linux\n',
      'aarch64',
    ],
    ['Linux aarch64 5.15.0 #61 SMP UTC 2023 x86_64 GNU/Linux', 'x86_64'],
    ['aarch64\n', 'aarch64'],
    ['arm64', 'aarch64'],
    ['\namd64\r\n', 'x86_64'],
    ['Linux vm-01 5.15.0', 'uname-unrecognised'],
    ['Darwin', 'uname-unrecognised'],
    ['', 'empty'],
  ])('reads %j', (text, expected) => {
    expect(machine(text)).toBe(expected)
  })

  it('says where', () => {
    expect(parseUname(Buffer.from('+ uname -m\nx86_64\n'))).toMatchObject({
      ok: true,
      value: { line: 2, text: 'x86_64' },
    })
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof parseUname(bytes).ok === 'boolean'))
  })
})

test('spelling', () => {
  expect(['AMD64', 'arm64', 'i686'].map(spelling)).toEqual(['x86_64', 'aarch64', 'i686'])
})
