import { createHash } from 'node:crypto'
import { homePath, type Artifact, type Unreadable } from '../model/artifact.js'
import type { Locator } from '../model/locator.js'
import type { AskReport, EvidenceReport, FindingReport, OutcomeReport, OutcomeStatus } from '../model/report.js'
import {
  notApplicable,
  type Ask,
  type Draft,
  type FindingDraft,
  type Rule,
  type RuleId,
  type Severity,
  type UnknownDraft,
} from '../model/rule.js'
import type { Instant } from '../model/time.js'
import { askList, type OpenRule } from './ask.js'
import type { Resolver } from './resolve.js'

export interface Judgement {
  readonly findings: readonly FindingReport[]
  readonly outcomes: readonly OutcomeReport[]
  readonly ask: readonly AskReport[]
}

export const SEVERITY_ORDER: readonly Severity[] = ['error', 'warning', 'info']

/** What a host's evidence lies in. */
export interface Setting {
  readonly cite: (locator: Locator) => EvidenceReport
  readonly torn: boolean
  /** Folders and archives of the input in which the host's own paths begin. */
  readonly folders: readonly string[]
  /** Why rules about the machine are not asked; null where they are. */
  readonly notJudged: string | null
}

/** Asks every rule; each answers pass, fail, not-applicable, unknown or error. */
export function judge(
  rules: readonly Rule[],
  resolver: Resolver,
  asOf: Instant,
  { cite, torn, folders, notJudged }: Setting,
): Judgement {
  const found: Found[] = []
  const outcomes: OutcomeReport[] = []
  const open: OpenRule[] = []

  for (const rule of rules) {
    const answer =
      notJudged === null || rule.group === 'input'
        ? answerOf(rule, resolver, asOf, torn, folders)
        : summarise(rule, [notApplicable(notJudged)])
    outcomes.push(answer.outcome)
    found.push(...answer.findings.map((draft) => ({ draft, told: report(rule, draft, cite) })))
    if (answer.questions.length > 0) open.push({ ruleId: rule.id, questions: answer.questions })
  }

  return {
    findings: fold(found, rules).toSorted(
      (a, b) =>
        SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) ||
        compare(a.ruleId, b.ruleId) ||
        compare(a.subject, b.subject),
    ),
    outcomes: outcomes.toSorted((a, b) => compare(a.ruleId, b.ruleId)),
    ask: askList(open.toSorted((a, b) => compare(a.ruleId, b.ruleId))),
  }
}

interface Answer {
  readonly outcome: OutcomeReport
  readonly findings: readonly FindingDraft[]
  /** What has to be supplied before the rule can answer in full. */
  readonly questions: readonly Ask[]
}

function answerOf(rule: Rule, resolver: Resolver, asOf: Instant, torn: boolean, folders: readonly string[]): Answer {
  const given = resolver.needs(rule.needs, rule.optional)
  if (!given.met) {
    const reason = missingReason(given.missing, given.unreadable)
    return { outcome: { ruleId: rule.id, status: 'unknown', reason }, findings: [], questions: [[given.missing]] }
  }
  try {
    const drafts = [...rule.check(given.value, asOf)].map((draft) => belowFolders(draft, folders))
    return summarise(rule, torn && rule.group !== 'input' ? drafts.map(withoutAbsence) : drafts)
  } catch (error) {
    const reason = `The rule failed: ${error instanceof Error ? error.message : String(error)}.`
    return { outcome: { ruleId: rule.id, status: 'error', reason }, findings: [], questions: [] }
  }
}

/** Where the host lies in the input is nothing of the host's: the same finding has the same subject in every bundle of it. */
function belowFolders(draft: Draft, folders: readonly string[]): Draft {
  if (draft.answer === 'not-applicable' || draft.subject === null) return draft
  const subject = folders
    .filter((folder) => folder !== '')
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, folder) => text.replaceAll(`${folder}/`, ''), draft.subject)
  return { ...draft, subject }
}

/** In an input that breaks off, what is missing may have been lost on the way. */
function withoutAbsence(draft: Draft): Draft {
  if (draft.answer !== 'finding') return draft
  if (draft.onlyIfWhole !== true && !draft.evidence.some(({ at }) => at.kind === 'absence')) return draft
  const reason = 'the input was not read whole, so what is missing may only have been lost on the way.'
  return { answer: 'unknown', subject: draft.subject, reason, ask: [] }
}

