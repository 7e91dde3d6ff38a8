import type { CohortFact, CohortsReport, HostReport, IdentityReport, SeparationReport } from '../model/report.js'
import type { RuleId } from '../model/rule.js'
import { seriousRules } from '../model/serious.js'
import { fisher } from './fisher.js'

/** Fewer hosts have a list of findings each, and nothing in common that chance would not explain. */
const HOSTS_MIN = 10
/** Hosts on each side of a separation, with the finding and without it, with the value and without it. */
const SUPPORT_MIN = 3
/** How far apart the shares of hosts with the finding have to be. */
const GAP_MIN = 0.5
/** Of fleets in which nothing separates anything, one in a hundred is told something all the same. */
const CHANCE_MAX = 0.01
/** Facts that separate equally well: nobody can tell from these hosts which of them it is. */
const TIED_MAX = 3

/** The values of a host; null where they are not known. An empty list is known. */
type Values = readonly string[] | null

const FACTS: Readonly<Record<CohortFact, (identity: IdentityReport) => Values>> = {
  amaVersion: ({ amaVersion }) => one(amaVersion),
  arch: ({ arch }) => one(arch),
  ctVersion: ({ ctVersion }) => one(ctVersion),
  dcr: ({ dcrs }) => dcrs,
  distribution: ({ distribution }) => one(distribution),
  environment: ({ environment }) => one(environment === 'unknown' ? null : environment),
  region: ({ region }) => one(region),
  release: ({ distribution: name, distributionVersion: version }) =>
    one(name === null || version === null ? null : `${name} ${version}`),
  workspace: ({ workspaces }) => workspaces,
}

function one(value: string | null): Values {
  return value === null ? null : [value]
}

/** What many hosts have in common; undefined when they are few. */
export function cohortsOf(reports: readonly HostReport[]): CohortsReport | undefined {
  const hosts = latestOfEach(reports)
  if (hosts.length < HOSTS_MIN) return undefined
  const found = hosts.map(seriousRules)
  return { hosts: hosts.length, sets: setsOf(found), separations: separationsOf(hosts, found) }
}

/** A machine that was looked at several times must not outvote the others: its last look counts. */
function latestOfEach(hosts: readonly HostReport[]): HostReport[] {
  const latest = new Map<string, HostReport>()
  for (const host of hosts) {
    const id = host.identity.resourceId?.toLowerCase() ?? `${host.input} ${host.root} ${host.host}`
    const known = latest.get(id)
    if (known === undefined || host.asOf.time > known.asOf.time) latest.set(id, host)
  }
  return [...latest.values()]
}

function setsOf(found: readonly (readonly RuleId[])[]): CohortsReport['sets'] {
  const sets = new Map<string, { ruleIds: readonly RuleId[]; hosts: number }>()
  for (const ruleIds of found) {
    const key = ruleIds.join(' ')
    sets.set(key, { ruleIds, hosts: (sets.get(key)?.hosts ?? 0) + 1 })
  }
  return [...sets].toSorted(([a, x], [b, y]) => y.hosts - x.hosts || order(a, b)).map(([, set]) => set)
}

/** What a rule said of each host: found, not found, or nothing clear. */
type Answers = readonly (boolean | null)[]

/** One value of a fact, and which hosts have it. */
interface Side {
  readonly fact: CohortFact
  readonly value: string
  readonly hosts: readonly number[]
  /** The same for values that part the hosts in the same way. */
  readonly parting: number
}

