import type { Diff, DiffStatus, FactDiff, FindingDiff, HostDiff, ListDiff } from '../model/diff.js'
import type { HopStatus } from '../model/report.js'
import { INVENTORY_KINDS } from '../model/snapshot.js'
import {
  byStatus,
  changesText,
  factTitle,
  fieldsText,
  findingOf,
  FINDING_TITLES,
  FORMER_TITLE,
  GROUP_TITLES,
  GROUP_WORDS,
  listText,
  missingText,
  pause,
  sideText,
} from './diff-phrases.js'
import { visible } from './escape.js'
import { causeTree } from './cause-tree.js'
import { suppressionText } from './phrases.js'
import type { RenderOptions } from './renderer.js'
import { colourOf, hanging, heading, makePen, plainTable, severityColour, trimLines, type Pen } from './pen.js'
import { findingBlocks, problemSection } from './terminal.js'
import { ascii, wrapPath } from './wrap.js'

/** Lines of one list; the JSON has all. */
const LIST_SHOWN = 10

/** Worse or better first, then what is new with evidence and remedy, then the rest in a line each. */
export function diffTerminal(diff: Diff, options: RenderOptions): string {
  const pen = makePen(options)
  const arrow = options.unicode ? '→' : '->'
  const sections = [
    pen.paint.bold(`ct-diag ${diff.tool.version}`),
    ...diff.hosts.map((host) => hostPage(host, diff, pen, arrow)),
    problemSection(diff, pen),
  ]
  const text = `${sections.filter((part) => part !== '').join('\n\n')}\n`
  return options.unicode ? text : ascii(text)
}

const COLOURS: Readonly<Record<DiffStatus, HopStatus>> = {
  worse: 'broken',
  better: 'ok',
  same: 'ok',
  unclear: 'unknown',
}

