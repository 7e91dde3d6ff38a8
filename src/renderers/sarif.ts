import type {
  Artifact,
  ArtifactLocation,
  Invocation,
  Location,
  Log,
  Message,
  Notification,
  PhysicalLocation,
  ReportingDescriptor,
  Result,
  Suppression,
} from 'sarif'
import type { Diff, FindingDiff } from '../model/diff.js'
import type {
  EvidenceReport,
  FindingReport,
  HostReport,
  OutcomeReport,
  Report,
  ReportProblem,
} from '../model/report.js'
import type { Rule, RuleId, Severity } from '../model/rule.js'
import { visible } from './escape.js'
import { FINGERPRINT, HOST_FINGERPRINT } from './fingerprints.js'
import { jsonText } from './json.js'
import { placeText } from './phrases.js'
import type { Renderer, RenderOptions } from './renderer.js'
import { rulePage } from './rule-page.js'

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
}

/** The same of a comparison: the results of the state after, each with what has become of it, and those that are gone. */
export function diffSarif(diff: Diff, after: Report | null, options: RenderOptions, rules: readonly Rule[]): string {
  const { tool, run, problems } = diff
  const baseline = new Map(
    diff.hosts.flatMap(({ after: side, findings }) => (side === null ? [] : [[side.host, findings]])),
  )
  const report = after ?? { schemaVersion: 1, tool, inputs: [], hosts: [] }
  return sarif({ ...report, run, problems }, { ...options, baseline }, rules)
}

/** SARIF 2.1.0: one run, whose results are the findings; with `verbose` also what passed, does not apply or is open. */
export const sarif: Renderer = (report, { verbose, baseline }, rules) => {
  const asked = new Set(report.hosts.flatMap(({ outcomes }) => outcomes.map(({ ruleId }) => ruleId)))
  const listed = rules.filter(({ id }) => asked.has(id))
  const indexes = new Map(listed.map(({ id }, index) => [id, index]))
  const places = placeBook(report)
  // All results have the property, or none: an empty list means that it counts.
  const hides = report.hosts.some(({ findings }) => findings.some(({ suppressed }) => suppressed !== undefined))
  const results = report.hosts.flatMap((host): Result[] => {
    const diffs = baseline?.get(host.host)
    const own = [
      ...host.findings.map((found) => ({
        ...findingResult(found, host, indexes, places),
        ...(hides ? { suppressions: suppressionsOf(found) } : {}),
        ...baselineState(found, diffs),
      })),
      ...formerResults(host, diffs ?? [], indexes, places),
      ...(verbose ? host.outcomes.flatMap((outcome) => outcomeResult(outcome, host, indexes)) : []),
    ]
    return hides ? own.map((result) => ({ suppressions: [], ...result })) : own
  })
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            version: report.tool.version,
            semanticVersion: report.tool.version,
            shortDescription: text('Offline diagnostics for Azure Change Tracking and Inventory on Linux'),
            rules: listed.map((rule) => descriptor(rule, indexes)),
          },
        },
        automationDetails: automation(report),
        invocations: [invocation(report, indexes, places)],
        originalUriBaseIds: places.bases(),
        results,
        artifacts: places.artifacts(),
        columnKind: 'utf16CodeUnits',
        properties: {
          hosts: report.hosts.map(({ host, root, input, asOf, verdict }) => ({ host, root, input, asOf, verdict })),
        },
      },
    ],
  }
  return `${jsonText(log, 2)}\n`
}

function descriptor(rule: Rule, indexes: ReadonlyMap<RuleId, number>): ReportingDescriptor {
  const { id, name, title, severity, docs, group, confidence, causes } = rule
  const [link] = docs.links
  const symptoms = causes.flatMap((symptom) => {
    const index = indexes.get(symptom)
    return index === undefined ? [] : [{ target: { id: symptom, index }, kinds: ['canPrecede'] }]
  })
  return {
    id,
    name,
    shortDescription: text(title),
    fullDescription: text(`${docs.what} ${docs.why}`),
    help: { text: [...docs.fix, docs.proof].join('\n'), markdown: rulePage(rule) },
    ...(link === undefined ? {} : { helpUri: link }),
    defaultConfiguration: { level: LEVELS[severity] },
    ...(symptoms.length === 0 ? {} : { relationships: symptoms }),
    properties: { tags: [group], confidence },
  }
}

/** The same machines make the same category, so that one run can be compared with the next. */
function automation({ run, hosts }: Report): { id: string; description: Message } {
  const names = hosts.map(({ host }) => host)
  const about = names.length === 0 ? 'nothing' : names.length > 3 ? `${names.length} hosts` : names.join(' ')
  return {
    id: `ct-diag/${segment(about)}/`,
    description: text(`ct-diag ${run.command} of ${names.length > 3 ? about : names.join(', ') || 'nothing'}`),
  }
}