function separationsOf(hosts: readonly HostReport[], found: readonly (readonly RuleId[])[]): SeparationReport[] {
  const rules = [...new Set(found.flat())].toSorted()
  const known = new Map(
    (Object.keys(FACTS) as CohortFact[]).map((fact) => [fact, hosts.map(({ identity }) => FACTS[fact](identity))]),
  )
  const sides = sidesOf(known)
  const partings = numbering()
  const tried = new Set<string>()
  const candidates = rules.map((ruleId) => {
    const answers = answersOf(ruleId, hosts, found)
    const kind = partings(answers.map((answer) => (answer === null ? '-' : answer ? '1' : '0')).join(''))
    return sides.flatMap((side) => {
      const separation = separate(ruleId, side, known.get(side.fact) ?? [], answers)
      if (separation === undefined) return []
      tried.add(`${kind} ${side.parting}`)
      return [separation]
    })
  })
  return candidates
    .flatMap((own) => best(own.map((one) => ({ ...one, tests: tried.size }))))
    .toSorted((a, b) => a.pValue - b.pValue || order(a.ruleId, b.ruleId) || order(a.fact, b.fact))
}

/** That a rule had nothing to say is no "not found". */
function answersOf(ruleId: RuleId, hosts: readonly HostReport[], found: readonly (readonly RuleId[])[]): Answers {
  return hosts.map(({ outcomes }, index) => {
    if (found[index]?.includes(ruleId) === true) return true
    return outcomes.some((outcome) => outcome.ruleId === ruleId && outcome.status === 'pass') ? false : null
  })
}

function sidesOf(known: ReadonlyMap<CohortFact, readonly Values[]>): Side[] {
  const partings = numbering()
  return [...known].flatMap(([fact, values]) => {
    const byValue = new Map<string, number[]>()
    for (const [host, own] of values.entries())
      for (const value of new Set(own ?? [])) {
        const having = byValue.get(value)
        if (having === undefined) byValue.set(value, [host])
        else having.push(host)
      }
    return [...byValue]
      .filter(([, { length }]) => length >= SUPPORT_MIN)
      .toSorted(([a], [b]) => order(a, b))
      .map(([value, having]) => {
        const set = new Set(having)
        const text = values.map((own, host) => (own === null ? '-' : set.has(host) ? '1' : '0')).join('')
        // Of two values each is the other's opposite, and parts the hosts in the same way.
        const opposite = text.replaceAll(/[01]/g, (digit) => (digit === '1' ? '0' : '1'))
        return { fact, value, hosts: having, parting: partings(text < opposite ? text : opposite) }
      })
  })
}

/** A number for each distinct text. */
function numbering(): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const number = known.get(text) ?? known.size
    known.set(text, number)
    return number
  }
}

/** Undefined where too few hosts are on a side for anything to be said. */
function separate(
  ruleId: RuleId,
  { fact, value, hosts }: Side,
  known: readonly Values[],
  answers: Answers,
): Omit<SeparationReport, 'tests'> | undefined {
  const clear = answers.filter((answer, host) => answer !== null && known[host] !== null)
  const own = hosts.map((host) => answers[host]).filter((answer) => answer !== null)
  const having = { hosts: own.length, found: own.filter(Boolean).length }
  const others = { hosts: clear.length - having.hosts, found: clear.filter(Boolean).length - having.found }
  const total = having.found + others.found
  if (Math.min(having.hosts, others.hosts, total, clear.length - total) < SUPPORT_MIN) return undefined
  const pValue = Number(fisher(having.found, having.hosts, others.found, others.hosts).toPrecision(3))
  return { ruleId, fact, value, having, others, unknown: answers.length - clear.length, pValue }
}

/** The best separation of one finding, one a fact, with those that are as good. */
function best(candidates: readonly SeparationReport[]): SeparationReport[] {
  const worth = candidates
    .filter((one) => one.pValue * one.tests <= CHANCE_MAX && Math.abs(gap(one)) >= GAP_MIN)
    // Where a value and its opposite part the hosts, the one that goes with the finding is told.
    .toSorted((a, b) => a.pValue - b.pValue || gap(b) - gap(a) || order(a.fact, b.fact) || order(a.value, b.value))
  const tied = worth.filter(({ pValue }) => pValue === worth[0]?.pValue)
  return tied.filter(({ fact }, index) => tied.findIndex((one) => one.fact === fact) === index).slice(0, TIED_MAX)
}

function gap({ having, others }: SeparationReport): number {
  return having.found / having.hosts - others.found / others.hosts
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
