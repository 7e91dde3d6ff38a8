import { homePath, type Artifact } from '../model/artifact.js'
import type { Catalogue } from '../model/catalogue.js'
import type { Contents, HostContents, MissingArtifact, PresentArtifact } from '../model/contents.js'
import { artifactsOf } from '../model/fact.js'
import { RULE_GROUPS, type RuleGroup } from '../model/hop.js'
import type { Rule, RuleId } from '../model/rule.js'
import type { Source } from '../model/source.js'
import { iso } from '../model/time.js'
import { hostReport, readSource, uniquelyNamed, type AnalyzeOptions, type HostView } from './analyze.js'

const PATHS_LISTED = 3

/** What one source holds of every host in it, and what it lacks. */
export async function contentsOf(
  source: Source,
  catalogue: Catalogue,
  options: AnalyzeOptions,
): Promise<Pick<Contents, 'input' | 'hosts' | 'problems'>> {
  const { input, views, problems } = await readSource(source, catalogue, options)
  const homes = homeGroups(catalogue)
  const hosts = views.map((view) => ({ ...groupsOf(view, homes), ask: hostReport(view, catalogue).ask }))
  return { input, hosts: uniquelyNamed(hosts), problems }
}

interface Home {
  readonly artifact: Artifact<unknown>
  readonly group: RuleGroup
  readonly rules: readonly RuleId[]
}

const GROUPS = RULE_GROUPS

/** Every artifact belongs to the hop most of whose rules cannot do without it, else to that where most would look at it. */
function homeGroups({ artifacts, rules }: Catalogue): Home[] {
  const uses = rules.flatMap((rule) => artifactsOf(rule).map((use) => ({ ...use, rule })))
  return artifacts.map((artifact) => {
    const own = uses.filter((use) => use.artifact === artifact)
    const needed = own.filter(({ optional }) => !optional)
    const group = groupOf((needed.length > 0 ? needed : own).map(({ rule }) => rule))
    return { artifact, group, rules: [...new Set(own.map(({ rule }) => rule.id))] }
  })
}

function groupOf(rules: readonly Rule[]): RuleGroup {
  const count = (group: RuleGroup): number =>
    group === 'input' ? 0.5 : rules.filter((rule) => rule.group === group).length
  return GROUPS.reduce((a, b) => (count(b) > count(a) ? b : a))
}

function groupsOf({ evidence, name }: HostView, homes: readonly Home[]): Omit<HostContents, 'ask'> {
  const groups = GROUPS.map((group) => {
    const present: PresentArtifact[] = []
    const missing: MissingArtifact[] = []
    for (const { artifact, group: home, rules } of homes) {
      if (home !== group) continue
      const { id, title, command } = artifact
      const found = evidence.found.get(id)
      if (found === undefined) {
        // What only other collectors make is no gap.
        if (rules.length > 0 && group !== 'input' && artifact.places.some(({ layout }) => layout !== 'collector'))
          missing.push({ artifact: id, title, path: homePath(artifact), command, rules })
        continue
      }
      const all = [...found.good, ...found.bad].toSorted((a, b) => (a.path < b.path ? -1 : 1))
      const times = all.flatMap(({ mtime }) => (mtime === null ? [] : [mtime]))
      present.push({
        artifact: id,
        title,
        entries: all.length,
        bytes: all.reduce((sum, { size }) => sum + size, 0),
        newest: times.length === 0 ? null : iso(times.reduce((a, b) => Math.max(a, b))),
        paths: all.slice(0, PATHS_LISTED).map(({ path }) => path),
        problem: found.bad[0]?.problems[0].message ?? null,
      })
    }
    return { group, present, missing: missing.toSorted((a, b) => b.rules.length - a.rules.length) }
  })
  return { host: name, root: evidence.root, groups }
}
