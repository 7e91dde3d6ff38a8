import type { Parsed } from '../../src/model/parsed.js'
import { parseHandlerEnvironment, type HandlerEnvironment } from '../../src/parsers/handler-environment.js'
import { expectNeverThrows } from '../support/parsers.js'

const EXT = '/var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0'
/** The form the guest agent writes. */
const SAMPLE = `[{"name": "Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux", "version": 1.0, "handlerEnvironment": {"logFolder": "/var/log/azure/x", "configFolder": "${EXT}/config", "statusFolder": "${EXT}/status", "heartbeatFile": "${EXT}/heartbeat.log", "eventsFolder_preview": "/var/log/azure/x/events"}}]`

const parse = (text: string): Parsed<HandlerEnvironment> => parseHandlerEnvironment(Buffer.from(text))

describe('parseHandlerEnvironment', () => {
  it('reads the folders', () => {
    expect(parse(SAMPLE)).toEqual({
      ok: true,
      problems: [],
      value: {
        name: 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux',
        version: '1',
        logFolder: '/var/log/azure/x',
        configFolder: `${EXT}/config`,
        statusFolder: `${EXT}/status`,
        heartbeatFile: `${EXT}/heartbeat.log`,
        eventsFolder: '/var/log/azure/x/events',
        segments: [0, 'handlerEnvironment'],
      },
    })
  })

  it('takes the object alone', () => {
    expect(parse(SAMPLE.slice(1, -1))).toMatchObject({
      value: { logFolder: '/var/log/azure/x', segments: ['handlerEnvironment'] },
    })
  })

  it('has null for what is missing', () => {
    const value = { name: null, logFolder: null, configFolder: null, eventsFolder: null }
    expect(parse('{"handlerEnvironment":{"logFolder":[]}}')).toMatchObject({ ok: true, value })
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    [SAMPLE.slice(0, 80), 'json-truncated'],
    ['/var/log', 'json-invalid'],
    ['[]', 'handler-environment-missing'],
    ['7', 'handler-environment-missing'],
    ['[{"logFolder":"/var/log"}]', 'handler-environment-missing'],
    ['{"handlerEnvironment":"/var/log"}', 'handler-environment-missing'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseHandlerEnvironment, SAMPLE)
  })
})