function hostPage(host: HostDiff, diff: Diff, pen: Pen, arrow: string): string {
  const paint = colourOf(COLOURS[host.verdict.status], pen.paint)
  return [
    [
      hanging(pen.paint.dim('Before'), visible(sideText(diff.before?.name ?? '', host.before)), 12, pen, wrapPath),
      hanging(
        pen.paint.dim('After'),
        visible(`${sideText(diff.after?.name ?? '', host.after)}${pause(host)}`),
        12,
        pen,
        wrapPath,
      ),
    ].join('\n'),
    hanging(paint(host.verdict.status.toUpperCase()), paint(host.verdict.sentence), 12, pen),
    pathTable(host, pen),
    ...byStatus(host).map(([status, found]) => findingSection(FINDING_TITLES[status], found, host, pen)),
    factSection(host, pen, arrow),
    inventorySection(host, diff, pen, arrow),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function pathTable({ path }: HostDiff, pen: Pen): string {
  const mark = 2 + Math.max(...Object.values(pen.marks).map((text) => text.length)) + 1
  const table = plainTable([mark, 13, 10, 10])
  const word = (status: HopStatus | null): string => (status === null ? '-' : colourOf(status, pen.paint)(status))
  for (const [index, { hop, before, after }] of path.entries()) {
    const sign = after === null ? '' : colourOf(after, pen.paint)(pen.marks[after])
    table.push([`  ${sign}`, `${index + 1} ${hop}`, word(before), word(after)])
  }
  return `${heading('Data path'.padEnd(mark + 13), pen)}${pen.paint.dim('before    after')}\n${trimLines(table.toString())}`
}

function findingSection(title: string, all: readonly FindingDiff[], host: HostDiff, pen: Pen): string {
  const head = heading(`${title}: ${all.length}`, pen)
  const [{ status } = { status: 'unchanged' }] = all
  if (status !== 'new' && status !== 'worse') return [head, ...all.map((one) => findingLine(one, pen))].join('\n')
  const shown = all.filter(({ after }) => after?.suppressed === undefined).flatMap(({ after }) => after ?? [])
  const tree = causeTree(shown)
  const notes = all.filter(({ note, after }) => note !== null || after?.suppressed !== undefined)
  const lines = notes.map((one) => findingLine(one, pen))
  return [[head, ...lines].join('\n'), ...findingBlocks(tree, host.after?.root ?? '', pen)].join('\n\n')
}

function findingLine(one: FindingDiff, pen: Pen): string {
  const found = findingOf(one)
  const mark =
    one.status === 'fixed'
      ? pen.paint.green(pen.marks.ok)
      : severityColour(found.severity, pen.paint)(pen.severities[found.severity])
  const label = `  ${mark} ${found.ruleId}`
  const bare = 3 + (one.status === 'fixed' ? pen.marks.ok : pen.severities[found.severity]).length + found.ruleId.length
  const accepted = found.suppressed === undefined ? '' : ` Suppressed: ${suppressionText(found)}.`
  const note = one.note === null ? '' : ` ${one.note}`
  return hanging(label, visible(`${found.title} (${found.subject}).${note}${accepted}`), bare + 1, pen)
}

function factSection({ facts, notCompared }: HostDiff, pen: Pen, arrow: string): string {
  const groups = [...new Set(facts.map(({ group }) => group))]
  const lines = groups.flatMap((group) => [
    `  ${pen.paint.dim(GROUP_TITLES[group])}`,
    ...limited(
      facts.filter((one) => one.group === group).map((one) => factLine(one, pen, arrow)),
      pen,
    ),
  ])
  return [
    heading(factTitle(facts, notCompared), pen),
    ...lines,
    ...(notCompared.length === 0
      ? []
      : [
          hanging(
            ' ',
            pen.paint.dim(
              `Not compared, as one side does not tell: ${notCompared.map((group) => GROUP_WORDS[group]).join(', ')}`,
            ),
            2,
            pen,
          ),
        ]),
  ].join('\n')
}

function factLine({ name, before, after }: FactDiff, pen: Pen, arrow: string): string {
  const mark = before === null ? '+' : after === null ? '-' : '~'
  const change = before !== null && after !== null ? `${before} ${arrow} ${after}` : (after ?? before ?? '')
  return hanging(`    ${mark}`, visible(`${name}: ${change}`), 6, pen, wrapPath)
}

function inventorySection({ inventory }: HostDiff, diff: Diff, pen: Pen, arrow: string): string {
  const parts = INVENTORY_KINDS.flatMap((kind) => {
    const list = inventory[kind]
    if (list === null) return [pen.paint.dim(`  ${missingText(kind, diff)}`)]
    return [`  ${kind}: ${listText(list, arrow)}`, ...itemLines(list, pen, arrow)]
  })
  return [heading('Inventory', pen), ...parts].join('\n')
}

function itemLines({ added, removed, modified, former }: ListDiff, pen: Pen, arrow: string): string[] {
  const line = (mark: string, text: string): string => hanging(`    ${mark}`, visible(text), 6, pen, wrapPath)
  const formers = former.map(({ name, fields, confidence }) =>
    line('<', `${name}: ${fieldsText(fields)}${confidence === 'certain' ? '' : ` (${confidence})`}`),
  )
  return [
    ...limited([...added.map((name) => line('+', name))], pen),
    ...limited([...removed.map((name) => line('-', name))], pen),
    ...limited([...modified.map(({ name, changes }) => line('~', `${name}: ${changesText(changes, arrow)}`))], pen),
    ...(formers.length === 0 ? [] : [hanging('   ', pen.paint.dim(FORMER_TITLE), 4, pen), ...limited(formers, pen)]),
  ]
}

function limited(lines: readonly string[], { verbose, paint }: Pen): string[] {
  if (verbose || lines.length <= LIST_SHOWN) return [...lines]
  return [...lines.slice(0, LIST_SHOWN), paint.dim(`      and ${lines.length - LIST_SHOWN} more with --verbose`)]
}
