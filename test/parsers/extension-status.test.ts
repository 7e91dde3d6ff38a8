import type { Parsed } from '../../src/model/parsed.js'
import { parseExtensionStatus, type ExtensionStatus } from '../../src/parsers/extension-status.js'
import { expectNeverThrows } from '../support/parsers.js'

const NAME = 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
/** The form the guest agent asks for; the message is made up. */
const SAMPLE = `[{"version": 1.0, "timestampUTC": "2026-01-10T08:00:20Z", "status": {"name": "${NAME}", "operation": "Enable", "status": "success", "code": 0, "formattedMessage": {"lang": "en-US", "message": "synthetic"}, "substatus": []}}]`

const parse = (json: unknown): Parsed<ExtensionStatus> =>
  parseExtensionStatus(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)))
const report = (status: unknown, timestampUTC?: unknown): unknown => [{ timestampUTC, status }]

describe('parseExtensionStatus', () => {
  it('reads a report', () => {
    expect(parse(SAMPLE)).toEqual({
      ok: true,
      problems: [],
      value: {
        time: Date.UTC(2026, 0, 10, 8, 0, 20),
        name: NAME,
        operation: 'Enable',
        status: 'success',
        code: 0,
        message: 'synthetic',
        substatus: [],
        segments: [0, 'status'],
      },
    })
  })

  it('takes the first element, a code as text and parts of the status', () => {
    const substatus = [{ name: 'part', status: 'error', code: '51', formattedMessage: { message: 'broken' } }, {}]
    const json = [{ status: { status: 'error', code: '1', substatus } }, { status: { status: 'success' } }]
    expect(parse(json)).toMatchObject({
      value: {
        status: 'error',
        code: 1,
        substatus: [
          { name: 'part', status: 'error', code: 51, message: 'broken', segments: [0, 'status', 'substatus', 0] },
          { name: null, status: null, code: null, message: null },
        ],
      },
    })
  })

  it.each([
    ['a null substatus', report({ status: 'success', substatus: null })],
    ['an object alone', { status: { status: 'success' } }],
    ['a message of another form', report({ status: 'success', formattedMessage: 'text' })],
  ])('takes %s', (_, json) => {
    expect(parse(json)).toMatchObject({ ok: true, value: { status: 'success', substatus: [], message: null } })
  })

  it.each([
    ['2026-01-10T08:00:20Z', Date.UTC(2026, 0, 10, 8, 0, 20)],
    ['2026-01-10T08:00:20.5Z', Date.UTC(2026, 0, 10, 8, 0, 20, 500)],
    ['2026-01-10T10:00:20+02:00', Date.UTC(2026, 0, 10, 8, 0, 20)],
    ['2026-01-10 08:00:20', Date.UTC(2026, 0, 10, 8, 0, 20)],
    ['2026-13-10T08:00:20Z', null],
    ['10/01/2026 08:00', null],
    ['2026', null],
    [1768032020, null],
    [null, null],
  ])('reads the time %j as UTC', (stamp, time) => {
    expect(parse(report({}, stamp))).toMatchObject({ ok: true, value: { time } })
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    [SAMPLE.slice(0, 80), 'json-truncated'],
    ['success', 'json-invalid'],
    ['[]', 'extension-status-missing'],
    ['[[]]', 'extension-status-missing'],
    ['null', 'extension-status-missing'],
    ['[{"status":"success"}]', 'extension-status-missing'],
    ['[{"state":{}}]', 'extension-status-missing'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseExtensionStatus, SAMPLE)
  })
})
