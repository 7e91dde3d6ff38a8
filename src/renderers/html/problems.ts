import type { Report } from '../../model/report.js'
import { spot } from '../spot.js'
import { markup, type Markup } from './markup.js'
import { fullTime, sign, STATUS_WORDS } from './words.js'

/** Places shown; the JSON report has all. */
const PROBLEMS_SHOWN = 200

/** What was wrong with the input, and when the page was written: the end of every page. */
export function problemList({ problems, run }: Pick<Report, 'problems' | 'run'>): Markup {
  const items = problems.slice(0, PROBLEMS_SHOWN).map(({ code, message, source, path, at }) => {
    const place = [...source, ...(path === null ? [] : [path])].join(' › ')
    return markup`<li>
      ${place === '' ? null : markup`<code>${place}${at === null ? null : spot(at)}</code><br />`}${message}
      <span class="id">${code}</span>
    </li>`
  })
  return markup`<h3>Problems with it <span class="quiet">${problems.length === 0 ? 'none' : String(problems.length)}</span></h3>
    ${
      items.length === 0
        ? null
        : markup`<ul class="problems">
            ${items}
          </ul>`
    }
    ${problems.length > PROBLEMS_SHOWN ? markup`<p class="quiet">and ${`${problems.length - PROBLEMS_SHOWN} more`}, in the JSON report</p>` : null}
    <p class="quiet">
      Written ${fullTime(run.startedAt)} by <code>ct-diag ${run.command}</code>. Times are UTC. A problem is about the
      input, a finding about the host.
    </p>`
}

/** In place of a verdict where there is no host: why not. */
export function nothing(said: string, { problems: [first] }: Pick<Report, 'problems'>): Markup {
  return markup`<div class="verdict unknown">
    <div>
      <p class="word">${sign('unknown')}${STATUS_WORDS.unknown}</p>
      <p class="lead">${said}</p>
      ${first === undefined ? null : markup`<p class="why">${first.message}</p>`}
    </div>
  </div>`
}
