import { homePath, type Artifact } from '../model/artifact.js'
import type { AskReport } from '../model/report.js'
import type { Ask, RuleId } from '../model/rule.js'

/** One rule that stays open, with everything that has to be supplied before it can answer: one ask a question. */
export interface OpenRule {
  readonly ruleId: RuleId
  readonly questions: readonly Ask[]
}

/** Artifacts that together answer one question, and the commands that supply them. */
interface Way {
  readonly artifacts: readonly Artifact<unknown>[]
  readonly commands: readonly string[]
}

/** A rule is settled once every question of it has one way whose commands were all run. */
interface Wanted {
  readonly ruleId: RuleId
  readonly questions: readonly (readonly Way[])[]
}

/**
 * The commands that settle the open rules, as few as can be: first those without which a rule stays open whatever else is
 * supplied, then the cheapest for what is left. What settles most comes first. An entry is one artifact; a rule is settled
 * by all the entries that name it together. A question that no artifact answers is left out.
 */
export function askList(open: readonly OpenRule[]): AskReport[] {
  const wanted = open.flatMap((rule) => wantedOf(rule) ?? [])
  return entries(inOrder(chosen(wanted), wanted), wanted)
}

function wantedOf({ ruleId, questions }: OpenRule): Wanted | undefined {
  const answerable = questions.filter((ask) => ask.length > 0).map((ask) => ask.map(wayOf))
  return answerable.length === 0 ? undefined : { ruleId, questions: answerable }
}

function wayOf(part: Ask[number]): Way {
  const artifacts = 'id' in part ? [part] : part
  return { artifacts, commands: [...new Set(artifacts.map(({ command }) => command))] }
}

function chosen(wanted: readonly Wanted[]): Set<string> {
  const forced = new Set(
    wanted.flatMap(({ questions }) =>
      questions.flatMap((ways) => (ways.length === 1 ? (ways[0]?.commands ?? []) : [])),
    ),
  )
  const picked = new Set(forced)
  for (let next = cheapest(wanted, picked); next.length > 0; next = cheapest(wanted, picked)) {
    for (const command of next) picked.add(command)
  }
  // What was picked early can have become needless by what was picked later.
  for (const command of [...picked].reverse()) {
    if (forced.has(command)) continue
    const without = new Set([...picked].filter((other) => other !== command))
    if (wanted.every((rule) => settled(rule, without))) picked.delete(command)
  }
  return picked
}

/** Of all ways to settle one more rule, the commands that settle most rules for each of them; none when all are settled. */
function cheapest(wanted: readonly Wanted[], picked: ReadonlySet<string>, among?: ReadonlySet<string>): string[] {
  const open = wanted.filter((rule) => !settled(rule, picked))
  let best: { readonly commands: string[]; readonly gain: number } = { commands: [], gain: 0 }
  for (const rule of open) {
    for (const commands of closings(rule, picked, among)) {
      const after = new Set([...picked, ...commands])
      const gain = open.filter((other) => settled(other, after)).length / commands.length
      if (gain > best.gain) best = { commands, gain }
    }
  }
  return best.commands
}

/** Sets of commands that settle a rule: for each way of its first open question, that way and the shortest for the rest. */
function closings(
  { questions }: Wanted,
  picked: ReadonlySet<string>,
  among: ReadonlySet<string> | undefined,
): string[][] {
  const missing = (way: Way, have: ReadonlySet<string>): string[] => way.commands.filter((one) => !have.has(one))
  const possible = (ways: readonly Way[]): Way[] =>
    ways.filter(({ commands }) => among === undefined || commands.every((one) => among.has(one)))
  const [first = [], ...others] = questions.filter((ways) => !ways.some((way) => missing(way, picked).length === 0))
  return possible(first).map((way) => {
    const have = new Set([...picked, ...way.commands])
    for (const ways of others) {
      const [shortest] = possible(ways).toSorted((a, b) => missing(a, have).length - missing(b, have).length)
      for (const command of shortest?.commands ?? []) have.add(command)
    }
    return [...have].filter((command) => !picked.has(command))
  })
}

function settled({ questions }: Wanted, have: ReadonlySet<string>): boolean {
  return questions.every((ways) => ways.some(({ commands }) => commands.every((command) => have.has(command))))
}

/** What settles most first; commands that only help together stand together, the one that more rules need first. */
function inOrder(picked: ReadonlySet<string>, wanted: readonly Wanted[]): string[] {
  const uses = (command: string): number =>
    wanted.filter(({ questions }) => questions.some((ways) => ways.some(({ commands }) => commands.includes(command))))
      .length
  const order = new Set<string>()
  for (let next = cheapest(wanted, order, picked); next.length > 0; next = cheapest(wanted, order, picked)) {
    for (const command of next.toSorted((a, b) => uses(b) - uses(a))) order.add(command)
  }
  return [...order]
}

function entries(order: readonly string[], wanted: readonly Wanted[]): AskReport[] {
  const have = new Set(order)
  const unlocks = new Map<string, { readonly artifact: Artifact<unknown>; readonly rules: Set<RuleId> }>()
  for (const { ruleId, questions } of wanted) {
    for (const ways of questions) {
      const used = ways.find(({ commands }) => commands.every((command) => have.has(command)))
      for (const artifact of used?.artifacts ?? []) {
        const slot = unlocks.get(artifact.id) ?? { artifact, rules: new Set() }
        slot.rules.add(ruleId)
        unlocks.set(artifact.id, slot)
      }
    }
  }
  return [...unlocks.values()]
    .toSorted(
      (a, b) =>
        order.indexOf(a.artifact.command) - order.indexOf(b.artifact.command) ||
        b.rules.size - a.rules.size ||
        (a.artifact.id < b.artifact.id ? -1 : 1),
    )
    .map(({ artifact, rules }) => ({
      artifact: artifact.id,
      path: homePath(artifact),
      command: artifact.command,
      unlocks: [...rules].toSorted(),
    }))
}
