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

/** A comparison with one text in every place where foreign text can be. */
export function poisoned(diff: Diff, text: string): Diff {
  const [host] = diff.hosts
  if (host === undefined) throw new Error('The sample has no host')
  const ends = { before: { path: text, count: 2, partial: false }, after: { path: text, count: 2, partial: false } }
  const list = {
    ...ends,
    added: [text],
    removed: [text],
    modified: [{ name: text, changes: [{ field: text, before: text, after: text }] }],
    former: [{ name: text, fields: { [text]: text }, confidence: 'likely' as const }],
  }
  const findings = host.findings.map((one) => {
    const of = (found: typeof one.before): typeof one.before =>
      found && {
        ...found,
        ...{ title: text, subject: text, message: text, remedy: [text] },
        suppressed: { reason: text, expires: null, origin: text },
        evidence: [{ source: [text], path: text, at: { kind: 'line', line: 1 }, sha256: null, snippet: text }],
      }
    return { ...one, note: text, before: of(one.before), after: of(one.after) }
  })
  const side = host.before && { ...host.before, host: text, root: text, input: text }
  const shown = {
    ...host,
    ...{ host: text, before: side, after: side, findings, inventory: { files: list, packages: list, services: list } },
    facts: [{ group: 'units' as const, name: text, before: text, after: text }],
  }
  const input = { name: text, kind: 'file', sha256: null }
  const problems = [{ code: 'odd', message: text, source: [text], path: text, at: null }]
  const made: Diff = { ...diff, before: input, after: input, hosts: [shown], problems }
  expectValidDiff(made)
  return made
}
