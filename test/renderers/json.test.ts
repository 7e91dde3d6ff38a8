import { json } from '../../src/renderers/json.js'
import { analyzeTree } from '../support/analyze.js'
import { healthyHost } from '../support/host.js'

test('what a terminal may act on is written as an escape, and means the same', async () => {
  const hostile = 'vm\u009b2J\u202e\u{e0041}\u007f\u2028'
  const report = await analyzeTree(healthyHost().edit('etc/hostname', () => 'vm-07\n'))
  const odd = { ...report, inputs: report.inputs.map((input) => ({ ...input, name: hostile })) }
  const text = [...json(odd)].join('')
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  expect(JSON.parse(text)).toEqual(odd)
})

test('its pieces are the text that JSON.stringify makes', async () => {
  const report = await analyzeTree(healthyHost())
  const many = { ...report, hosts: [...report.hosts, ...report.hosts], problems: [] }
  for (const one of [report, many]) expect([...json(one)].join('')).toBe(`${JSON.stringify(one, null, 2)}\n`)
})
