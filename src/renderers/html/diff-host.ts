import type { Diff, FactDiff, FindingDiff, FindingStatus, HostDiff, HostSide, ListDiff } from '../../model/diff.js'
import { HOP_TITLES, HOPS } from '../../model/hop.js'
import { INVENTORY_KINDS, type InventoryKind } from '../../model/snapshot.js'
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
} from '../diff-phrases.js'
import { suppressionText } from '../phrases.js'
import { findingList } from './findings.js'
import { markup, type Markup } from './markup.js'
import { DIFF_SIGNS, fullTime, severitySign, sign, STATUS_WORDS } from './words.js'

/** Items of one list; the JSON has all. */
const LIST_SHOWN = 500
/** Lists up to this long are open. */
const LIST_OPEN = 10

/** One host in two states: which, what has become of it, hop by hop; then findings, facts and inventory. */
export function diffSection(host: HostDiff, diff: Diff, id: string): Markup {
  return markup`<section class="host" aria-labelledby="${id}">
    <h2 id="${id}">${host.host}</h2>
    ${verdict(host, diff)} ${pathTable(host)}
    ${host.findings.length === 0 ? null : byStatus(host).map(([status, found]) => findings(status, found, host))}
    ${facts(host)} ${inventory(host, diff)}
  </section>`
}

const TITLES = { worse: 'Worse', better: 'Better', same: 'The same', unclear: 'Not clear' } as const

function verdict(host: HostDiff, diff: Diff): Markup {
  const { status, sentence } = host.verdict
  return markup`<div class="verdict ${DIFF_SIGNS[status]}">
    <div>
      <p class="word">${sign(DIFF_SIGNS[status])}${TITLES[status]}</p>
      <p class="lead">${sentence}</p>
    </div>
    <dl class="states">
      ${state('Before', diff.before?.name ?? '', host.before, '')}
      ${state('After', diff.after?.name ?? '', host.after, pause(host))}
    </dl>
  </div>`
}

function state(title: string, input: string, side: HostSide | null, later: string): Markup {
  if (side === null)
    return markup`<dt>${title}</dt>
      <dd>The host is not in ${input}.</dd>`
  const { verdict: found, asOf, host } = side
  return markup`<dt>${title}</dt>
    <dd>
      <b class="${found.status}">${sign(found.status)}${STATUS_WORDS[found.status]}</b> ${found.sentence}
      <span class="quiet">${host} in ${input}, as of ${fullTime(asOf.time)}${later}</span>
    </dd>`
}

function pathTable({ path }: HostDiff): Markup {
  const row = (side: 'before' | 'after'): Markup =>
    markup`<tr>
      <th scope="row">${side}</th>
      ${path.map((one) => {
        const status = one[side]
        return markup`<td class="cell">
          ${status === null ? '–' : sign(status)}<span class="unseen">${HOP_TITLES[one.hop]} ${status === null ? 'not compared' : STATUS_WORDS[status]}</span>
        </td>`
      })}
    </tr>`
  return markup`<h3>Data path</h3>
    <div class="scroll" tabindex="0" role="group" aria-label="Hops, before and after">
      <table class="matrix">
        <thead>
          <tr>
            <td></td>
            ${HOPS.map((hop, index) => markup`<th scope="col" class="cell">${index + 1} <span class="hop-id">${hop}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${row('before')}${row('after')}
        </tbody>
      </table>
    </div>`
}

/** New and worse ones with evidence and remedy; of the others a line each. */
function findings(status: FindingStatus, all: readonly FindingDiff[], host: HostDiff): Markup {
  const whole = status === 'new' || status === 'worse'
  const shown = all.flatMap(({ after }) => (whole && after !== null && after.suppressed === undefined ? [after] : []))
  const lines = all.filter(({ note, after }) => !whole || note !== null || after?.suppressed !== undefined)
  const list = markup`<ul class="plain-list">
    ${lines.map((one) => findingLine(one))}
  </ul>`
  return markup`<h3>${FINDING_TITLES[status]} <span class="quiet">${all.length}</span></h3>
    ${
      status === 'unchanged'
        ? folded(lines.length <= LIST_OPEN, `${all.length} as before`, list)
        : lines.length > 0
          ? list
          : null
    }
    ${shown.length === 0 ? null : findingList(shown, host.after?.root ?? '')}`
}

function findingLine(one: FindingDiff): Markup {
  const found = findingOf(one)
  const accepted = found.suppressed === undefined ? '' : ` Suppressed: ${suppressionText(found)}.`
  return markup`<li>
    ${one.status === 'fixed' ? sign('ok') : severitySign(found.severity)}<b>${found.title}</b>
    <span class="id">${found.ruleId}</span> <span class="quiet">${found.subject}</span> ${one.note}${accepted}
  </li>`
}

function facts({ facts: changed, notCompared }: HostDiff): Markup {
  const open = notCompared.map((group) => GROUP_WORDS[group]).join(', ')
  return markup`<h3>${factTitle(changed, notCompared)}</h3>
    ${
      changed.length === 0
        ? null
        : markup`<ul class="plain-list">
            ${changed.map((one) => markup`<li>${factLine(one)}</li>`)}
          </ul>`
    }
    ${open === '' ? null : markup`<p class="quiet">Not compared, as one side does not tell: ${open}.</p>`}`
}

function factLine({ group, name, before, after }: FactDiff): Markup {
  const change =
    before === null
      ? markup`new: <code>${after}</code>`
      : after === null
        ? markup`gone: <code>${before}</code>`
        : markup`<code>${before}</code> → <code>${after}</code>`
  return markup`<b>${name}</b> ${change} <span class="quiet">${GROUP_TITLES[group]}</span>`
}

function inventory(host: HostDiff, diff: Diff): Markup {
  return markup`<h3>Inventory</h3>
    ${INVENTORY_KINDS.map((kind) => {
      const list = host.inventory[kind]
      return list === null ? markup`<p class="quiet">${missingText(kind, diff)}.</p>` : listOf(kind, list)
    })}`
}

function listOf(kind: InventoryKind, list: ListDiff): Markup {
  const { added, removed, modified, former } = list
  const name = (text: string): Markup => markup`<code>${text}</code>`
  return markup`<p><b>${kind}</b> ${listText(list, '→')}</p>
    ${itemList('added', added.map(name))} ${itemList('removed', removed.map(name))}
    ${itemList(
      'modified',
      modified.map((one) => markup`${name(one.name)} ${changesText(one.changes, '→')}`),
    )}
    ${itemList(
      `– ${FORMER_TITLE}`,
      former.map((one) => {
        const sure = one.confidence === 'certain' ? '' : ` (${one.confidence})`
        return markup`${name(one.name)} ${fieldsText(one.fields)}${sure}`
      }),
    )}`
}

function itemList(word: string, items: readonly Markup[]): Markup | null {
  if (items.length === 0) return null
  const rest = items.length - LIST_SHOWN
  return folded(
    items.length <= LIST_OPEN,
    `${items.length} ${word}`,
    markup`<ul class="plain-list">
        ${items.slice(0, LIST_SHOWN).map((item) => markup`<li>${item}</li>`)}
      </ul>
      ${rest > 0 ? markup`<p class="quiet">and ${rest} more, in the JSON report</p>` : null}`,
  )
}

function folded(open: boolean, summary: string, inside: Markup): Markup {
  const head = markup`<summary>${summary}</summary>`
  return open
    ? markup`<details class="more" open>${head}${inside}</details>`
    : markup`<details class="more">${head}${inside}</details>`
}
