import { counted } from '../../model/count.js'
import type { Diff, DiffStatus, HostDiff, SideReport } from '../../model/diff.js'
import type { HopStatus } from '../../model/report.js'
import { diffSection } from './diff-host.js'
import { markup, type Markup } from './markup.js'
import { nothing, problemList } from './problems.js'
import { shell } from './shell.js'
import { DIFF_SIGNS, sign, STATUS_WORDS } from './words.js'

/** The comparison of two states as one page. */
export function diffPage(diff: Diff): string {
  const { hosts } = diff
  const ids = hosts.map((_, index) => `host-${index + 1}`)
  return shell(
    'Change Tracking, two states compared',
    diff,
    markup`${hosts.length === 0 ? nothing('Nothing was compared.', diff) : null}${hosts.length > 1 ? overview(hosts, ids) : null}
      ${hosts.map((host, index) => diffSection(host, diff, ids[index] ?? ''))} ${inputs(diff)}`,
  )
}

/** Which hosts have become better or worse. */
function overview(hosts: readonly HostDiff[], ids: readonly string[]): Markup {
  const tally = (['worse', 'unclear', 'better', 'same'] as const satisfies readonly DiffStatus[]).flatMap((status) => {
    const count = hosts.filter(({ verdict }) => verdict.status === status).length
    return count === 0 ? [] : [`${count} ${status}`]
  })
  return markup`<section class="overview" aria-labelledby="overview">
    <h2 id="overview">${counted(hosts.length, 'host')}: ${tally.join(', ')}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Hosts, before and after">
      <table>
        <thead>
          <tr>
            <th scope="col">host</th>
            <th scope="col">became</th>
            <th scope="col">before</th>
            <th scope="col">after</th>
            <th scope="col">findings</th>
          </tr>
        </thead>
        <tbody>
          ${hosts.map(({ host, before, after, verdict: { status, sentence } }, index) => {
            return markup`<tr>
              <th scope="row"><a href="#${ids[index] ?? ''}">${host}</a></th>
              <td>${sign(DIFF_SIGNS[status])}${status}</td>
              ${stateCell(before?.verdict.status)}${stateCell(after?.verdict.status)}
              <td>${sentence}</td>
            </tr>`
          })}
        </tbody>
      </table>
    </div>
  </section>`
}

function stateCell(status: HopStatus | undefined): Markup {
  return status === undefined ? markup`<td>not there</td>` : markup`<td>${sign(status)}${STATUS_WORDS[status]}</td>`
}

function inputs(diff: Diff): Markup {
  const row = (name: string, side: SideReport | null): Markup =>
    markup`<tr>
      <th scope="row">${name}</th>
      <td>${side?.name ?? 'could not be read'}</td>
      <td>${side?.kind ?? '–'}</td>
      <td><code>${side?.sha256 ?? '–'}</code></td>
    </tr>`
  return markup`<section class="input" aria-labelledby="input">
    <h2 id="input">The input</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="What was read">
      <table>
        <thead>
          <tr>
            <td></td>
            <th scope="col">name</th>
            <th scope="col">kind</th>
            <th scope="col">sha256</th>
          </tr>
        </thead>
        <tbody>
          ${row('before', diff.before)}${row('after', diff.after)}
        </tbody>
      </table>
    </div>
    ${problemList(diff)}
  </section>`
}
