import type { Artifact, Found, Unreadable } from '../model/artifact.js'
import type { Fact, Need, Needs } from '../model/fact.js'
import type { InputView } from '../model/input.js'
import type { HostEvidence } from './hosts.js'

export type Resolution<T> =
  | { readonly met: true; readonly value: T }
  | { readonly met: false; readonly missing: readonly Artifact<unknown>[]; readonly unreadable: readonly Unreadable[] }

/** Meets needs from one host's evidence; facts are computed on first demand and once. */
export interface Resolver {
  needs(needs: Needs, optional: Needs): Resolution<Readonly<Record<string, unknown>>>
  fact<T>(fact: Fact<T>): Resolution<T>
}

/** `input` is asked for only once the clock is known, which itself rests on facts. */
export function resolver(host: HostEvidence, input: () => InputView): Resolver {
  const memo = new Map<string, Resolution<unknown>>()

  function need(wanted: Need): Resolution<unknown> {
    switch (wanted.type) {
      case 'artifact':
        return artifact(wanted, (found) => found.good.length > 0)
      case 'seen':
        return artifact(wanted.artifact, () => true)
      case 'fact':
        return fact(wanted)
      case 'input':
        return { met: true, value: input() }
    }
  }

  function artifact(wanted: Artifact<unknown>, enough: (found: Found<unknown>) => boolean): Resolution<unknown> {
    const found = host.found.get(wanted.id)
    if (found !== undefined && enough(found)) return { met: true, value: found }
    return { met: false, missing: [wanted], unreadable: found?.bad ?? [] }
  }

  function fact<T>(wanted: Fact<T>): Resolution<T> {
    const known = memo.get(wanted.id)
    // Facts are told apart by id, so what was stored under it has this fact's type.
    if (known !== undefined) return known as Resolution<T>
    const given = needs(wanted.needs, wanted.optional)
    const resolution: Resolution<T> = given.met ? { met: true, value: wanted.compute(given.value) } : given
    memo.set(wanted.id, resolution)
    return resolution
  }

  function needs(required: Needs, optional: Needs): Resolution<Readonly<Record<string, unknown>>> {
    const value: Record<string, unknown> = {}
    const missing: Artifact<unknown>[] = []
    const unreadable: Unreadable[] = []
    for (const [key, wanted] of Object.entries(required)) {
      const resolution = need(wanted)
      if (resolution.met) value[key] = resolution.value
      else {
        missing.push(...resolution.missing)
        unreadable.push(...resolution.unreadable)
      }
    }
    for (const [key, wanted] of Object.entries(optional)) {
      const resolution = need(wanted)
      value[key] = resolution.met ? resolution.value : undefined
    }
    return missing.length > 0 ? { met: false, missing, unreadable } : { met: true, value }
  }

  return { needs, fact }
}
