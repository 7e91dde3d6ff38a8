import type { Artifact } from './artifact.js'
import type { Given, Needs } from './fact.js'
import type { RuleGroup } from './hop.js'
import type { Locator } from './locator.js'
import type { Instant } from './time.js'

export type Severity = 'error' | 'warning' | 'info'
/** How sure the rule is when it fires. */
export type Confidence = 'certain' | 'likely' | 'possible'
export type RuleId = `CT${number}`

/** Plain values only: they end in the report as they are. */
export type Data = Readonly<Record<string, unknown>>

export interface RuleDocs {
  /** What the rule looks for, in one or two sentences. */
  readonly what: string
  /** Why that stops or spoils the data. */
  readonly why: string
  /** How it decides, and from which evidence. */
  readonly how: string
  /** When it may be wrong. */
  readonly limits: string
  /** Numbered steps of a remedy. */
  readonly fix: readonly [string, ...string[]]
  /** The check that proves the remedy worked. */
  readonly proof: string
  readonly links: readonly string[]
}

export interface FindingDraft {
  readonly answer: 'finding'
  readonly subject: string
  readonly message: string
  readonly evidence: readonly [Locator, ...Locator[]]
  readonly data?: Data
  /** Replaces the steps of the rule's page where concrete values help. */
  readonly remedy?: readonly string[]
  /** Only ever milder than the rule's own. */
  readonly severity?: Severity
  readonly confidence?: Confidence
  /**
   * It also rests on nothing more being in the input, such as a later success, so a torn input settles nothing. Evidence of
   * absence implies it.
   */
  readonly onlyIfWhole?: boolean
  /** Which findings of the rules that its rule `causes` are symptoms of this one; all, where it says nothing. */
  readonly explains?: (symptom: Symptom) => boolean
}

export interface Symptom {
  readonly ruleId: RuleId
  readonly subject: string
}

/** Ways to settle an open question: each part alone does, and a list in it is needed together. */
export type Ask = readonly (Artifact<unknown> | readonly Artifact<unknown>[])[]

export interface UnknownDraft {
  readonly answer: 'unknown'
  readonly subject: string | null
  readonly reason: string
  /** What would settle it; empty when nothing would. */
  readonly ask: Ask
}

export interface NotApplicableDraft {
  readonly answer: 'not-applicable'
  readonly reason: string
}

/** What a rule says about a host. Saying nothing means: looked, and all is well. */
export type Draft = FindingDraft | UnknownDraft | NotApplicableDraft

export interface Rule {
  readonly id: RuleId
  readonly name: string
  /** States the problem. */
  readonly title: string
  readonly group: RuleGroup
  readonly severity: Severity
  readonly confidence: Confidence
  readonly docs: RuleDocs
  readonly needs: Needs
  readonly optional: Needs
  /** Rules whose findings are only symptoms of this one. */
  readonly causes: readonly RuleId[]
  readonly check: (given: Readonly<Record<string, unknown>>, asOf: Instant) => Iterable<Draft>
}

/** A rule as its file writes it: what it needs gives `check` its types. */
export interface RuleDefinition<N extends Needs, O extends Needs> extends Omit<
  Rule,
  'needs' | 'optional' | 'causes' | 'check'
> {
  readonly needs: N
  readonly optional?: O
  readonly causes?: readonly RuleId[]
  readonly check: (given: Given<N, O>, asOf: Instant) => Iterable<Draft>
}

export function rule<N extends Needs, O extends Needs = Record<never, never>>(definition: RuleDefinition<N, O>): Rule {
  return {
    ...definition,
    optional: definition.optional ?? {},
    causes: definition.causes ?? [],
    // The engine resolves exactly the declared needs, so the record it passes has the shape of Given<N, O>.
    check: definition.check as Rule['check'],
  }
}

export function finding(draft: Omit<FindingDraft, 'answer'>): FindingDraft {
  return { answer: 'finding', ...draft }
}

export function unknown(reason: string, ask: Ask, subject: string | null = null): UnknownDraft {
  return { answer: 'unknown', subject, reason, ask }
}

export function notApplicable(reason: string): NotApplicableDraft {
  return { answer: 'not-applicable', reason }
}
