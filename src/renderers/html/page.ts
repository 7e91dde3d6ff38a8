import { counted } from '../../model/count.js'
import type { FindingReport, HostReport, Report } from '../../model/report.js'
import { counting } from '../../model/serious.js'
import { spot } from '../spot.js'
import { hostSection } from './host.js'
import { Markup, markup } from './markup.js'
import { overview } from './overview.js'
import { SCRIPT_HASH, STYLE_HASH } from './policy.js'
import { SCRIPT } from './script.js'
import { SIGNS } from './signs.js'
import { STYLE } from './style.js'
import { fullTime } from './words.js'

/** The report as one page that needs nothing else: no network, no other file, no script. */
export function page(report: Report): string {
  const { tool, run } = report
  const hosts = report.hosts.map((host) => ({ ...host, findings: counting(host.findings) }))
  const ids = hosts.map((_, index) => `host-${index + 1}`)
  const [only] = hosts
  const name = hosts.length === 1 && only !== undefined ? only.host : counted(hosts.length, 'host')
  const policy = `default-src 'none'; style-src '${STYLE_HASH}'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'`
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${name}: Change Tracking data path</title>
        <style>${new Markup(STYLE)}</style>
      </head>
      <body>
        ${SIGNS}
        <header class="page">
          <h1>Change Tracking data path</h1>
          <p>
            ct-diag
            ${tool.version}${run.interrupted ? markup`, <strong>interrupted: not everything was read</strong>` : null}
          </p>
        </header>
        <main>
          ${hosts.length > 1 ? overview(hosts, ids) : null}
          ${hosts.map((host, index) => hostSection(host, ids[index] ?? '', accepted(report.hosts[index])))} ${inputs(report)}
        </main>
        <script>${new Markup(SCRIPT)}</script>
      </body>
    </html>\n`.text
}

/** Shown, and not counted. */
function accepted(host: HostReport | undefined): FindingReport[] {
  return (host?.findings ?? []).filter(({ suppressed }) => suppressed !== undefined)
}

const PROBLEMS_SHOWN = 200

function inputs({ inputs: read, problems, run }: Report): Markup {
  const rows = read.map(
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
  const items = problems.slice(0, PROBLEMS_SHOWN).map(({ code, message, source, path, at }) => {
    const place = [...source, ...(path === null ? [] : [path])].join(' › ')
    return markup`<li>
      <code>${place}${at === null ? null : spot(at)}</code><br />${message} <span class="id">${code}</span>
    </li>`
  })
  return markup`<section class="input" aria-labelledby="input">
    <h2 id="input">The input</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="What was read">
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
    </div>
    <h3>Problems with it <span class="quiet">${problems.length === 0 ? 'none' : String(problems.length)}</span></h3>
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
    </p>
  </section>`
}
