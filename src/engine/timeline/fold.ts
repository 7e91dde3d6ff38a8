import { template } from '../../model/message-template.js'
import type { Instant } from '../../model/time.js'
import type { LineMeaning, TimelineMark } from '../../model/timeline.js'

/** One event on its way out. */
export interface Occurrence {
  readonly time: Instant
  readonly local: boolean
  /** An index of the host, and of what it stands in. */
  readonly host: number
  readonly log: number
  readonly meaning: Pick<LineMeaning, 'kind' | 'hop' | 'mark' | 'same'>
  readonly line: number | null
  readonly text: string
  readonly amount: number | null
  /** Of a gap. */
  readonly until?: Instant
}

export interface Folded extends Omit<Occurrence, 'amount'> {
  count: number
  last: Instant
  amount: { least: number; most: number } | null
}

/** After a longer pause the same is worth telling again. */
const PAUSE = 60 * 60_000
const PAUSE_OF_RESTARTS = 10 * 60_000
/** Held back until it is known how often they repeat. */
const HELD_MAX = 10_000

/** Repetitions become one event, told when the first was. A restart ends all repetitions of its hop, a gap
 * those that it begins with. */
export function* fold(occurrences: Iterable<Occurrence>): Generator<Folded> {
  const held: { readonly key: string; readonly event: Folded }[] = []
  const open = new Map<string, Folded>()
  let next = 0
  const release = function* (now: Instant): Generator<Folded> {
    for (let head = held[next]; head !== undefined; head = held[next]) {
      const { key, event } = head
      const isOpen = open.get(key) === event
      const mayGrow = isOpen && now - event.last <= pauseOf(event.meaning.mark)
      if (mayGrow && held.length - next <= HELD_MAX) return
      if (isOpen) open.delete(key)
      next++
      yield event
    }
    held.length = next = 0
  }
  for (const one of occurrences) {
    const { mark } = one.meaning
    const key = keyOf(one)
    const known = open.get(key)
    if (known !== undefined && one.time - known.last <= pauseOf(mark)) {
      known.count++
      known.last = one.time
      known.amount = around(known.amount, one.amount)
      continue
    }
    if (mark === 'gap' || mark === 'restart')
      for (const [other, { host, meaning, last }] of open)
        if (host === one.host && meaning.hop === one.meaning.hop)
          if (mark === 'gap' ? last === one.time : meaning.mark !== 'restart') open.delete(other)
    const event = single(one)
    held.push({ key, event })
    if (mark !== 'gap') open.set(key, event)
    yield* release(one.time)
    // What was told leaves the array in large steps.
    if (next > HELD_MAX) {
      held.splice(0, next)
      next = 0
    }
  }
  for (const { event } of held.slice(next)) yield event
}

export function single(one: Occurrence): Folded {
  return { ...one, count: 1, last: one.time, amount: around(null, one.amount) }
}

function around(known: Folded['amount'], amount: number | null): Folded['amount'] {
  if (amount === null) return known
  return { least: Math.min(known?.least ?? amount, amount), most: Math.max(known?.most ?? amount, amount) }
}

function keyOf({ host, log, meaning, text }: Occurrence): string {
  if (meaning.kind === 'file') return `${host} ${meaning.same ?? ''}`
  return `${log} ${meaning.same ?? `${meaning.kind} ${template(text)}`}`
}

function pauseOf(mark: TimelineMark | null): number {
  return mark === 'restart' ? PAUSE_OF_RESTARTS : PAUSE
}