function invocation(report: Report, indexes: ReadonlyMap<RuleId, number>, places: PlaceBook): Invocation {
  const { startedAt, durationMs, interrupted } = report.run
  // Nothing was judged: refused, misused, or ended by a bug of ours.
  const failed = report.hosts.length === 0
  const crashed = report.hosts.flatMap((host) =>
    host.outcomes
      .filter(({ status }) => status === 'error')
      .map(({ ruleId, reason }): Notification => ({
        level: 'error',
        message: text(`${host.host}: ${reason ?? 'The rule failed.'}`),
        associatedRule: { id: ruleId, index: indexes.get(ruleId) ?? -1 },
      })),
  )
  const cut: Notification[] = interrupted
    ? [{ level: 'error', message: text('The run was interrupted; what was known by then is reported.') }]
    : []
  return {
    executionSuccessful: !interrupted && !failed && crashed.length === 0,
    startTimeUtc: startedAt,
    endTimeUtc: new Date(Date.parse(startedAt) + durationMs).toISOString(),
    toolExecutionNotifications: [
      ...report.problems.map((problem) => problemNotification(problem, failed, places)),
      ...cut,
      ...crashed,
    ],
  }
}

function problemNotification(problem: ReportProblem, failed: boolean, places: PlaceBook): Notification {
  const { code, message, source, path, at } = problem
  return {
    level: failed ? 'error' : 'warning',
    message: text(message),
    descriptor: { id: code },
    ...(source.length === 0
      ? {}
      : { locations: [places.locate({ source, path, at: at ?? { kind: 'entry' }, sha256: null, snippet: null })] }),
  }
}

function findingResult(
  found: FindingReport,
  host: HostReport,
  indexes: ReadonlyMap<RuleId, number>,
  places: PlaceBook,
): Result {
  const { ruleId, severity, message, subject, hop, confidence, causedBy, remedy, evidence } = found
  const [first, ...others] = evidence.map((cited) => places.locate(cited, host.root))
  return {
    ruleId,
    ...indexOf(ruleId, indexes),
    kind: 'fail',
    level: LEVELS[severity],
    message: text(message),
    locations: first === undefined ? [] : [first],
    ...(others.length === 0 ? {} : { relatedLocations: others.map((location, id) => ({ id, ...location })) }),
    partialFingerprints: fingerprints(found.fingerprint, host),
    properties: { host: host.host, hop, subject, confidence, causedBy, remedy },
  }
}

function suppressionsOf({ suppressed }: FindingReport): Suppression[] {
  if (suppressed === undefined) return []
  const { reason, expires, origin } = suppressed
  const justification = reason === null ? {} : { justification: reason }
  return [{ kind: 'external', status: 'accepted', ...justification, properties: { expires, origin } }]
}

/** A finding since an earlier report; updated where it says something else now. */
function baselineState(found: FindingReport, diffs: readonly FindingDiff[] | undefined): Pick<Result, 'baselineState'> {
  const diff = diffs?.find(({ after }) => after?.fingerprint === found.fingerprint)
  if (diff === undefined) return {}
  if (diff.before === null) return { baselineState: 'new' }
  const same = diff.status === 'unchanged' && diff.before.message === found.message
  return { baselineState: same ? 'unchanged' : 'updated' }
}

/** What an earlier report had and this one has not. Where its rule cannot tell any more, it is open, and not absent. */
function formerResults(
  host: HostReport,
  diffs: readonly FindingDiff[],
  indexes: ReadonlyMap<RuleId, number>,
  places: PlaceBook,
): Result[] {
  return diffs.flatMap(({ status, note, before, after }): Result[] => {
    if (before === null || after !== null) return []
    const result = findingResult(before, host, indexes, places)
    if (status === 'fixed') return [{ ...result, baselineState: 'absent' }]
    const message = text(`It can no longer be told whether this still holds: ${before.message} ${note ?? ''}`)
    return [{ ...result, kind: 'open', level: 'none', message, baselineState: 'unchanged' }]
  })
}

/** The same rule and subject on another machine is another finding. */
function fingerprints(fingerprint: string, { host }: HostReport): Record<string, string> {
  return { [FINGERPRINT]: fingerprint, [HOST_FINGERPRINT]: host }
}

const KINDS = { pass: 'pass', 'not-applicable': 'notApplicable', unknown: 'open' } as const

/** Failures are results of their own, and a crash is a notification. */
function outcomeResult(
  { ruleId, status, reason }: OutcomeReport,
  { host }: HostReport,
  indexes: ReadonlyMap<RuleId, number>,
): Result[] {
  if (status === 'fail' || status === 'error') return []
  const kind = KINDS[status]
  return [
    {
      ruleId,
      ...indexOf(ruleId, indexes),
      kind,
      level: 'none',
      message: text(reason ?? 'Looked, and all is well.'),
      properties: { host },
    },
  ]
}

