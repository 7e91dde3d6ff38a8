import type { TimelineEvent, TimelineHead } from '../../src/model/timeline.js'
import { timelineLines } from '../../src/renderers/timeline.js'

const LOOK = { color: false, unicode: true, width: 100, verbose: false }

const SOURCES = [
  'agent',
  '日本語のログ.txt',
  '日本語の名前がとても長いログ.txt',
  'ein-überaus-langer-name-ohne-ende.txt',
]

test.each([true, false])('texts stand below each other whatever logs are called; Unicode: %s', (unicode) => {
  const logs = SOURCES.map((source) => ({ source, path: source, lines: 9, first: null, last: null, skew: null }))
  const host = { host: 'vm-01', root: '', asOf: { time: '2026-01-10T10:00:00Z', source: 'log' as const }, from: null }
  const head: TimelineHead = {
    ...{ schemaVersion: 1, tool: { name: 'ct-diag', version: '0.0.0' }, input: null, windowSeconds: null, only: null },
    ...{ all: false, hosts: [{ ...host, logs }], problems: [], interrupted: false },
  }
  const line = timelineLines(head, { ...LOOK, unicode })
  const texts = SOURCES.map((source) => {
    const event: TimelineEvent = {
      ...{ time: '2026-01-10T09:00:00.000Z', local: false, host: 'vm-01', hop: 'agent', kind: 'line', mark: null },
      ...{ source, path: source, line: 1, text: 'TEXT', count: 1, until: null, amount: null },
    }
    return line(event).trimEnd().split('\n').at(-1) ?? ''
  })
  expect(new Set(texts.map((text) => columns(text.slice(0, text.indexOf('TEXT')))))).toEqual(new Set([46]))
})

function columns(text: string): number {
  return [...text].reduce(
    (sum, letter) => sum + (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(letter) ? 2 : 1),
    0,
  )
}
