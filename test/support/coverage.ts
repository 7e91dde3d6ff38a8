import { placeIndex } from '../../src/engine/places.js'
import type { Artifact, Reading } from '../../src/model/artifact.js'
import { artifactsOf } from '../../src/model/fact.js'
import { HOP_TITLES, RULE_GROUPS } from '../../src/model/hop.js'
import type { Rule } from '../../src/model/rule.js'
import type { Layout } from './layouts.js'

/** `all`: everything it needs is there. `some`: it needs nothing for certain, and something that helps is there. */
export type Reach = 'all' | 'some' | 'none'

/** The artifacts that are recognised at these paths, folders above them included. */
export function artifactsAt(paths: readonly string[], artifacts: readonly Artifact<unknown>[]): Set<string> {
  const recognise = placeIndex(artifacts)
  const found = new Set<string>()
  const folders = new Set(
    paths.flatMap((path) =>
      path.split('/').flatMap((_, depth, all) => (depth === 0 ? [] : [all.slice(0, depth).join('/')])),
    ),
  )
  const look = (path: string, kind: 'file' | 'directory'): void => {
    for (const { artifact, relative } of recognise(path)) {
      const { id, reading } = artifact
      if (reading.how !== 'name') {
        if (kind === 'file') found.add(id)
      } else if (reading.parse(relative, { path, kind, size: 1, mtime: null }) !== undefined) found.add(id)
    }
  }
  for (const path of paths) look(path, 'file')
  for (const folder of folders) look(folder, 'directory')
  return found
}

/** Where everything on a machine's disk lies: what only the running kernel or a command shows is not among it. */
export function diskPaths(artifacts: readonly Artifact<unknown>[]): string[] {
  return artifacts.flatMap(({ places, reading }) =>
    places.flatMap(({ layout, glob }) =>
      layout === 'host' && !glob.startsWith('proc/') ? samples(glob, reading) : [],
    ),
  )
}

/**
 * What the commands of the ask list leave behind when all are pasted: the file each writes, or what lies at the paths it
 * packs. Commands that start another collector leave its bundle.
 */
export function pastedPaths(artifacts: readonly Artifact<unknown>[], troubleshooter: Layout): string[] {
  const commands = new Set(artifacts.map(({ command }) => command))
  return [...commands].flatMap((command) => {
    if (command.includes('ama_troubleshooter.sh')) return [...troubleshooter.paths]
    const written = />\s*([\w.-]+)$/.exec(command)?.[1]
    if (written !== undefined) return [written]
    const packed = [...command.matchAll(/(?<=\s)\/([\w./*-]+)/g)].flatMap(([, path = '']) =>
      // The archive's own place is no path that is packed.
      path.startsWith('tmp/') ? [] : [path],
    )
    // A list of folders' names reaches down to a depth, and brings no content.
    const names = /-maxdepth (\d)/.exec(command)?.[1]
    const packs = (glob: string, reading: Reading<unknown>): boolean =>
      packed.some((root) =>
        names === undefined
          ? below(glob, root)
          : reading.how === 'name' && below(glob, root) && depth(glob) - depth(root) <= Number(names),
      )
    return artifacts.flatMap(({ places, reading }) =>
      places.flatMap(({ layout, glob }) => (layout === 'host' && packs(glob, reading) ? samples(glob, reading) : [])),
    )
  })
}

function below(glob: string, root: string): boolean {
  const bare = root.replace(/\*$/, '')
  return glob === root || glob.startsWith(`${root}/`) || (bare !== root && glob.startsWith(bare))
}

function depth(path: string): number {
  return path.split('/').length
}

/** Paths that a glob names. Of what is known by name a folder will do, which shows by what lies in it. */
function samples(glob: string, { how }: Reading<unknown>): string[] {
  const path = glob
    .replaceAll('/**', '/any')
    .replaceAll(/-\*(?=\/|$)/g, '-2.35.0.0')
    .replaceAll('*', '1')
  return how === 'name' ? [path, `${path}/any`] : [path]
}

export function reach(rule: Rule, held: ReadonlySet<string>): Reach {
  const needs = artifactsOf(rule)
  const required = needs.filter(({ optional }) => !optional)
  // Rules about the input take it as it comes.
  if (required.length > 0 || rule.group === 'input')
    return required.every(({ artifact }) => held.has(artifact.id)) ? 'all' : 'none'
  return needs.some(({ artifact }) => held.has(artifact.id)) ? 'some' : 'none'
}

export interface Column {
  readonly id: string
  readonly title: string
  readonly held: ReadonlySet<string>
}

const MARK: Readonly<Record<Reach, string>> = { all: '●', some: '○', none: '' }

/** Rows by hop and rule, columns by collector. */
export function coveragePage(rules: readonly Rule[], columns: readonly Column[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const tables = RULE_GROUPS.flatMap((group) => {
    const own = rules.filter((rule) => rule.group === group)
    if (own.length === 0) return []
    const title = group === 'host' ? 'The host' : group === 'input' ? 'The input itself' : HOP_TITLES[group]
    const totals = columns.map(({ held }) => {
      const answered = own.map((rule) => reach(rule, held))
      const [all, some] = (['all', 'some'] as const).map((word) => answered.filter((one) => one === word).length)
      return `${all ?? 0}${some === 0 ? '' : ` + ${some ?? 0}`}`
    })
    return [
      `## ${title}`,
      [
        row(['rule', ...columns.map(({ id }) => id)]),
        row(['---', ...columns.map(() => ':-:')]),
        ...own.map((rule) =>
          row([
            `[${rule.id}](rules/${rule.id}.md) ${rule.name}`,
            ...columns.map(({ held }) => MARK[reach(rule, held)]),
          ]),
        ),
        row([`of ${own.length}`, ...totals]),
      ].join('\n'),
    ]
  })
  return `${[
    '# Which rules a bundle can answer',
    'Made from what each rule declares that it needs, from the places where each artifact is recognised, and from what each collector is known to pack. Nothing here is written by hand, rule by rule.',
    '● everything the rule needs can be there. ○ it needs nothing for certain, and something that helps can be there: it answers where that is enough. Empty: it stays unknown, and the report says which command supplies what is missing.',
    columns.map(({ id, title }) => `- **${id}**: ${title}`).join('\n'),
    ...tables,
  ].join('\n\n')}\n`
}
