import type { Rule } from '../model/rule.js'
import { noSuch } from './usage-error.js'

/** Applies `--only` and `--skip`: ids, names, or globs such as `CT7*`. A word that selects nothing is a usage error. */
export function selectRules(rules: readonly Rule[], only: readonly string[], skip: readonly string[]): Rule[] {
  const kept = only.length === 0 ? new Set(rules) : select(rules, only)
  const dropped = select(rules, skip)
  return rules.filter((rule) => kept.has(rule) && !dropped.has(rule))
}

function select(rules: readonly Rule[], words: readonly string[]): Set<Rule> {
  const selected = new Set<Rule>()
  for (const word of words) {
    const pattern = wordPattern(word)
    const hits = rules.filter(({ id, name }) => pattern.test(id) || pattern.test(name))
    if (hits.length === 0)
      throw noSuch(
        word,
        'rule',
        rules.flatMap(({ id, name }) => [id, name]),
      )
    for (const hit of hits) selected.add(hit)
  }
  return selected
}

/** `*` stands for any characters. */
export function wordPattern(word: string): RegExp {
  const body = word.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${body}$`, 'is')
}
