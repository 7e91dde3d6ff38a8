import type { FindingReport, HostReport, OutcomeReport } from '../../model/report.js'
import { leading, rootOf } from '../../model/root-cause.js'
import { byCommand } from '../ask-list.js'
import { differenceSentence } from '../file-differences.js'
import { suppressionText } from '../phrases.js'
import { findingList, remedySteps } from './findings.js'
import { markup, type Markup } from './markup.js'
import { pathPicture } from './path-picture.js'
import { timeline } from './timeline.js'
import { CLOCK_WORDS, findingCounts, fullTime, sign, STATUS_WORDS } from './words.js'

/** One host: the verdict with what to do, the path as a picture, the findings; then all that stands behind them. */
export function hostSection(host: HostReport, id: string, accepted: readonly FindingReport[]): Markup {
  const counts = findingCounts(host.findings)
  return markup`<section class="host" aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${host.host}</h2>
      <p class="facts">${facts(host).map((fact) => markup`<span>${fact}</span>`)}</p>
    </header>
    ${verdict(host)} ${pathPicture(host, id)}
    <h3>Findings <span class="quiet">${counts}</span></h3>
    ${findingList(host.findings, host.root)} ${acceptedList(accepted)}
    <h3>Over time</h3>
    ${timeline(host, id)} ${inventory(host)} ${coverage(host)} ${ask(host)}
  </section>`
}

function acceptedList(accepted: readonly FindingReport[]): Markup | null {
  if (accepted.length === 0) return null
  return markup`<details>
    <summary>${accepted.length} suppressed</summary>
    <ul>
      ${accepted.map(
        (found) =>
          markup`<li>${found.title} <span class="id">${found.ruleId}</span> (${found.subject}): ${suppressionText(found)}</li>`,
      )}
    </ul>
  </details>`
}

function facts({ identity, asOf, input, root }: HostReport): string[] {
  const { environment, os, arch, amaVersion, ctVersion, resourceId } = identity
  const kind = { 'azure-vm': 'Azure VM', arc: 'Arc-enabled server', unknown: null }[environment]
  return [
    [kind, os, arch].filter((part) => part !== null).join(', '),
    `Azure Monitor Agent ${amaVersion ?? 'not known'}`,
    `Change Tracking ${ctVersion ?? 'not known'}`,
    `as of ${fullTime(asOf.time)} (${CLOCK_WORDS[asOf.source]})`,
    `from ${input}${root === '' ? '' : `, below ${root}`}`,
    resourceId ?? '',
  ].filter((fact) => fact !== '')
}

function verdict(host: HostReport): Markup {
  const { hop, status, sentence } = host.verdict
  const cut = hop === null ? -1 : sentence.indexOf(': ')
  const [lead, rest] = cut < 0 ? [sentence, ''] : [`${sentence.slice(0, cut)}.`, sentence.slice(cut + 2)]
  return markup`<div class="verdict ${status}">
    <div>
      <p class="word">${sign(status)}${STATUS_WORDS[status]}</p>
      <p class="lead">${lead}</p>
      ${rest === '' ? null : markup`<p class="why">${rest}</p>`}
    </div>
    ${toDo(host)}
  </div>`
}

/** What to do about the verdict: the remedy of the cause it names, or the evidence to ask for. */
function toDo({ verdict: { hop, status }, findings, ask: open }: HostReport): Markup | null {
  const worst = leading(findings.filter((found) => found.hop === (hop ?? 'input') && found.severity !== 'info'))
  if (status !== 'ok' && worst !== undefined)
    return markup`<div><h3 class="sub">What to do</h3>${remedySteps(rootOf(worst, findings).remedy)}</div>`
  const commands = byCommand(open)
  if (status === 'unknown' && commands.length > 0)
    return markup`<div>
      <h3 class="sub">What to do</h3>
      <p>Run ${commands.length === 1 ? 'this' : 'these'} on the machine, and send what comes of it${commands.length > ASKED_FIRST ? '; all are listed below' : null}.</p>
      ${commands.slice(0, ASKED_FIRST).map(({ command }) => commandLine(command))}
    </div>`
  return null
}

/** Commands that the verdict itself names. */
const ASKED_FIRST = 3

function commandLine(command: string): Markup {
  return markup`<div class="command"><pre class="copy" tabindex="0">${command}</pre></div>`
}

const DIFFERENCES: Readonly<Record<string, string>> = {
  onlyDb: 'only in the database',
  onlyJson: 'only in the list',
  different: 'with another checksum',
  onlyHost: 'only on the host',
  onlyAgent: 'only in the agent’s list',
  version: 'of another version',
}
/** The differences of tracked files on the machine, by `what`. */
const LOOKED_UP: Readonly<Record<string, string>> = {
  missing: 'recorded and not there',
  size: 'of another size on the machine',
  checksum: 'with another checksum on the machine',
  mode: 'of another mode on the machine',
  extra: 'asked for and not recorded',
}
const COMPARED: Readonly<Record<string, string>> = { CT5008: 'Files', CT5012: 'Packages', CT5013: 'Services' }
const NAMES_SHOWN = 20

