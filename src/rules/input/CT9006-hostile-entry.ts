import { LINKS } from '../../knowledge/links.js'
import { inputItself } from '../../model/input.js'
import { clip, type Locator } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import type { SourceProblem } from '../../model/source.js'

export const hostileEntry = rule({
  id: 'CT9006',
  name: 'hostile-entry',
  title: 'Members of the input have names or links that are not to be trusted',
  group: 'input',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Lists members whose names climb out of the archive, are absolute or hold control characters, links that lead out of it, and devices.',
    why: 'Unpacked carelessly they overwrite files of whoever unpacks them, or show another file’s contents. An ordinary collector makes none of them.',
    how: 'Names are looked at as they stand. A name with “..” or a control character is skipped; an absolute one is read as if it were relative. Links are never followed out of the input; an absolute target counts from the machine’s root and does not leave it. Devices and FIFOs are never opened; those below `dev` of a folder do not count.',
    limits:
      '`tar -P` makes absolute names without evil intent, and a folder packed alone can hold links to its neighbours.',
    fix: [
      'Look before unpacking: `tar -tvf INPUT`.',
      'Unpack as an ordinary user into an empty folder: `mkdir new && tar -xf INPUT -C new --no-same-owner`.',
      'Ask the sender how the archive was made, and for one made without `-P`.',
    ],
    proof: 'The analysis of the new archive no longer shows CT9006.',
    links: [LINKS.overview],
  },
  needs: { input: inputItself },
  *check({ input }) {
    const byClass = new Map<string, SourceProblem[]>()
    for (const problem of input.problems) {
      if (problem.name === undefined) continue
      const what = classOf(problem)
      if (what !== null) byClass.set(what, [...(byClass.get(what) ?? []), problem])
    }
    for (const [subject, problems] of byClass) {
      const [first, ...others] = problems.slice(0, 5).map(at)
      if (first === undefined) continue
      yield finding({
        subject,
        message: `${problems[0]?.message ?? ''}${problems.length > 1 ? ` Another ${problems.length - 1} were told.` : ''}`,
        evidence: [first, ...others],
        data: { told: problems.length, names: problems.map(({ name }) => name ?? '') },
      })
    }
  },
})

function classOf({ code, name = '' }: SourceProblem): string | null {
  switch (code) {
    case 'entry-name-refused':
      return name.split(/[/\\]/).includes('..') ? 'traversal' : 'control characters'
    case 'entry-name-absolute':
      return 'absolute names'
    case 'entry-link-outside':
      return 'links out of the tree'
    case 'entry-device':
      return 'devices'
    default:
      return null
  }
}

function at({ path, name, message }: SourceProblem): Locator {
  return { path, at: { kind: 'entry' }, snippet: clip(`${JSON.stringify(name)}: ${message}`) }
}
