import { readFile } from 'node:fs/promises'
import { suppress } from '../engine/suppress.js'
import type { Report } from '../model/report.js'
import type { Rule } from '../model/rule.js'
import type { Suppression } from '../model/suppression.js'
import { visible } from '../renderers/escape.js'
import { rules } from '../rules/index.js'
import { noAccess } from '../sources/no-access.js'
import { selectRules, wordPattern } from './rule-selection.js'
import { instantOf } from './time-flag.js'
import { noSuch, UsageError } from './usage-error.js'

const KEYS = ['rule', 'subject', 'reason', 'expires'] as const
type Entry = Readonly<Partial<Record<(typeof KEYS)[number], string>>>
const FLAG = '--suppress'
const DAY = 24 * 3600 * 1000

/** What `--suppress` and `--suppressions` name. A mistake in either is found before anything is read. */
export async function suppressionsOf(flags: {
  readonly suppress: readonly string[]
  readonly suppressions: readonly string[]
}): Promise<Suppression[]> {
  const typed = flags.suppress.map((word) => {
    const [rule = '', ...subject] = word.split('=')
    return suppression(subject.length === 0 ? { rule } : { rule, subject: subject.join('=') }, FLAG)
  })
  const files = await Promise.all(flags.suppressions.map(readSuppressions))
  return [...typed, ...files.flat()]
}

/** Marks findings, and says on standard error which suppressions do nothing. */
export function applySuppressions(report: Report, suppressions: readonly Suppression[]): Report {
  const marked = suppress(report, suppressions)
  for (const { message } of marked.problems.slice(report.problems.length))
    process.stderr.write(`ct-diag: ${visible(message)}\n`)
  return marked
}

async function readSuppressions(file: string): Promise<Suppression[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(noAccess(`--suppressions ${file}`, error))
  })
  const { parse } = await import('./yaml.js')
  let content: unknown
  try {
    content = parse(text, { logLevel: 'error' })
  } catch (error) {
    // What follows the first line is a drawing of the place.
    const [why = ''] = (error as Error).message.split(/:?\n/, 1)
    throw new UsageError(`--suppressions ${file} is neither YAML nor JSON: ${why.replace(/\.$/, '')}.`)
  }
  const list = isRecord(content) ? content['suppressions'] : undefined
  if (!Array.isArray(list)) throw new UsageError(`--suppressions ${file}: expected a list under the key suppressions.`)
  return list.map((entry: unknown, index) => {
    const where = `--suppressions ${file}, entry ${index + 1}`
    const found = entryOf(entry, where)
    if (found.reason === undefined || found.reason.trim() === '')
      throw new UsageError(`${where}: expected a reason, for those who read the report.`)
    return suppression(found, file, where)
  })
}

function entryOf(entry: unknown, where: string): Entry {
  if (!isRecord(entry)) throw new UsageError(`${where}: expected rule, reason and, where wanted, subject and expires.`)
  for (const [key, value] of Object.entries(entry)) {
    if (!KEYS.some((known) => known === key))
      throw new UsageError(`${where}: ${noSuch(key, 'key of a suppression', KEYS).message}`)
    if (typeof value !== 'string') throw new UsageError(`${where}: ${key} is no text.`)
  }
  // Each value was looked at.
  return entry
}

function suppression({ rule = '', subject, reason, expires }: Entry, origin: string, where = FLAG): Suppression {
  if (rule === '') throw new UsageError(`${where}: expected a rule, such as CT1012 or CT1012=SUBJECT.`)
  const pattern = subject === undefined ? null : wordPattern(subject)
  return {
    words: subject === undefined ? rule : `${rule}=${subject}`,
    origin,
    rules: new Set(rulesOf(rule, where).map(({ id }) => id)),
    covers: (word) => pattern?.test(word) ?? true,
    reason: reason ?? null,
    expires: expires === undefined ? null : endOf(expires, where),
  }
}

/** In a long list the word alone would have to be looked for. */
function rulesOf(word: string, where: string): readonly Rule[] {
  try {
    return selectRules(rules, [word], [])
  } catch (error) {
    throw error instanceof UsageError && where !== FLAG ? new UsageError(`${where}: ${error.message}`) : error
  }
}

/** A day holds to its end. */
function endOf(word: string, where: string): number {
  const time = instantOf(word)
  if (time === null) throw new UsageError(`${where}: expires is ${word}; expected a day such as 2027-01-31.`)
  return word.length === 10 ? time + DAY : time
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
