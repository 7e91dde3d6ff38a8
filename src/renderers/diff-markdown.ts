import { HOP_TITLES } from '../model/hop.js'
import type { Diff, FindingDiff, HostDiff, ListDiff } from '../model/diff.js'
import type { EvidenceReport } from '../model/report.js'
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
import { code, opening, prose, table } from './markdown-text.js'
import { placeText, suppressionText } from './phrases.js'
import type { RenderOptions } from './renderer.js'

/** Items of one list; the JSON has all. */
const LIST_SHOWN = 20

/** For a ticket: what has become better or worse, and what else is different. */
export function diffMarkdown(diff: Diff, { verbose }: RenderOptions): string {
  const problems = diff.problems.map(({ code: word, message }) => `- ${opening(message)} (${prose(word)})`)
  const sections = [
    ...diff.hosts.flatMap((host) => hostSections(host, diff, verbose)),
    ...(problems.length === 0
      ? []
      : [`## Problems with the inputs: ${problems.length}`, limited(problems, verbose).join('\n')]),
    `Compared by ct-diag ${prose(diff.tool.version)}, offline.`,
  ]
  return `${sections.join('\n\n')}\n`
}

function hostSections(host: HostDiff, diff: Diff, verbose: boolean): string[] {
  const { verdict, path, facts, notCompared } = host
  const open = notCompared.map((group) => GROUP_WORDS[group])
  return [
    `# ct-diag diff: ${prose(host.host)}`,
    `**${verdict.status.toUpperCase()}**: ${prose(verdict.sentence)}`,
    [
      `- Before: ${prose(sideText(diff.before?.name ?? '', host.before))}`,
      `- After: ${prose(sideText(diff.after?.name ?? '', host.after))}${pause(host)}`,
    ].join('\n'),
    '## Data path',
    table(
      ['', 'hop', 'before', 'after'],
      path.map(({ hop, before, after }, index) => [
        String(index + 1),
        `${hop}: ${HOP_TITLES[hop]}`,
        before ?? '-',
        after === null ? '-' : before === after ? after : `**${after}**`,
      ]),
    ),
    ...byStatus(host).flatMap(([status, found]) => [
      `## ${FINDING_TITLES[status]}: ${found.length}`,
      ...(status === 'new' || status === 'worse'
        ? found.flatMap((one) => findingSections(one, host))
        : [found.map(findingItem).join('\n')]),
    ]),
    `## ${factTitle(facts, notCompared)}`,
    ...(facts.length === 0
      ? []
      : [
          table(
            ['what', 'name', 'before', 'after'],
            facts.map(({ group, name, before, after }) => [
              GROUP_TITLES[group],
              code(name, true),
              before === null ? '-' : code(before, true),
              after === null ? '-' : code(after, true),
            ]),
          ),
        ]),
    ...(open.length === 0 ? [] : [`Not compared, as one side does not tell: ${open.join(', ')}.`]),
    '## Inventory',
    ...INVENTORY_KINDS.flatMap((kind) => {
      const list = host.inventory[kind]
      return list === null
        ? [`${missingText(kind, diff)}.`]
        : [`${kind}: ${listText(list, '→')}.`, ...itemList(list, verbose)]
    }),
  ]
}

function findingSections(one: FindingDiff, host: HostDiff): string[] {
  const found = findingOf(one)
  const { ruleId, title, severity, message, evidence, remedy } = found
  const accepted = found.suppressed === undefined ? [] : [`Suppressed: ${prose(suppressionText(found))}`]
  return [
    `### ${ruleId} ${prose(title)} (${severity})`,
    opening(message),
    ...(one.note === null ? [] : [opening(one.note)]),
    ...accepted,
    evidence
      .slice(0, 3)
      .map((cited) => evidenceItem(cited, host.after?.root ?? ''))
      .join('\n'),
    'What to do:',
    remedy.map((step, index) => `${index + 1}. ${opening(step)}`).join('\n'),
  ]
}

function evidenceItem(cited: EvidenceReport, root: string): string {
  return `- ${code(placeText(cited, root))}`
}

function findingItem(one: FindingDiff): string {
  const { ruleId, title, severity, subject } = findingOf(one)
  return `- ${ruleId} ${prose(title)} (${severity}), ${prose(subject)}${one.note === null ? '' : `. ${prose(one.note)}`}`
}

function itemList({ added, removed, modified, former }: ListDiff, verbose: boolean): string[] {
  const lists = [
    added.map((name) => `- added ${code(name)}`),
    removed.map((name) => `- removed ${code(name)}`),
    modified.map(({ name, changes }) => `- modified ${code(name)}: ${prose(changesText(changes, '→'))}`),
  ]
  const formers = former.map(({ name, fields }) => `- ${code(name)}: ${prose(fieldsText(fields))}`)
  return [
    ...(lists.some((list) => list.length > 0) ? [lists.flatMap((list) => limited(list, verbose)).join('\n')] : []),
    ...(formers.length === 0 ? [] : [`${FORMER_TITLE}:`, limited(formers, verbose).join('\n')]),
  ]
}

function limited(lines: readonly string[], verbose: boolean): string[] {
  if (verbose || lines.length <= LIST_SHOWN) return [...lines]
  return [...lines.slice(0, LIST_SHOWN), `- and ${lines.length - LIST_SHOWN} more with \`--verbose\``]
}
