import { homePath } from '../model/artifact.js'
import { artifactsOf, type RestsOn } from '../model/fact.js'
import type { Rule } from '../model/rule.js'

/** The page of one rule, as Markdown: the same text for `explain` and for `docs/rules`. */
export function rulePage(rule: Rule): string {
  const { docs } = rule
  const sections = [
    `# ${rule.id} ${rule.name}`,
    `**${rule.title}**`,
    `Hop: ${rule.group} · severity: ${rule.severity} · confidence: ${rule.confidence}`,
    `## What it looks for\n\n${docs.what}`,
    `## Why it matters\n\n${docs.why}`,
    `## How it decides\n\n${docs.how}`,
    `## What to do\n\n${docs.fix.map((step, index) => `${index + 1}. ${step}`).join('\n')}`,
    `## The check that proves it worked\n\n${docs.proof}`,
    `## When it may be wrong\n\n${docs.limits}`,
    `## What it needs\n\n${needs(artifactsOf(rule))}`,
    ...(rule.causes.length === 0 ? [] : [`## What it explains\n\n${rule.causes.join(', ')}`]),
    ...(docs.links.length === 0
      ? []
      : [`## Public documentation\n\n${docs.links.map((link) => `- <${link}>`).join('\n')}`]),
  ]
  return `${sections.join('\n\n')}\n`
}

/** A rule that takes whatever is there has nothing to list. */
const LISTED = 12

function needs(found: readonly RestsOn[]): string {
  return found.length > LISTED ? `Any of ${found.length} artifacts.` : found.map(needLine).join('\n')
}

function needLine({ artifact, optional }: RestsOn): string {
  return `- ${artifact.title}, \`${homePath(artifact)}\`${optional ? ' (helps)' : ''}: \`${artifact.command}\``
}
