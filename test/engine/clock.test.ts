import { analyzeSource } from '../../src/engine/analyze.js'
import { catalogue } from '../../src/commands/catalogue.js'
import { memorySource } from '../../src/sources/memory.js'
import { analyzeHost, OPTIONS } from '../support/analyze.js'
import { healthyHost, HostTree, TAKEN } from '../support/host.js'

const host = healthyHost()
const LOGS = /mdsd\.|cta_linux/

test('the newest line of any log', async () => {
  expect((await analyzeHost(host)).asOf).toEqual({ time: '2026-01-10T10:00:00Z', source: 'log' })
})

test('without logs the newest file time', async () => {
  const tree = host.without(LOGS).stamped(/./, TAKEN - 5000)
  expect((await analyzeHost(tree)).asOf).toEqual({ time: '2026-01-10T09:59:55Z', source: 'mtime' })
})

test('a collector’s folder name beats the logs', async () => {
  const tree = host.under('amalogs-azurevm-2026-01-10T10.11.12.123456')
  expect((await analyzeHost(tree)).asOf).toEqual({ time: '2026-01-10T10:11:12Z', source: 'archive-name' })
})

test('so does the archive’s own name', async () => {
  const source = memorySource('/tmp/amalogs-azurearc-2026-01-10T11.00.00.tgz', host.entries)
  const { hosts } = await analyzeSource(source, catalogue, OPTIONS)
  expect(hosts[0]?.asOf).toEqual({ time: '2026-01-10T11:00:00Z', source: 'archive-name' })
})

test('the flag beats everything', async () => {
  const source = memorySource('x', host.under('amalogs-azurevm-2026-01-10T10.11.12').entries)
  const { hosts } = await analyzeSource(source, catalogue, { ...OPTIONS, asOf: TAKEN })
  expect(hosts[0]?.asOf).toEqual({ time: '2026-01-10T10:00:00Z', source: 'flag' })
})

test('with nothing else it is now, and nothing is stale by it', async () => {
  const tree = new HostTree(new Map([...host.without(LOGS).entries].map(([path, { content }]) => [path, { content }])))
  const report = await analyzeHost(tree)
  expect(report.asOf.source).toBe('clock')
  expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
})

test('a time without a zone may be hours ahead, and counts only where no other log tells', async () => {
  const guest = 'var/log/waagent.log'
  const line = '2026/01/10 12:59:00.584161 INFO ExtHandler made-up\n'
  expect((await analyzeHost(host.with(guest, line))).asOf.time).toBe('2026-01-10T10:00:00Z')
  expect((await analyzeHost(host.without(LOGS).with(guest, line))).asOf).toEqual({
    time: '2026-01-10T12:59:00Z',
    source: 'log',
  })
})