function inventory(host: HostReport): Markup {
  const { files, packages, services } = host.inventory
  const row = (name: string, db: number | null, json: number | null, own: number | null): Markup => {
    const known = [db, json, own].filter((count) => count !== null)
    const same = known.length < 2 ? 'nothing to compare' : new Set(known).size === 1 ? '= the same' : '≠ not the same'
    const cell = (count: number | null): Markup => markup`<td class="number">${count ?? '–'}</td>`
    return markup`<tr>
      <th scope="row">${name}</th>
      ${cell(db)}${cell(json)}${cell(own)}
      <td>${same}</td>
    </tr>`
  }
  const differences = host.findings.flatMap(({ ruleId, data }) =>
    Object.entries(DIFFERENCES).flatMap(([key, words]) => {
      const names = data[key]
      const kind = COMPARED[ruleId]
      if (kind === undefined || !Array.isArray(names) || names.length === 0) return []
      const shown = names.slice(0, NAMES_SHOWN).map((name) => markup`<code>${String(name)}</code> `)
      return [
        markup`<dt>${kind} ${words}</dt>
          <dd>${shown}</dd>`,
      ]
    }),
  )
  const look = files.differences
  const fileDifferences = Object.entries(LOOKED_UP).flatMap(([kind, words]) => {
    const names = look?.first.filter(({ what }) => what === kind) ?? []
    return names.length === 0
      ? []
      : [
          markup`<dt>Files ${words}</dt>
            <dd>${names.map(({ path }) => markup`<code>${path}</code> `)}</dd>`,
        ]
  })
  return markup`<h3>Inventory cross-check</h3>
    <div class="scroll" tabindex="0" role="group" aria-label="Inventory counts">
      <table>
        <thead>
          <tr>
            <td></td>
            <th scope="col" class="number">database</th>
            <th scope="col" class="number">JSON list</th>
            <th scope="col" class="number">host</th>
            <th scope="col">counts</th>
          </tr>
        </thead>
        <tbody>
          ${row('Files', files.db, files.json, files.host)} ${row('Packages', packages.db, packages.json, packages.host)}
          ${row('Services', services.db, services.json, services.host)}
        </tbody>
      </table>
    </div>
    ${look === null ? null : markup`<p>Recorded files compared with the machine: ${differenceSentence(look)}.</p>`}
    ${
      differences.length + fileDifferences.length === 0
        ? null
        : markup`<p>The first differences:</p>
            <dl class="differences">${differences}${fileDifferences}</dl>`
    }`
}

function coverage({ outcomes, coverage: { pass, fail, notApplicable, unknown, error } }: HostReport): Markup {
  const list = (wanted: OutcomeReport['status']): OutcomeReport[] => outcomes.filter(({ status }) => status === wanted)
  const partly = outcomes.filter(({ status, subjects }) => status !== 'unknown' && subjects !== undefined)
  const reasons = [...list('error'), ...list('unknown'), ...partly].map(({ ruleId, status, reason }) => {
    return markup`<dt>${ruleId}</dt>
      <dd>${status === 'error' ? 'crashed: ' : null}${reason ?? ''}</dd>`
  })
  const ids = (label: string, wanted: OutcomeReport['status']): Markup | null => {
    const own = list(wanted).map(({ ruleId }) => ruleId)
    return own.length === 0
      ? null
      : markup`<dt>${label}</dt>
          <dd>${own.join(' ')}</dd>`
  }
  return markup`<h3>
      Coverage <span class="quiet">${pass + fail + notApplicable} of ${outcomes.length} rules answered</span>
    </h3>
    <p>
      ${pass} passed, ${fail} failed, ${notApplicable} not applicable, ${unknown}
      unknown${error > 0 ? markup`, <strong>${error} crashed</strong>` : null}.
    </p>
    ${
      reasons.length === 0
        ? null
        : markup`<details class="more">
            <summary>Why ${unknown + error === 0 ? 'some' : unknown + error} could not be answered</summary>
            <dl class="reasons">${reasons}</dl>
          </details>`
    }
    <details class="more">
      <summary>Every rule’s answer</summary>
      <dl class="reasons">
        ${[ids('passed', 'pass'), ids('failed', 'fail'), ids('not applicable', 'not-applicable'), ids('unknown', 'unknown'), ids('crashed', 'error')]}
      </dl>
    </details>`
}

function ask({ ask: open }: HostReport): Markup | null {
  if (open.length === 0) return null
  return markup`<h3>To settle what is unknown <span class="quiet">run on the machine, send what it makes</span></h3>
    <ol class="ask">
      ${byCommand(open).map(
        ({ command, settles }) =>
          markup`<li>
            ${commandLine(command)}
            <p class="quiet">
              ${settles.length === 0 ? 'needed together with the next one' : `settles ${settles.join(' ')}`}
            </p>
          </li>`,
      )}
    </ol>`
}
