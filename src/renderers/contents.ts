import { counted } from '../model/count.js'
import { Chalk, type ChalkInstance } from 'chalk'
import type { Contents, HostContents, MissingArtifact, PresentArtifact } from '../model/contents.js'
import { HOP_TITLES, HOPS, type RuleGroup } from '../model/hop.js'
import { visible } from './escape.js'
import type { RenderOptions } from './renderer.js'
import { ascii, below, fold } from './wrap.js'

/** What the layouts are called. */
const MADE_BY: Readonly<Record<string, string>> = {
  'ct-diag': 'ct-diag bundle',
  'ama-troubleshooter': 'the Azure Monitor Agent’s troubleshooter',
  'guest-agent': 'the Azure guest agent’s log collector',
  'inspect-iaas-disk': 'InspectIaaSDisk',
  sosreport: 'sosreport',
  'azcmagent-logs': 'azcmagent logs',
  host: 'a copy of a machine’s own tree',
  loose: 'hand: files out of their places',
  unknown: 'nobody known',
}

/** Who made an input; then for each hop what is there, and what is missing; last what to ask for. */
export function contents({ input, hosts }: Contents, options: RenderOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 })
  const width = Math.max(40, Math.min(options.width, 120))
  if (input === null) return ''
  const size = input.bytes === 0 ? '' : `, ${inUnits(input.bytes)}`
  const head = [
    `${paint.dim('Input     ')}  ${visible(input.name)} (${input.kind}, ${counted(input.entries, 'entry')}${size})`,
    `${paint.dim('Made by   ')}  ${makers(input.layout)}`,
  ]
  const pages = hosts.map((host) => hostPage(host, options, paint, width))
  const text = `${[head.join('\n'), ...pages].join('\n\n')}\n`
  return options.unicode ? text : ascii(text)
}

/** Bundles of several collectors can lie side by side. */
function makers(layout: string): string {
  return layout
    .split('+')
    .map((name) => MADE_BY[name] ?? visible(name))
    .join(' and ')
}

function hostPage(
  host: HostContents,
  { unicode, verbose }: RenderOptions,
  paint: ChalkInstance,
  width: number,
): string {
  const { groups, ask, root } = host
  const marks = unicode ? { there: '✔', odd: '▲', gone: '-' } : { there: '[ok]', odd: '[!!]', gone: '[--]' }
  const lines = [`${paint.bold(visible(host.host))}${root === '' ? '' : ` (below ${visible(root)})`}`]
  const there = ({ title, entries, bytes, newest, paths, problem }: PresentArtifact): string[] => {
    const mark = problem === null ? paint.green(marks.there) : paint.yellow(marks.odd)
    const more = entries > paths.length ? [`and ${entries - paths.length} more`] : []
    const names = verbose ? [...paths.map((path) => visible(below(root, path))), ...more] : []
    return [
      `    ${mark} ${fold(`${title}${details(entries, bytes, newest)}`, 0, width - 4, marks.there.length + 1).replaceAll('\n', '\n    ')}`,
      ...names.map((name) => fold(name, 8, width, 10)),
      ...(problem === null ? [] : [fold(visible(problem), 8, width)]),
    ]
  }
  const gone = ({ title, path }: MissingArtifact): string =>
    paint.dim(fold(`${marks.gone} ${title}${verbose ? `, ${path}` : ''}`, 4, width, 4 + marks.gone.length + 1))
  for (const { group, present, missing } of groups) {
    if (present.length + missing.length === 0) continue
    const count = missing.length === 0 ? '' : ` of ${present.length + missing.length}`
    lines.push('', paint.bold(`  ${titleOf(group)}`) + paint.dim(`  ${present.length}${count} here`))
    lines.push(...present.flatMap(there))
    const shown = verbose ? missing : missing.slice(0, MISSING_SHOWN)
    lines.push(...shown.map(gone))
    if (missing.length > shown.length)
      lines.push(paint.dim(`    ${marks.gone} and ${missing.length - shown.length} more (--verbose)`))
  }
  if (ask.length > 0) {
    const commands = new Map<string, Set<string>>()
    for (const { command, unlocks } of ask)
      for (const rule of unlocks) commands.set(command, (commands.get(command) ?? new Set()).add(rule))
    lines.push('', paint.bold('  What to ask for'))
    for (const [command, rules] of commands)
      lines.push(
        `    ${command}`,
        paint.dim(`        so that ${rules.size} rule${rules.size === 1 ? '' : 's'} can tell`),
      )
  }
  return lines.join('\n')
}

/** Missing things shown of one hop: those that most rules look at. */
const MISSING_SHOWN = 4

function titleOf(group: RuleGroup): string {
  const hop = HOPS.find((name) => name === group)
  if (hop !== undefined) return `${HOPS.indexOf(hop) + 1} ${hop}, ${HOP_TITLES[hop]}`
  return group === 'host' ? 'The machine' : 'The bundle itself'
}

function details(entries: number, bytes: number, newest: string | null): string {
  const parts = [
    ...(entries > 1 ? [`${entries} entries`] : []),
    ...(bytes === 0 ? [] : [inUnits(bytes)]),
    ...(newest === null ? [] : [newest]),
  ]
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

function inUnits(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