function indexOf(ruleId: RuleId, indexes: ReadonlyMap<RuleId, number>): { readonly ruleIndex?: number } {
  const ruleIndex = indexes.get(ruleId)
  return ruleIndex === undefined ? {} : { ruleIndex }
}

/** Braces mark places for arguments, and `[…](…)` a link: foreign text has neither. */
function text(words: string): { text: string } {
  return {
    text: words.replaceAll('](', '] (').replaceAll('{', '{{').replaceAll('}', '}}'),
  }
}

/** Inputs as bases of URIs, and every cited entry once, with its hash and the archive it lies in. */
interface PlaceBook {
  locate(cited: EvidenceReport, root?: string): Location
  bases(): Record<string, ArtifactLocation>
  artifacts(): Artifact[]
}

function placeBook({ inputs }: Report): PlaceBook {
  const artifacts: Artifact[] = []
  const indexes = new Map<string, number>()
  const bases = new Map<string, string>()

  /** No folder of this machine: a base has a name and no URI. */
  const baseOf = (input: string): string => {
    const known = bases.get(input)
    if (known !== undefined) return known
    const base = `INPUT${bases.size + 1}`
    bases.set(input, base)
    return base
  }
  const indexOfArtifact = (key: string, make: () => Artifact): number => {
    const known = indexes.get(key)
    if (known !== undefined) return known
    const made = make()
    indexes.set(key, artifacts.push(made) - 1)
    return artifacts.length - 1
  }
  const inputIndex = (name: string): number | undefined => {
    const input = inputs.find((one) => one.name === name)
    if (input === undefined || input.kind === 'directory' || input.kind === 'host') return undefined
    const { sha256, bytes } = input
    return indexOfArtifact(key([name]), () => ({
      location: { uri: uriOf(name) },
      length: bytes,
      ...(sha256 === null ? {} : { hashes: { 'sha-256': sha256 } }),
    }))
  }
  const entryIndex = (source: readonly string[], path: string, sha256: string | null): number => {
    const [input = ''] = source
    const parent = source.length < 2 ? inputIndex(input) : entryIndex(source.slice(0, -1), source.at(-1) ?? '', null)
    return indexOfArtifact(key([...source, path]), () => ({
      location: { uri: uriOf(path), uriBaseId: baseOf(input) },
      ...(parent === undefined ? {} : { parentIndex: parent }),
      ...(sha256 === null ? {} : { hashes: { 'sha-256': sha256 } }),
    }))
  }

  return {
    locate(cited, root = '') {
      const { source, at, sha256 } = cited
      const [input = ''] = source
      const path = cited.path ?? (at.kind === 'absence' ? (at.looked[0] ?? '') : '')
      const words = visible([...source.slice(1), placeText(cited, root)].filter((part) => part !== '').join(' > '))
      const told = words === '' ? {} : { message: text(words) }
      // Of an earlier report: no input of this one.
      if (source.length === 0)
        return { physicalLocation: { artifactLocation: { uri: uriOf(path) }, ...region(cited) }, ...told }
      const within = [...source.slice(1), path].join('!/')
      const base = { uri: uriOf(within), uriBaseId: baseOf(input) }
      const physical: PhysicalLocation =
        cited.path === null
          ? { artifactLocation: within === '' ? { uri: uriOf(input) } : base }
          : { artifactLocation: { ...base, index: entryIndex(source, path, sha256) }, ...region(cited) }
      return { physicalLocation: physical, ...logical(cited), ...told }
    },
    bases: () =>
      Object.fromEntries([...bases].map(([input, base]) => [base, { description: text(`Inside ${input}`) }])),
    artifacts: () => artifacts,
  }
}

function region({ at, snippet }: EvidenceReport): Pick<PhysicalLocation, 'region'> {
  const said = snippet === null ? {} : { snippet: { text: snippet } }
  if (at.kind === 'line') return { region: { startLine: at.line, ...said } }
  if (at.kind === 'bytes') return { region: { byteOffset: at.offset, byteLength: at.length, ...said } }
  return {}
}

/** What has a name inside its file and no line. */
function logical({ at, snippet }: EvidenceReport): Pick<Location, 'logicalLocations'> {
  const said = snippet === null ? {} : { properties: { snippet } }
  if (at.kind === 'json') return { logicalLocations: [{ fullyQualifiedName: at.pointer, kind: 'member', ...said }] }
  if (at.kind === 'bolt')
    return {
      logicalLocations: [
        { name: at.key, fullyQualifiedName: [...at.bucket, at.key].join(' > '), kind: 'record', ...said },
      ],
    }
  return {}
}

function key(parts: readonly string[]): string {
  return parts.join('\0')
}

/** A relative reference, whatever the name: no scheme, no authority, no parameters. */
function uriOf(path: string): string {
  return path.replace(/^\/+/, '').split('/').map(segment).join('/')
}

function segment(name: string): string {
  // Half a character cannot be encoded.
  return encodeURIComponent(name.replaceAll(/\p{Cs}/gu, visible))
}
