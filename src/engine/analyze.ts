import type { Catalogue, MachineSystem } from '../model/catalogue.js'
import { LIMIT } from '../model/artifact.js'
import { HOPS } from '../model/hop.js'
import type { Locator } from '../model/locator.js'
import type { EvidenceReport, HostReport, InputReport, OutcomeReport, Report, ReportProblem } from '../model/report.js'
import { FILE_CLOSED, type Source, type SourceProblem } from '../model/source.js'
import type { Instant } from '../model/time.js'
import { activityReport } from './activity.js'
import { clockOf, collectedAt, timeBy, witnessesOf, type Clock } from './clock.js'
import { cohortsOf } from './cohorts.js'
import { hopReport, outsideHop, verdict } from './data-path.js'
import { gather, type Gathered, type Watching } from './gather.js'
import { hostsOf, type HostEvidence, type Who } from './hosts.js'
import { judge, type Setting } from './judge.js'
import { resolver, type Resolver } from './resolve.js'

export interface AnalyzeOptions {
  /** Overrides every witness of the bundle's own time. */
  readonly asOf: Instant | null
  /** The input is a machine that runs: the time is now, whatever its files say. */
  readonly live?: boolean
  /** The live clock: the last resort, and the time of the run. */
  readonly now: () => Instant
  readonly version: string
  readonly command: string
  /** Aborted when the user interrupts: reading ends, what is known is reported. */
  readonly signal: AbortSignal
  readonly watching?: Watching
}

/** One analysed input. */
export interface InputResult {
  readonly input: InputReport
  readonly hosts: readonly HostReport[]
  readonly problems: readonly ReportProblem[]
}

/** Nobody looks at more, and every one costs an answer from every rule. */
const HOSTS_MAX = 100

const tooMany: SourceProblem = {
  code: LIMIT,
  message: `The input holds more than ${HOSTS_MAX} machines; only the first ones were looked at.`,
  path: null,
}

/** Codes of what a source could not deliver. */
const TORN = /^(?:tar|zip|gzip|xz|zstd|bzip2|folder|archive|link)-/

const NOTHING: HostEvidence = {
  root: '',
  folders: [],
  found: new Map(),
  sha256: new Map(),
  newest: null,
  secrets: [],
  problems: [],
}

/** What one source says of one host, before any rule has spoken. */
export interface HostView {
  readonly evidence: HostEvidence
  readonly name: string
  readonly input: string
  readonly resolve: Resolver
  readonly clock: Clock
  readonly torn: boolean
  /** Why the machine is not judged; null where it is. */
  readonly notJudged: string | null
  readonly cite: (locator: Locator) => EvidenceReport
}

/** Reads one source in one pass and judges every host found in it. */
export async function analyzeSource(
  source: Source,
  catalogue: Catalogue,
  options: AnalyzeOptions,
): Promise<InputResult> {
  const { input, views, problems } = await readSource(source, catalogue, options)
  return { input, hosts: views.map((view) => hostReport(view, catalogue)), problems }
}

/** The reading alone: the hosts of one source, their clocks and the needs that can be met. */
export async function readSource(
  source: Source,
  catalogue: Catalogue,
  options: AnalyzeOptions,
): Promise<Omit<InputResult, 'hosts'> & { readonly views: readonly HostView[] }> {
  const gathering = await gather(source, catalogue.artifacts, catalogue.secrets, options.signal, options.watching)
  const { hosts: everyHost, copies } = hostsOf(gathering, whoBy(catalogue))
  const found = everyHost.slice(0, HOSTS_MAX)
  const gathered = {
    ...gathering,
    problems: [
      ...gathering.problems,
      ...(everyHost.length <= HOSTS_MAX ? [] : [tooMany]),
      ...copies.map((path) => ({ code: 'copy-left-out', message: leftOut(path), path })),
    ],
  }
  // An input in which nothing is recognised still gets its answer: CT9001, and the list of what would help.
  const hosts = found.length > 0 ? found : [NOTHING]
  const totals = source.totals()
  const place = placeOf(source)
  // What reads such a file fails for that reason and no other.
  const closed = new Set(source.problems.flatMap(({ code, path }) => (code === FILE_CLOSED ? [path] : [])))
  return {
    input: { name: source.name, kind: source.kind, layout: layoutOf(gathered), ...totals },
    views: hosts.map((host) => viewOf(host, source, gathered, catalogue, options)),
    problems: [
      ...[...source.problems, ...gathered.problems].map(({ code, message, path }) => ({
        code,
        message,
        ...place(path),
        at: null,
      })),
      ...gathered.items.flatMap(({ path, outcome }) =>
        (closed.has(path) ? [] : outcome.problems).map(({ code, message, at }) => ({
          code,
          message,
          ...place(path),
          at: at ?? null,
        })),
      ),
    ],
  }
}

