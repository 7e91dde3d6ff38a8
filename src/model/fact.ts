import type { Artifact, Found } from './artifact.js'
import type { InputNeed, InputView } from './input.js'

/** A join over artifacts that several rules share: pure, computed once per host, with provenance kept. */
export interface Fact<T> {
  readonly type: 'fact'
  readonly id: string
  readonly needs: Needs
  readonly optional: Needs
  readonly compute: (given: Readonly<Record<string, unknown>>) => T
}

/** An artifact that only has to be there: unreadable occurrences satisfy the need as well. */
export interface Seen<T> {
  readonly type: 'seen'
  readonly artifact: Artifact<T>
}

export type Need = Artifact<unknown> | Fact<unknown> | Seen<unknown> | InputNeed
export type Needs = Readonly<Record<string, Need>>

/** What a need becomes once it is met. */
export type ValueOf<N> = N extends InputNeed
  ? InputView
  : N extends Artifact<infer T>
    ? Found<T>
    : N extends Seen<infer T>
      ? Found<T>
      : N extends Fact<infer T>
        ? T
        : never

/** Needs are always there; optional ones may be undefined. Reading anything undeclared does not compile. */
export type Given<N extends Needs, O extends Needs> = { readonly [K in keyof N]: ValueOf<N[K]> } & {
  readonly [K in keyof O]: ValueOf<O[K]> | undefined
}

export function seen<T>(artifact: Artifact<T>): Seen<T> {
  return { type: 'seen', artifact }
}

export function fact<T, N extends Needs, O extends Needs = Record<never, never>>(definition: {
  readonly id: string
  readonly needs: N
  readonly optional?: O
  readonly compute: (given: Given<N, O>) => T
}): Fact<T> {
  return {
    type: 'fact',
    id: definition.id,
    needs: definition.needs,
    optional: definition.optional ?? {},
    // The engine resolves exactly the declared needs, so the record it passes has the shape of Given<N, O>.
    compute: definition.compute as (given: Readonly<Record<string, unknown>>) => T,
  }
}

/** An artifact that something rests on; an optional one only helps. */
export interface RestsOn {
  readonly artifact: Artifact<unknown>
  readonly optional: boolean
}

/** Every artifact a rule or a fact rests on, through its facts. */
export function artifactsOf(subject: { readonly needs: Needs; readonly optional: Needs }): RestsOn[] {
  const found = new Map<string, RestsOn>()
  const visit = (needs: Needs, optional: boolean): void => {
    for (const need of Object.values(needs)) {
      if (need.type === 'input') continue
      if (need.type === 'fact') {
        visit(need.needs, optional)
        visit(need.optional, true)
        continue
      }
      const artifact = need.type === 'seen' ? need.artifact : need
      const known = found.get(artifact.id)
      found.set(artifact.id, { artifact, optional: optional && (known?.optional ?? true) })
    }
  }
  visit(subject.needs, false)
  visit(subject.optional, true)
  return [...found.values()]
}
