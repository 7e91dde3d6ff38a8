import { LIMIT } from '../model/artifact.js'
import type {
  DiffStatus,
  FactDiff,
  FieldDiff,
  FindingDiff,
  HostDiff,
  HostSide,
  ListDiff,
  ListSide,
} from '../model/diff.js'
import { FINDING_STATUSES } from '../model/diff.js'
import { HOPS } from '../model/hop.js'
import type { FindingReport, HostReport, Report } from '../model/report.js'
import {
  FACT_GROUPS,
  INVENTORY_KINDS,
  type InventoryKind,
  type ItemFields,
  type ItemList,
  type Snapshot,
} from '../model/snapshot.js'
import type { Catalogue } from '../model/catalogue.js'
import type { Source } from '../model/source.js'
import { hostReport, readSource, uniquelyNamed, type AnalyzeOptions, type InputResult } from './analyze.js'
import { SEVERITY_ORDER } from './judge.js'

/** One state of a host. An earlier report has no snapshot. */
export interface HostState {
  readonly report: HostReport
  readonly snapshot: Snapshot | null
  /** Whether its input was not read to the end. */
  readonly torn?: boolean
}

/** Whether the input of a host was not read to its end: what was not found may lie behind that. */
export function isTorn({ run, problems }: Pick<Report, 'run' | 'problems'>, { input }: HostReport): boolean {
  return (
    run.interrupted ||
    problems.some(
      ({ code, path, source: [name] }) => name === input && (path === null ? TORN : TORN_ARCHIVE).test(code),
    )
  )
}

const TORN_ARCHIVE = /^(?:tar|zip)-(?:truncated|damaged)$/
/** Of one file among others the rules know themselves that it is cut. */
const TORN = new RegExp(`-(?:truncated|damaged)$|^${LIMIT}$`)

/** Reads one source as `analyzeSource` does, and keeps what can be compared. */
export async function readStates(
  source: Source,
  catalogue: Catalogue,
  options: AnalyzeOptions,
): Promise<InputResult & { readonly snapshots: ReadonlyMap<string, Snapshot> }> {
  const { input, views, problems } = await readSource(source, catalogue, options)
  const states = views.map((view) => {
    const report = hostReport(view, catalogue)
    return { host: report.host, report, snapshot: view.resolve.fact(catalogue.snapshot) }
  })
  const named = uniquelyNamed(states)
  return {
    input,
    problems,
    hosts: named.map(({ host, report }) => ({ ...report, host })),
    snapshots: new Map(named.flatMap(({ host, snapshot }) => (snapshot.met ? [[host, snapshot.value]] : []))),
  }
}

/** Hosts by name; a single one on each side belongs together whatever it is called, so that two machines can be compared. */
export function diffHosts(before: readonly HostState[], after: readonly HostState[]): HostDiff[] {
  if (before.length === 1 && after.length === 1) return [diffHost(before[0], after[0])]
  const names = [...new Set([...before, ...after].map(({ report }) => report.host))].toSorted()
  const find = (states: readonly HostState[], name: string): HostState | undefined =>
    states.find(({ report }) => report.host === name)
  return names.map((name) => diffHost(find(before, name), find(after, name)))
}

function diffHost(before: HostState | undefined, after: HostState | undefined): HostDiff {
  const torn = { before: before?.torn === true, after: after?.torn === true }
  const findings = diffFindings(before?.report, after?.report, torn)
  const groups = FACT_GROUPS.filter(
    (group) => before?.snapshot?.facts[group] != null && after?.snapshot?.facts[group] != null,
  )
  return {
    host: after?.report.host ?? before?.report.host ?? '',
    before: side(before),
    after: side(after),
    verdict: verdictOf(findings),
    path: HOPS.map((hop) => ({
      hop,
      before: before?.report.path.find((one) => one.hop === hop)?.status ?? null,
      after: after?.report.path.find((one) => one.hop === hop)?.status ?? null,
    })),
    findings,
    facts: [
      ...machineFacts(before?.report, after?.report),
      ...groups.flatMap((group) =>
        diffMaps(before?.snapshot?.facts[group], after?.snapshot?.facts[group]).map((one) => ({ group, ...one })),
      ),
    ],
    notCompared: FACT_GROUPS.filter((group) => !groups.includes(group)),
    inventory: byKind((kind) => diffLists(before?.snapshot?.inventory[kind], after?.snapshot?.inventory[kind])),
  }
}

