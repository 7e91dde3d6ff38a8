import type { DiffStatus } from '../../model/diff.js'
import type { HopReport, HopStatus, HostReport } from '../../model/report.js'
import type { RuleGroup } from '../../model/hop.js'
import { HOPS, HOP_TITLES } from '../../model/hop.js'
import type { Severity } from '../../model/rule.js'
import { counted } from '../../model/count.js'
import { markup, type Markup } from './markup.js'

export const STATUS_WORDS: Readonly<Record<HopStatus, string>> = {
  ok: 'works',
  degraded: 'degraded',
  broken: 'broken',
  unknown: 'not known',
}

/** What a hop is said to be; a machine may have none such. */
export function hopWord({ applies, status }: Pick<HopReport, 'applies' | 'status'>): string {
  return applies === false ? 'not applicable' : STATUS_WORDS[status]
}

export const CLOCK_WORDS: Readonly<Record<HostReport['asOf']['source'], string>> = {
  manifest: 'from the bundle’s manifest',
  'archive-name': 'from the archive’s name',
  log: 'newest line of any log',
  mtime: 'newest file time',
  clock: 'the machine’s clock',
  flag: 'given with --as-of',
}

type Sign = HopStatus | 'info'
const SIGN_OF: Readonly<Record<Severity, Sign>> = { error: 'broken', warning: 'degraded', info: 'info' }

/** What has become of a host. That it stayed the same is neither good nor bad. */
export const DIFF_SIGNS: Readonly<Record<DiffStatus, Sign>> = {
  worse: 'broken',
  better: 'ok',
  same: 'info',
  unclear: 'unknown',
}

/** A sign of its own shape for each status: colour is never the only difference. */
export function sign(of: Sign): Markup {
  return markup`<svg class="sign ${of}" viewBox="0 0 24 24" aria-hidden="true"><use href="#sign-${of}" /></svg>`
}

export function severitySign(severity: Severity): Markup {
  return sign(SIGN_OF[severity])
}

export function hopName(hop: RuleGroup): string {
  const index = HOPS.findIndex((one) => one === hop)
  const known = HOPS[index]
  if (known !== undefined) return `hop ${index + 1}, ${HOP_TITLES[known]}`
  return hop === 'host' ? 'the host' : 'the input'
}

/** `10 Jan 2026, 09:59 UTC`. */
export function fullTime(iso: string): string {
  return `${date(iso)} ${iso.slice(0, 4)}, ${iso.slice(11, 16)} UTC`
}

/** `09:59` on the day of `asOf`, else `8 Jan 09:59`. */
export function shortTime(iso: string, asOf: string): string {
  return iso.slice(0, 10) === asOf.slice(0, 10) ? iso.slice(11, 16) : `${date(iso)} ${iso.slice(11, 16)}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function date(iso: string): string {
  return `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1] ?? ''}`
}

/** `2 errors, 1 warning`; empty without any. */
export function findingCounts(findings: readonly { readonly severity: Severity }[], upTo: Severity = 'info'): string {
  const counts = (['error', 'warning', 'info'] as const).map((severity) => {
    const count = findings.filter((found) => found.severity === severity).length
    return [severity, severity === 'info' ? `${count} info` : counted(count, severity), count] as const
  })
  const wanted = upTo === 'warning' ? counts.slice(0, 2) : counts
  return wanted
    .filter(([, , count]) => count > 0)
    .map(([, text]) => text)
    .join(', ')
}

/** Sentences of rules put commands between backticks. */
export function prose(text: string): Markup {
  const parts = text.split('`')
  // Without its partner the last one is a character like any other.
  if (parts.length % 2 === 0) parts.push(parts.splice(-2).join('`'))
  return markup`${parts.map((part, index) =>
    index % 2 === 0
      ? markup`${part}`
      : part.includes(' ')
        ? markup`<code class="copy">${part}</code>`
        : markup`<code>${part}</code>`,
  )}`
}
