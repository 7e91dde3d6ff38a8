import type { FindingReport, HostReport, Report } from '../../model/report.js'
import { counting } from '../../model/serious.js'
import { hostSection } from './host.js'
import { Markup, markup } from './markup.js'
import { overview } from './overview.js'
import { nothing, problemList } from './problems.js'
import { shell } from './shell.js'

/** Stands in the shell for what goes there; whatever is read has its brackets escaped. */
const SLOT = '<!-- hosts -->'

/** The report as one page, in pieces: a thousand hosts at once would take more memory than is needed to judge them. */
export function* page(report: Report): Generator<string> {
  const hosts = report.hosts.map((host) => ({ ...host, findings: counting(host.findings) }))
  const ids = hosts.map((_, index) => `host-${index + 1}`)
  const [before = '', after = ''] = shell('Change Tracking data path', report, new Markup(SLOT)).split(SLOT)
  yield before
  if (hosts.length === 0) yield nothing('Nothing could be judged.', report).text
  if (hosts.length > 1) yield overview(hosts, ids).text
  for (const [index, host] of hosts.entries())
    yield hostSection(host, ids[index] ?? '', accepted(report.hosts[index])).text
  yield inputs(report).text + after
}

/** Shown, and not counted. */
function accepted(host: HostReport | undefined): FindingReport[] {
  return (host?.findings ?? []).filter(({ suppressed }) => suppressed !== undefined)
}

function inputs(report: Report): Markup {
  const rows = report.inputs.map(
    ({ name, kind, layout, bytes, entries, sha256 }) =>
      markup`<tr>
        <th scope="row">${name}</th>
        <td>${kind}</td>
        <td>${layout}</td>
        <td class="number">${entries}</td>
        <td class="number">${bytes}</td>
        <td><code>${sha256 ?? '–'}</code></td>
      </tr>`,
  )
  const table = markup`<div class="scroll" tabindex="0" role="group" aria-label="What was read">
    <table>
      <thead>
        <tr>
          <th scope="col">name</th>
          <th scope="col">kind</th>
          <th scope="col">layout</th>
          <th scope="col" class="number">entries</th>
          <th scope="col" class="number">bytes</th>
          <th scope="col">sha256</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
  return markup`<section class="input" aria-labelledby="input">
    <h2 id="input">The input</h2>
    ${rows.length === 0 ? null : table} ${problemList(report)}
  </section>`
}
