import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { artifacts } from '../../src/artifacts/index.js'
import { choose } from '../../src/commands/choose.js'
import { liveHost } from '../../src/commands/live-host.js'
import { writeBundle } from '../../src/commands/write-bundle.js'
import { catalogue } from '../../src/commands/catalogue.js'
import { analyzeSource, assembleReport } from '../../src/engine/analyze.js'
import { placeIndex } from '../../src/engine/places.js'
import type { HostReport, Report } from '../../src/model/report.js'
import { createRedactor } from '../../src/redaction/index.js'
import { createArchive, type ArchiveKind } from '../../src/sinks/archive.js'
import { openSource } from '../../src/sources/open.js'
import { OPTIONS } from '../support/analyze.js'
import { plant } from '../support/archives.js'
import { CORPUS, summary } from '../support/corpus.js'
import { TAKEN } from '../support/host.js'
import { KEY } from '../support/redaction.js'

const folder = mkdtempSync(join(tmpdir(), 'ct-diag-invariance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A host that nothing names is called like the folder it lies in. */
const TOP = 'ct-diag-20260110T120000Z'

const WAYS: readonly [kind: ArchiveKind, secretsOnly: boolean][] = [
  ['tgz', false],
  ['zip', false],
  ['tgz', true],
  ['zip', true],
]

/** One machine in a folder of its own: several below one another are no live machine. */
const machines = CORPUS.filter(([name]) => name !== 'two hosts')

test.each(machines)('%s: the machine and its bundles are judged the same', async (name, tree) => {
  const root = join(folder, `${machines.findIndex(([other]) => other === name)}`, TOP)
  plant(root, tree.entries)
  const read = async (source: Awaited<ReturnType<typeof openSource>>): Promise<Report> =>
    assembleReport([await analyzeSource(source, catalogue, OPTIONS)], [], TAKEN, OPTIONS)
  const machine = async () => (await liveHost(root, false, OPTIONS.signal)).source
  const before = (await read(await machine())).hosts

  for (const [kind, secretsOnly] of WAYS) {
    const redactor = createRedactor({ key: KEY, secretsOnly })
    const file = `${root}-${secretsOnly ? 'plain' : 'redacted'}.${kind}`
    const source = await machine()
    const { wanted, missing } = await choose(source, placeIndex(artifacts), { since: null, maxBytes: null })
    const archive = await createArchive(file, kind)
    const names = { top: TOP, name: `bundle.${kind}` }
    const made = await writeBundle(archive, {
      ...OPTIONS,
      ...names,
      source,
      wanted,
      missing,
      redactor,
      startedAt: TAKEN,
    })
    expect(made.outcome).toBe('written')
    const after = (await read(await openSource(file))).hosts
    const spell = (text: string): string => redactor.redactText(text)
    expect(after.map((host) => judgement(host, (text) => text))).toEqual(before.map((host) => judgement(host, spell)))
    rmSync(file)
  }
})

test.each(machines)('%s: a bundle that had to leave logs behind accuses of nothing more', async (name, tree) => {
  const root = join(folder, `small-${machines.findIndex(([other]) => other === name)}`, TOP)
  plant(root, tree.entries)
  const machine = async () => (await liveHost(root, false, OPTIONS.signal)).source
  const read = async (source: Awaited<ReturnType<typeof openSource>>): Promise<string[]> =>
    (await analyzeSource(source, catalogue, OPTIONS)).hosts.flatMap(({ findings }) =>
      findings.map(({ ruleId, severity, subject }) => `${ruleId} ${severity} ${subject}`),
    )
  const before = new Set(await read(await machine()))
  const { wanted: all } = await choose(await machine(), placeIndex(artifacts), { since: null, maxBytes: null })
  const size = (logs: boolean): number => all.filter(({ log }) => log === logs).reduce((sum, { take }) => sum + take, 0)

  // The second leaves no room for the database either.
  for (const maxBytes of [Math.floor(size(false) + size(true) / 3), Math.floor(size(false) / 2)]) {
    const file = `${root}-${maxBytes}.tgz`
    const source = await machine()
    const { wanted, missing } = await choose(source, placeIndex(artifacts), { since: null, maxBytes })
    const redactor = createRedactor({ key: KEY, secretsOnly: true })
    const options = { ...OPTIONS, top: TOP, name: 'bundle.tgz', startedAt: TAKEN, redactor }
    await writeBundle(await createArchive(file, 'tgz'), { ...options, source, wanted, missing })
    const after = await read(await openSource(file))
    expect(after.filter((line) => !before.has(line) && !line.startsWith('CT9'))).toEqual([])
    rmSync(file)
  }
})

/** When it was taken stands in a bundle, so that CT9004 is silent there. */
function judgement(host: HostReport, spell: (text: string) => string): unknown {
  const { findings, outcomes, asOf, ...rest } = summary(host, spell)
  const told = (line: string): boolean => !/^ct9/i.test(line)
  return { ...rest, asOf: asOf.time, findings: findings.filter(told), outcomes: outcomes.filter(told) }
}