/** The archives that a path lies in, from the input inwards, and the path within the innermost one. */
function placeOf({ name, archives }: Source): <P extends string | null>(path: P) => { source: string[]; path: P } {
  const known = archives ?? new Set<string>()
  return <P extends string | null>(path: P) => {
    const source = [name]
    let from = 0
    for (let end = path?.indexOf('!/') ?? -1; path !== null && end >= 0; end = path.indexOf('!/', end + 2)) {
      // A folder may end in an exclamation mark too.
      if (!known.has(path.slice(0, end))) continue
      source.push(path.slice(from, end))
      from = end + 2
    }
    return { source, path: (path === null ? null : path.slice(from)) as P }
  }
}

/** The whole report, hosts by name. Names that occur twice get `#2`. */
export function assembleReport(
  results: readonly InputResult[],
  refused: readonly ReportProblem[],
  startedAt: Instant,
  options: AnalyzeOptions,
): Report {
  const hosts = uniquelyNamed(results.flatMap((result) => result.hosts))
  const cohorts = cohortsOf(hosts)
  return {
    schemaVersion: 1,
    tool: { name: 'ct-diag', version: options.version },
    run: {
      startedAt: new Date(startedAt).toISOString(),
      durationMs: Math.max(0, Math.round(options.now() - startedAt)),
      command: options.command,
      interrupted: options.signal.aborted,
    },
    inputs: results.map(({ input }) => input),
    hosts,
    problems: [...results.flatMap(({ problems }) => problems), ...refused],
    ...(cohorts === undefined ? {} : { cohorts }),
  }
}

function viewOf(
  host: HostEvidence,
  source: Source,
  gathered: Gathered,
  catalogue: Catalogue,
  options: AnalyzeOptions,
): HostView {
  const input = source.name
  // A user who interrupts tears the input as well.
  const torn =
    options.signal.aborted ||
    [...source.problems, ...gathered.problems].some(({ code }) => code === LIMIT || TORN.test(code))
  const resolve = resolver(host, () => ({
    kind: source.kind,
    torn,
    problems: [...source.problems, ...gathered.problems, ...host.problems],
    secrets: host.secrets,
    clock: { asOf: clock.asOf, source: clock.report.source, newest: host.newest },
  }))
  const clock = clockOf(host, resolve, catalogue, input, options.asOf, options.now(), options.live === true)
  const place = placeOf(source)
  const cite = (locator: Locator): EvidenceReport => ({
    ...place(locator.path),
    at: locator.at,
    sha256: locator.path === null ? null : (host.sha256.get(locator.path) ?? null),
    snippet: locator.snippet,
  })
  const name = required(resolve.fact(catalogue.hostname)) ?? topFolder(host.root) ?? baseName(input)
  return {
    evidence: host,
    name,
    input,
    resolve,
    clock,
    torn,
    notJudged: whyNot(required(resolve.fact(catalogue.system))),
    cite,
  }
}

