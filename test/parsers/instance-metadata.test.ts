import { parseInstanceMetadata, type InstanceMetadata } from '../../src/parsers/instance-metadata.js'
import type { Parsed } from '../../src/model/parsed.js'
import { expectNeverThrows } from '../support/parsers.js'

const ID =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.Compute/virtualMachines/vm-01'
/** The published form, shortened. */
const SAMPLE = `{ "compute": { "location": "westeurope", "name": "vm-01", "resourceId": "${ID}" }, "network": {} }`

const parse = (text: string): Parsed<InstanceMetadata> => parseInstanceMetadata(Buffer.from(text))

describe('parseInstanceMetadata', () => {
  it.each([
    ['the whole answer', SAMPLE, ['compute', 'resourceId']],
    ['the compute part alone', `{"resourceId":"${ID}"}`, ['resourceId']],
    ['other capitals', `{"Compute":{"ResourceId":"${ID}"}}`, ['Compute', 'ResourceId']],
  ])('finds the id in %s', (_, text, segments) => {
    expect(parse(text)).toEqual({ ok: true, value: { resourceId: { id: ID, segments } }, problems: [] })
  })

  it.each([
    '{}',
    '{"compute":null}',
    '{"compute":{"resourceId":""}}',
    '{"error":"Bad request"}',
    '{"resourceId":"vm-01"}',
  ])('finds none in %s', (text) => {
    expect(parse(text)).toMatchObject({ ok: true, value: { resourceId: null } })
  })

  it.each([
    ['', 'empty'],
    ['curl: (28) Connection timed out', 'json-invalid'],
    [SAMPLE.slice(0, 40), 'json-truncated'],
    ['[]', 'metadata-unrecognised'],
    ['"text"', 'metadata-unrecognised'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseInstanceMetadata, SAMPLE)
  })
})
