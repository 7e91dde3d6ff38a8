import { counted } from '../../model/count.js'
import type { EvidenceReport, FindingReport } from '../../model/report.js'
import { byRule, causeTree, type CauseTree } from '../cause-tree.js'
import { spot } from '../spot.js'
import { markup, type Markup } from './markup.js'
import { hopName, prose, severitySign } from './words.js'

/** Places shown of one finding; the JSON report has all. */
const EVIDENCE_SHOWN = 20

/** What was found, causes first, each with what it explains; a row opens to remedy and evidence. */
export function findingList(findings: readonly FindingReport[], root: string): Markup {
  const tree = causeTree(findings)
  const blocks = byRule(tree.leading).map((group) => findingBlock(group, root, tree))
  if (blocks.length === 0) return markup`<p class="quiet">Nothing was found.</p>`
  return markup`<div class="findings">${blocks}</div>`
}

function findingBlock(group: readonly [FindingReport, ...FindingReport[]], root: string, tree: CauseTree): Markup {
  const [{ ruleId, title, severity, confidence, hop, remedy }] = group
  const effects = effectTree(ruleId, tree)
  const evidence = group.flatMap((found) => found.evidence)
  return markup`<details class="finding ${severity}">
    <summary>
      ${severitySign(severity)}
      <span class="head"><b>${title}</b> <span class="id">${ruleId}</span></span>
      ${group.map(({ message }) => markup`<span class="message">${prose(message)}</span>`)}
      <span class="meta">${severity}, ${confidence}; ${hopName(hop)}${effects === null ? null : markup`; explains ${effects.count === 1 ? 'another' : `${effects.count} others`}`}</span>
    </summary>
    <div class="inside">
      <h4 class="sub">What to do</h4>
      ${remedySteps(remedy)}
      ${
        effects === null
          ? null
          : markup`<h4 class="sub">It explains</h4>
              ${effects.list}`
      }
      <h4 class="sub">Evidence</h4>
      <ul class="evidence">
        ${evidence.slice(0, EVIDENCE_SHOWN).map((cited) => markup`<li>${evidenceItem(cited, root)}</li>`)}
      </ul>
      ${evidence.length > EVIDENCE_SHOWN ? markup`<p class="quiet">and ${counted(evidence.length - EVIDENCE_SHOWN, 'more place')}, in the JSON report</p>` : null}
    </div>
  </details>`
}

export function remedySteps(remedy: readonly string[]): Markup {
  return markup`<ol class="remedy">
    ${remedy.map((step) => markup`<li>${prose(step)}</li>`)}
  </ol>`
}

interface Effects {
  readonly list: Markup
  readonly count: number
}

/** What a rule explains, and below each what that one explains in turn. */
function effectTree(cause: string, tree: CauseTree): Effects | null {
  const own = tree.take(cause)
  if (own.length === 0) return null
  let count = own.length
  const items = own.map(({ ruleId, title, severity, subject, message, evidence }) => {
    const further = effectTree(ruleId, tree)
    count += further?.count ?? 0
    return markup`<li>
      ${severitySign(severity)}<b>${title}</b> <span class="id">${ruleId}</span>
      <span class="quiet">${subject}; ${counted(evidence.length, 'place')}</span><br />
      ${prose(message)}${further?.list ?? null}
    </li>`
  })
  return { list: markup`<ul class="effects">${items}</ul>`, count }
}

function evidenceItem({ source, path, at, sha256, snippet }: EvidenceReport, root: string): Markup {
  const archives = source.slice(1).map((name) => markup`${name} › `)
  const place =
    at.kind === 'absence'
      ? markup`nothing at ${at.looked.map((looked, index) => markup`${index === 0 ? null : ', '}<code>${looked}</code>`)}`
      : markup`${archives}<code class="place">${below(root, path ?? '')}<wbr />${spot(at)}</code>`
  const said = snippet === null || snippet === '' ? null : markup`<pre tabindex="0">${snippet}</pre>`
  const sum = sha256 === null ? null : markup` <span class="sum">sha256 ${sha256.slice(0, 12)}…</span>`
  return markup`${place}${sum}${said}`
}

function below(root: string, path: string): string {
  return root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}