/** Every rule's answer for one host, and what follows for the data path. */
export function hostReport(view: HostView, catalogue: Catalogue): HostReport {
  const { evidence, name, input, resolve, clock, notJudged } = view
  const { findings, outcomes, ask } = judge(catalogue.rules, resolve, clock.asOf, settingOf(view))
  const groups = new Map(catalogue.rules.map(({ id, group }) => [id, group]))
  const path = HOPS.map((hop) => {
    if (notJudged !== null) return outsideHop(hop)
    const answers = outcomes.filter(({ ruleId }) => groups.get(ruleId) === hop).map(({ status }) => status)
    return hopReport(hop, required(resolve.fact(catalogue.hops[hop])), findings, answers)
  })
  return {
    host: name,
    root: evidence.root,
    input,
    identity: required(resolve.fact(catalogue.identity)),
    asOf: clock.report,
    verdict: verdict(path, findings, notJudged),
    path,
    findings,
    outcomes,
    coverage: coverage(outcomes),
    ask,
    inventory: required(resolve.fact(catalogue.inventory)),
    activity: activityReport(required(resolve.fact(catalogue.activity)), clock.asOf),
  }
}

/** What a rule's answer rests on, beside its needs. */
export function settingOf({ cite, torn, notJudged, evidence: { folders } }: HostView): Setting {
  return { cite, torn, folders, notJudged }
}

function whyNot({ system, path }: MachineSystem): string | null {
  return system === 'linux' ? null : `This is a Windows machine, by ${path}; only Linux machines are judged.`
}

function whoBy(catalogue: Catalogue): Who {
  return (part) => {
    const resolve = resolver(part, noInput)
    const witnesses = witnessesOf(part, resolve, catalogue)
    const times = { taken: collectedAt(witnesses), logged: timeBy('log', witnesses) }
    return { ...required(resolve.fact(catalogue.machine)), ...times }
  }
}

function leftOut(path: string): string {
  return `Below ${path} lie files that this machine also has nearer the top; only those count. Pass it by itself to have it judged.`
}

function noInput(): never {
  throw new Error('Which machine files are of must not rest on the input')
}

/** Views of the host take what is there and need nothing, so they always resolve. */
export function required<T>(resolution: { met: true; value: T } | { met: false }): T {
  if (!resolution.met) throw new Error('A view of the host must not need anything')
  return resolution.value
}

function coverage(outcomes: readonly OutcomeReport[]): HostReport['coverage'] {
  const count = (status: OutcomeReport['status']): number =>
    outcomes.filter((outcome) => outcome.status === status).length
  return {
    pass: count('pass'),
    fail: count('fail'),
    notApplicable: count('not-applicable'),
    unknown: count('unknown'),
    error: count('error'),
  }
}

/** Hosts by name; a name that occurs twice gets `#2`. */
export function uniquelyNamed<T extends { readonly host: string }>(hosts: readonly T[]): T[] {
  const uses = new Map<string, number>()
  return hosts
    .map((host) => {
      const use = (uses.get(host.host) ?? 0) + 1
      uses.set(host.host, use)
      return use === 1 ? host : { ...host, host: `${host.host}#${use}` }
    })
    .toSorted((a, b) => (a.host < b.host ? -1 : 1))
}

/** The layout whose mark lies nearest the root; a collector's mark beside a machine's own folders says whose copy they are. */
function layoutOf({ items }: Gathered): string {
  let best = { layout: items.length === 0 ? 'unknown' : 'loose', depth: Infinity, host: true }
  for (const { match, outcome } of items) {
    const host = match.artifact.layout === undefined
    if (!outcome.ok || (host && match.layout !== 'host')) continue
    const depth = match.root === '' ? 0 : match.root.split('/').length
    if (depth < best.depth || (depth === best.depth && best.host && !host))
      best = { layout: match.artifact.layout ?? 'host', depth, host }
  }
  return best.layout
}

function topFolder(root: string): string | undefined {
  const folder = root.split('/').findLast((segment) => segment !== '')
  return folder?.endsWith('!') === true ? baseName(folder.slice(0, -1)) : folder
}

function baseName(input: string): string {
  if (input === '-') return 'stdin'
  const name = input.split('/').findLast((segment) => segment !== '' && segment !== '.') ?? input
  return name.replace(/\.(?:tar(?:\.(?:gz|xz|zst|bz2))?|tgz|txz|tzst|tbz2?|zip)$/i, '')
}
