import type { Parsed } from '../../src/model/parsed.js'
import { parseMcsConfig, type McsConfig } from '../../src/parsers/mcsconfig.js'
import { expectNeverThrows } from '../support/parsers.js'

const A = 'dcr-0000000000000000000000000000000a'
const CHANNEL = 'ods-00000000-0000-4000-8000-000000000002'
/** A Windows copy is public; on Linux the form is concluded from it. */
const SAMPLE = `{ "configurations": [ { "configurationId": "${A}", "eTag": "${A}/%2200000000%22",
  "tokenBasedChannels": [ { "globallyUniqueChannelId": "${A}.${CHANNEL}", "channelId": "${CHANNEL}", "tokenEndpointUri": "https://global.handler.control.monitor.azure.com/" } ],
  "contentFileName": "1000000000000000001.json" } ] }`

const parse = (text: string): Parsed<McsConfig> => parseMcsConfig(Buffer.from(text))

describe('parseMcsConfig', () => {
  it('reads the list', () => {
    expect(parse(SAMPLE)).toEqual({
      ok: true,
      problems: [],
      value: {
        configurations: [
          {
            configurationId: A,
            dcrId: A,
            removed: false,
            contentFileName: '1000000000000000001.json',
            hasContent: false,
            channels: [{ id: CHANNEL, segments: ['configurations', 0, 'tokenBasedChannels', 0] }],
            segments: ['configurations', 0],
          },
        ],
      },
    })
  })

  it.each([
    ['an object', '{"configurations":[{"configurationId":"x","op":"added","content":{"channels":[]}}]}', true],
    ['text', '{"configurations":[{"configurationId":"x","content":"{}"}]}', true],
    ['null', '{"configurations":[{"configurationId":"x","content":null}]}', false],
    ['no JSON', '{"configurations":[{"configurationId":"x","content":"no"}]}', false],
  ])('looks for the rule itself: %s', (_, text, hasContent) => {
    expect(parse(text)).toMatchObject({ ok: true, value: { configurations: [{ hasContent, contentFileName: null }] } })
  })

  it.each([
    [`{"configurationId":"${A.toUpperCase().replace('DCR', 'dcr')}"}`, A],
    [`{"configurationId":"17","eTag":"${A}/%2200%22"}`, A],
    [`{"tokenBasedChannels":[{"globallyUniqueChannelId":"${A}.${CHANNEL}"}]}`, A],
    [`{"tokenBasedChannels":[{"tokenEndpointUri":"https://x.example/agentConfigurations/${A}/channels/c"}]}`, A],
    ['{"configurationId":"dcr-00a"}', null],
    [`{"configurationId":"${A}0"}`, null],
    ['{}', null],
  ])('finds the id of the rule in %s', (entry, dcrId) => {
    expect(parse(`{"configurations":[${entry}]}`)).toMatchObject({ ok: true, value: { configurations: [{ dcrId }] } })
  })

  it.each([
    ['added', false],
    ['Removed', true],
    ['delete', true],
    ['unremoved', false],
  ])('knows whether the rule was taken back: %s', (op, removed) => {
    const text = JSON.stringify({ configurations: [{ configurationId: A, op }] })
    expect(parse(text)).toMatchObject({ ok: true, value: { configurations: [{ removed }] } })
  })

  it('reads an empty list', () => {
    expect(parse('{"Configurations":[]}')).toEqual({ ok: true, problems: [], value: { configurations: [] } })
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    [SAMPLE.slice(0, -3), 'json-truncated'],
    ['nope', 'json-invalid'],
    ['{}', 'mcsconfig-no-configurations'],
    ['[]', 'mcsconfig-no-configurations'],
    ['{"configurations":null}', 'mcsconfig-no-configurations'],
    ['{"configurations":"text"}', 'mcsconfig-no-configurations'],
    ['{"configuration":[]}', 'mcsconfig-no-configurations'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseMcsConfig, SAMPLE)
  })
})