function side(state: HostState | undefined): HostSide | null {
  if (state === undefined) return null
  const { host, root, input, asOf, verdict, identity } = state.report
  return { host, root, input, asOf, verdict, identity }
}

function byKind<T>(of: (kind: InventoryKind) => T): Readonly<Record<InventoryKind, T>> {
  const [files, packages, services] = INVENTORY_KINDS
  return { files: of(files), packages: of(packages), services: of(services) }
}

/** An earlier report in another format than JSON keeps findings, and no answers of rules. */
type Earlier = Pick<HostReport, 'findings'> & Partial<Pick<HostReport, 'outcomes'>>

/** By fingerprint, which is rule and subject. Ordered by what has become of a finding, then as a report orders them. */
export function diffFindings(
  before: Earlier | undefined,
  after: HostReport | undefined,
  torn = { before: false, after: false },
): FindingDiff[] {
  const then = new Map(before?.findings.map((found) => [found.fingerprint, found]))
  const now = new Map(after?.findings.map((found) => [found.fingerprint, found]))
  const all = [
    ...[...now.values()].map((found) => {
      const earlier = then.get(found.fingerprint)
      return earlier === undefined ? appeared(found, before, torn.before) : compared(earlier, found)
    }),
    ...[...then.values()]
      .filter(({ fingerprint }) => !now.has(fingerprint))
      .map((found) => vanished(found, after, torn.after)),
  ]
  return all.toSorted((a, b) => FINDING_STATUSES.indexOf(a.status) - FINDING_STATUSES.indexOf(b.status))
}

function appeared(after: FindingReport, host: Earlier | undefined, torn: boolean): FindingDiff {
  const open =
    host === undefined
      ? 'the host is not in BEFORE'
      : (openReason(after, host.outcomes) ?? (torn ? 'BEFORE was not read to its end' : null))
  return { status: 'new', note: open === null ? null : `It may be older: ${open}.`, before: null, after }
}

function compared(before: FindingReport, after: FindingReport): FindingDiff {
  const change = SEVERITY_ORDER.indexOf(before.severity) - SEVERITY_ORDER.indexOf(after.severity)
  if (change === 0) return { status: 'unchanged', note: null, before, after }
  const note = `It was ${before.severity} before.`
  return { status: change > 0 ? 'worse' : 'better', note, before, after }
}

/** Gone is fixed only where the rule looked at the same subject again and found nothing. */
function vanished(before: FindingReport, host: HostReport | undefined, torn: boolean): FindingDiff {
  const open =
    host === undefined
      ? 'the host is not in AFTER'
      : (openReason(before, host.outcomes) ?? (torn ? 'AFTER was not read to its end' : null))
  if (open !== null) return { status: 'unclear', note: `${open}.`, before, after: null }
  const outcome = host?.outcomes.find(({ ruleId }) => ruleId === before.ruleId)
  const note = outcome?.status === 'not-applicable' ? `The rule no longer applies: ${outcome.reason ?? ''}` : null
  return { status: 'fixed', note, before, after: null }
}

/** Why a host's report does not say whether there is such a finding; null when it does. */
function openReason({ ruleId, subject }: FindingReport, outcomes: HostReport['outcomes'] | undefined): string | null {
  if (outcomes === undefined) return null
  const outcome = outcomes.find((one) => one.ruleId === ruleId)
  if (outcome === undefined) return 'the rule was not asked'
  const own = outcome.subjects?.find((one) => one.subject === subject)
  const { status, reason } = own ?? outcome
  // A rule that fired for others and has an open question of its own does not say about whom that is.
  const open =
    status === 'unknown' ||
    status === 'error' ||
    (status === 'fail' && own === undefined && outcome.subjects === undefined && reason !== null)
  return open ? (reason ?? 'the rule could not tell').replace(/\.$/, '') : null
}

