import type { Parsed } from '../../src/model/parsed.js'
import { parseHandlerStatus, type HandlerStatus } from '../../src/parsers/handler-status.js'
import { expectNeverThrows } from '../support/parsers.js'

/** The form the guest agent writes. */
const SAMPLE =
  '{"name": "Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux", "version": "2.35.0.0", "status": "Ready", "code": 0, "message": "Plugin enabled", "supports_multi_config": false, "extension_status": null}'

const parse = (text: string): Parsed<HandlerStatus> => parseHandlerStatus(Buffer.from(text))

describe('parseHandlerStatus', () => {
  it('reads a healthy one', () => {
    expect(parse(SAMPLE)).toEqual({
      ok: true,
      problems: [],
      value: {
        name: 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux',
        version: '2.35.0.0',
        status: 'Ready',
        code: 0,
        message: 'Plugin enabled',
        statusSegments: ['status'],
        messageSegments: ['message'],
      },
    })
  })

  it('keeps the output of a failed command', () => {
    const message =
      '[ExtensionOperationError] Non-zero exit code: 126, x install\n[stdout]\n\n[stderr]\nPermission denied'
    const text = JSON.stringify({ status: 'NotReady', code: '1007', message })
    expect(parse(text)).toMatchObject({ value: { status: 'NotReady', code: 1007, message, name: null } })
  })

  it.each([
    ['{}', { status: null, code: null, message: null }],
    ['{"status":null,"code":"x","message":{}}', { status: null, code: null, message: null }],
    ['{"Status":"Ready"}', { status: 'Ready', statusSegments: ['Status'] }],
    ['{"statuses":"Ready"}', { status: null, statusSegments: ['status'] }],
  ])('takes %s', (text, value) => {
    expect(parse(text)).toMatchObject({ ok: true, value })
  })

  it.each([
    ['', 'empty'],
    ['\0', 'all-nul'],
    [SAMPLE.slice(0, 100), 'json-truncated'],
    ['Ready', 'json-invalid'],
    [`[${SAMPLE}]`, 'handler-status-not-an-object'],
    ['null', 'handler-status-not-an-object'],
    ['"Ready"', 'handler-status-not-an-object'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseHandlerStatus, SAMPLE)
  })
})
