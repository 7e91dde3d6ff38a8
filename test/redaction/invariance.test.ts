import { exitCode } from '../../src/commands/exit-code.js'
import type { Report } from '../../src/model/report.js'
import { analyzeTree } from '../support/analyze.js'
import { CORPUS, summary } from '../support/corpus.js'
import { HostTree } from '../support/host.js'
import { redacted } from '../support/redaction.js'

test.each(CORPUS)('%s is judged the same', async (_, tree) => {
  const before = await analyzeTree(tree)
  const copy = await redacted(tree.entries)
  expect(copy.result.outcome).toBe('written')
  const after = await analyzeTree(new HostTree(copy.entries))
  const spell = (text: string): string => copy.redactor.redactText(text)
  const told = (report: Report, change: (text: string) => string): unknown =>
    report.hosts.map((host) => summary(host, change)).toSorted((a, b) => (a.host < b.host ? -1 : 1))
  expect(told(after, (text) => text)).toEqual(told(before, spell))
  expect(exitCode(after, 0, 'error')).toBe(exitCode(before, 0, 'error'))
})
