import { counted } from '../../model/count.js'
import { HOP_TITLES, HOPS } from '../../model/hop.js'
import type { HostReport } from '../../model/report.js'
import { markup, type Markup } from './markup.js'
import { findingCounts, hopWord, severitySign, sign, STATUS_WORDS } from './words.js'

/** Hosts against hops, then what several of them share. */
export function overview(hosts: readonly HostReport[], ids: readonly string[]): Markup {
  return markup`<section class="overview" aria-labelledby="overview">
    <h2 id="overview">${tally(hosts)}</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Hosts against hops">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">host</th>
            ${HOPS.map((hop, index) => markup`<th scope="col" class="cell">${index + 1} <span class="hop-id">${hop}</span></th>`)}
            <th scope="col">verdict</th>
            <th scope="col">findings</th>
          </tr>
        </thead>
        <tbody>
          ${hosts.map((host, index) => row(host, ids[index] ?? ''))}
        </tbody>
      </table>
    </div>
    ${shared(hosts)}
  </section>`
}

function tally(hosts: readonly HostReport[]): string {
  const parts = (['broken', 'degraded', 'unknown', 'ok'] as const).flatMap((status) => {
    const count = hosts.filter(({ verdict }) => verdict.status === status).length
    return count === 0 ? [] : [`${count} ${status === 'ok' ? (count === 1 ? 'works' : 'work') : STATUS_WORDS[status]}`]
  })
  return `${counted(hosts.length, 'host')}: ${parts.join(', ')}`
}

function row({ host, path, verdict, findings }: HostReport, id: string): Markup {
  const counts = findingCounts(findings, 'warning')
  const stop = path.find(({ hop }) => hop === verdict.hop)
  const cells = path.map(
    (one) =>
      markup`<td class="cell">${sign(one.status)}<span class="unseen">${HOP_TITLES[one.hop]} ${hopWord(one)}</span></td>`,
  )
  return markup`<tr>
    <th scope="row"><a href="#${id}">${host}</a></th>
    ${cells}
    <td class="sentence"><span>${(stop ?? verdict).sentence}</span></td>
    <td class="counts">${counts}</td>
  </tr>`
}

function shared(hosts: readonly HostReport[]): Markup | null {
  const rules = new Map<
    string,
    {
      readonly title: string
      readonly severity: HostReport['findings'][number]['severity']
      readonly hosts: Set<string>
    }
  >()
  for (const { host, findings } of hosts)
    for (const { ruleId, title, severity } of findings) {
      const known = rules.get(ruleId) ?? { title, severity, hosts: new Set<string>() }
      known.hosts.add(host)
      rules.set(ruleId, known)
    }
  const several = [...rules]
    .filter(([, { hosts: on }]) => on.size > 1)
    .toSorted(([, a], [, b]) => b.hosts.size - a.hosts.size)
  if (several.length === 0) return null
  return markup`<h3>On several hosts</h3>
    <ul class="shared">
      ${several.slice(0, 12).map(
        ([ruleId, { title, severity, hosts: on }]) =>
          markup`<li>
              ${severitySign(severity)}<b>${title}</b> <span class="id">${ruleId}</span>
              <span class="quiet">${counted(on.size, 'host')}</span>
            </li>`,
      )}
    </ul>`
}
