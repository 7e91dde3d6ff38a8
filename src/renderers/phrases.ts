import type { EvidenceReport, FindingReport, IdentityReport } from '../model/report.js'
import { spot } from './spot.js'

/** `Azure VM, Ubuntu 22.04, x86_64`; empty when nothing is known. */
export function machineText({ environment, os, arch }: IdentityReport): string {
  const kind = { 'azure-vm': 'Azure VM', arc: 'Arc-enabled server', unknown: null }[environment]
  return [kind, os, arch].filter((part) => part !== null).join(', ')
}

/** `Findings: 2 errors, 1 info` */
export function findingCount(findings: readonly FindingReport[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((found) => found.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count > 1 && severity !== 'info' ? 's' : ''}`]
  })
  return `Findings: ${parts.join(', ')}`
}

/** Where evidence lies, below the host's root, with the spot in it. */
export function placeText({ path, at }: Pick<EvidenceReport, 'path' | 'at'>, root: string): string {
  return at.kind === 'absence' ? `nothing at ${at.looked.join(', ')}` : `${belowRoot(path, root)}${spot(at)}`
}

export function belowRoot(path: string | null, root: string): string {
  return path?.startsWith(`${root}/`) === true && root !== '' ? path.slice(root.length + 1) : (path ?? '')
}

/** `for a reason, until 2027-01-01T00:00:00Z (file)`; empty for a finding that counts. */
export function suppressionText({ suppressed }: FindingReport): string {
  if (suppressed === undefined) return ''
  const { reason, expires, origin } = suppressed
  const until = expires === null ? '' : `, until ${expires}`
  return `${reason ?? 'no reason given'}${until} (${origin})`
}