/** A rule fails by any finding; else one open subject makes it unknown. Mixed answers are kept by subject. */
function summarise(rule: Rule, drafts: readonly Draft[]): Answer {
  const findings = drafts.filter((draft) => draft.answer === 'finding')
  const open = drafts.filter((draft) => draft.answer === 'unknown')
  const skipped = drafts.find((draft) => draft.answer === 'not-applicable')
  const status: OutcomeStatus =
    findings.length > 0 ? 'fail' : open.length > 0 ? 'unknown' : skipped !== undefined ? 'not-applicable' : 'pass'
  const reason = open.length > 0 ? open.map(openReason).join(' ') : (skipped?.reason ?? null)
  const outcome = { ruleId: rule.id, status, reason: status === 'fail' && open.length === 0 ? null : reason }
  const subjects = [
    ...findings.map(({ subject }) => ({ subject, status: 'fail' as const, reason: null })),
    ...open.flatMap(({ subject, reason: why }) =>
      subject === null ? [] : [{ subject, status: 'unknown' as const, reason: why }],
    ),
  ]
  const mixed = open.some((draft) => draft.subject !== null)
  return { outcome: mixed ? { ...outcome, subjects } : outcome, findings, questions: open.map(({ ask }) => ask) }
}

function openReason({ subject, reason }: UnknownDraft): string {
  return subject === null ? reason : `${subject}: ${reason}`
}

function missingReason(missing: readonly Artifact<unknown>[], unreadable: readonly Unreadable[]): string {
  const [broken] = unreadable
  const names = [...new Set(missing.map((artifact) => `${artifact.title} (${homePath(artifact)})`))]
  if (broken !== undefined) return `Not readable: ${broken.path}. ${broken.problems[0].message}`
  return `Not in the input: ${names.join('; ')}.`
}

function report(rule: Rule, draft: FindingDraft, cite: (locator: Locator) => EvidenceReport): FindingReport {
  return {
    ruleId: rule.id,
    name: rule.name,
    title: rule.title,
    hop: rule.group,
    severity: milder(rule.severity, draft.severity),
    confidence: draft.confidence ?? rule.confidence,
    subject: draft.subject,
    message: draft.message,
    data: draft.data ?? {},
    remedy: draft.remedy ?? rule.docs.fix,
    causes: [],
    causedBy: null,
    fingerprint: createHash('sha256').update(`${rule.id}\0${draft.subject}`).digest('hex').slice(0, 16),
    evidence: draft.evidence.map(cite),
  }
}

/** A rule may lower its severity, never raise it. */
function milder(own: Severity, drafted: Severity | undefined): Severity {
  return drafted !== undefined && SEVERITY_ORDER.indexOf(drafted) > SEVERITY_ORDER.indexOf(own) ? drafted : own
}

/** A finding as its rule drafted it, and as the report tells it. */
interface Found {
  readonly draft: FindingDraft
  readonly told: FindingReport
}

/**
 * Where a cause and its symptom both fired, the symptom points at its nearest cause, so that chains fold into a tree: of
 * A → B → C and A → C, C belongs to B. Of causes that do not explain each other the first along the data path wins.
 */
function fold(found: readonly Found[], rules: readonly Rule[]): FindingReport[] {
  const byRule = new Map<RuleId, Found[]>()
  for (const one of found) {
    const known = byRule.get(one.told.ruleId)
    if (known === undefined) byRule.set(one.told.ruleId, [one])
    else known.push(one)
  }
  const links = new Map(rules.map(({ id, causes }) => [id, causes.filter((symptom) => symptom !== id)]))
  const linked = (cause: RuleId, symptom: RuleId): boolean => links.get(cause)?.includes(symptom) === true
  const explains = ({ draft }: Found, symptom: FindingReport): boolean => draft.explains?.(symptom) !== false
  const symptoms = (cause: Found): RuleId[] =>
    [...byRule].flatMap(([id, all]) =>
      linked(cause.told.ruleId, id) && all.some(({ told }) => explains(cause, told)) ? [id] : [],
    )
  const causes = new Map([...byRule].map(([id, all]) => [id, new Set(all.flatMap(symptoms))]))
  const reached = (id: RuleId, all: Set<RuleId> = new Set()): Set<RuleId> => {
    for (const symptom of causes.get(id) ?? []) {
      if (all.has(symptom)) continue
      all.add(symptom)
      reached(symptom, all)
    }
    return all
  }
  const reach = new Map([...byRule.keys()].map((id) => [id, reached(id)]))
  const leadsTo = (cause: RuleId, symptom: RuleId): boolean => reach.get(cause)?.has(symptom) === true
  const causedBy = (symptom: FindingReport): RuleId | null => {
    const all = [...byRule].flatMap(([id, own]) =>
      linked(id, symptom.ruleId) && own.some((cause) => explains(cause, symptom)) ? [id] : [],
    )
    const inOrder = all.toSorted(compare)
    return inOrder.find((cause) => !all.some((other) => leadsTo(cause, other) && !leadsTo(other, cause))) ?? null
  }
  return found.map((cause) => ({
    ...cause.told,
    causes: symptoms(cause).toSorted(compare),
    causedBy: causedBy(cause.told),
  }))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