function verdictOf(findings: readonly FindingDiff[]): HostDiff['verdict'] {
  const count = (...statuses: readonly string[]): number =>
    findings.filter(({ status }) => statuses.includes(status)).length
  const bad = findings.filter(isRegression).length
  const status: DiffStatus =
    bad > 0 ? 'worse' : count('unclear') > 0 ? 'unclear' : count('fixed', 'better') > 0 ? 'better' : 'same'
  const parts = FINDING_STATUSES.flatMap((one) => {
    const number = count(one)
    return number === 0 ? [] : [`${number} ${WORDS[one]}`]
  })
  return { status, sentence: parts.length === 0 ? 'No finding before or after.' : `Findings: ${parts.join(', ')}.` }
}

const WORDS: Readonly<Record<FindingDiff['status'], string>> = {
  new: 'new',
  worse: 'worse',
  unclear: 'can no longer be told',
  better: 'better',
  fixed: 'fixed',
  unchanged: 'unchanged',
}

/** What `--fail-on` counts: a new finding, or a worse one, that nobody has decided to live with. */
export function isRegression({ status, after }: FindingDiff): boolean {
  return (status === 'new' || status === 'worse') && after?.suppressed === undefined
}

const MACHINE = {
  resourceId: 'resource',
  os: 'operating system',
  arch: 'architecture',
  amaVersion: 'Azure Monitor Agent',
  ctVersion: 'Change Tracking',
} as const

/** What one side does not know is no change. */
function machineFacts(before: HostReport | undefined, after: HostReport | undefined): FactDiff[] {
  return (Object.keys(MACHINE) as (keyof typeof MACHINE)[]).flatMap((key) => {
    const [was, is] = [before?.identity[key] ?? null, after?.identity[key] ?? null]
    if (was === null || is === null || was === is) return []
    return [{ group: 'machine' as const, name: MACHINE[key], before: was, after: is }]
  })
}

function diffMaps(
  before: ReadonlyMap<string, string> | null | undefined,
  after: ReadonlyMap<string, string> | null | undefined,
): Omit<FactDiff, 'group'>[] {
  const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].toSorted()
  const changed = names.flatMap((name) => {
    const [was, is] = [before?.get(name) ?? null, after?.get(name) ?? null]
    return was === is ? [] : [{ name, before: was, after: is }]
  })
  // That a rule is new or gone says it of all its settings, which begin with its name.
  const whole = changed.filter((one) => one.before === null || one.after === null).map(({ name }) => `${name} `)
  return changed.filter(({ name }) => !whole.some((start) => name.startsWith(start)))
}

function diffLists(before: ItemList | null | undefined, after: ItemList | null | undefined): ListDiff | null {
  if (before == null || after == null) return null
  const names = [...new Set([...before.items.keys(), ...after.items.keys()])].toSorted()
  const modified = names.flatMap((name) => {
    const changes = diffFields(before.items.get(name), after.items.get(name))
    return changes.length === 0 ? [] : [{ name, changes }]
  })
  return {
    before: listSide(before),
    after: listSide(after),
    // A list that is cut does not tell what is not in it.
    added: before.partial ? [] : names.filter((name) => !before.items.has(name)),
    removed: after.partial ? [] : names.filter((name) => !after.items.has(name)),
    modified,
    former: [],
  }
}

function listSide({ path, partial, items }: ItemList): ListSide {
  return { path, count: items.size, partial }
}

function diffFields(before: ItemFields | undefined, after: ItemFields | undefined): FieldDiff[] {
  if (before === undefined || after === undefined) return []
  return Object.entries(before).flatMap(([field, was]) => {
    const is = after[field] ?? null
    return was === null || is === null || was === is ? [] : [{ field, before: was, after: is }]
  })
}
