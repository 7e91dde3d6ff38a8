import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '../../src/commands/catalogue.js'
import { diffHosts, readStates, type HostState } from '../../src/engine/diff.js'
import type { Diff, HostDiff } from '../../src/model/diff.js'
import type { Rule } from '../../src/model/rule.js'
import { memorySource } from '../../src/sources/memory.js'
import { OPTIONS } from './analyze.js'
import type { HostTree } from './host.js'

const docs = join(__dirname, '..', '..', 'docs')
const read = (name: string): object => JSON.parse(readFileSync(join(docs, name), 'utf8')) as object
const ajv = new Ajv2020({ allErrors: true, strict: true })
ajv.addSchema(read('report.schema.json'), 'report.schema.json')
const validate = ajv.compile(read('diff.schema.json'))

/** Fails with every place at which the comparison leaves its schema. */
export function expectValidDiff(diff: unknown): asserts diff is Diff {
  if (!validate(JSON.parse(JSON.stringify(diff)))) throw new Error(JSON.stringify(validate.errors, null, 2))
}

export async function statesOf(tree: HostTree, rules: readonly Rule[] = catalogue.rules): Promise<HostState[]> {
  const { hosts, snapshots } = await readStates(
    memorySource('sample.tgz', tree.entries),
    { ...catalogue, rules },
    OPTIONS,
  )
  return hosts.map((report) => ({ report, snapshot: snapshots.get(report.host) ?? null }))
}

export function diffOf(before: readonly HostState[], after: readonly HostState[]): Diff {
  const side = { name: 'sample.tgz', kind: 'memory', sha256: null }
  const diff: Diff = {
    schemaVersion: 1,
    tool: { name: 'ct-diag', version: '0.0.0' },
    run: { startedAt: '2031-05-05T05:05:05.000Z', durationMs: 0, command: 'diff', interrupted: false },
    before: side,
    after: side,
    hosts: diffHosts(before, after),
    problems: [],
  }
  expectValidDiff(diff)
  return diff
}

/** Two trees that hold one host each, or what makes one. */
export async function diffTrees(before: HostTree, after: HostTree): Promise<HostDiff> {
  const [host, ...others] = diffOf(await statesOf(before), await statesOf(after)).hosts
  if (host === undefined || others.length > 0) throw new Error('Expected one host')
  return host
}
