import fc from 'fast-check'
import { parseHandlerState } from '../../src/parsers/handler-state.js'

describe('parseHandlerState', () => {
  it.each([
    ['Enabled', 'Enabled'],
    ['NotInstalled\n', 'NotInstalled'],
    ['\u{feff}FailedUpgrade\r\n', 'FailedUpgrade'],
    [' enabled ', 'enabled'],
    ['Enabled\0\0', 'Enabled'],
    ['Unheard', 'Unheard'],
  ])('reads %j', (text, word) => {
    expect(parseHandlerState(Buffer.from(text))).toEqual({ ok: true, value: word, problems: [] })
  })

  it.each([
    ['', 'empty'],
    ['\n', 'empty'],
    ['\0\0\0', 'all-nul'],
    ['\0 \0', 'handler-state-not-a-word'],
    ['Enabled Installed', 'handler-state-not-a-word'],
    ['Enabled\nInstalled', 'handler-state-not-a-word'],
    ['{"state":"Enabled"}', 'handler-state-not-a-word'],
    ['Enabled'.repeat(10), 'handler-state-not-a-word'],
    ['7', 'handler-state-not-a-word'],
  ])('refuses %j', (text, code) => {
    expect(parseHandlerState(Buffer.from(text))).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    const word = Buffer.from('Enabled')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        for (const input of [bytes, Buffer.concat([word, bytes])]) {
          const result = parseHandlerState(input)
          expect(result.ok ? result.value : result.problems[0].code).toMatch(/^[A-Za-z-]+$/)
        }
      }),
    )
  })
})
