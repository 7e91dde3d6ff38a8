import { nearest } from '../model/nearest.js'

/** A mistake in the command line: one sentence, exit 2, no stack. */
export class UsageError extends Error {}

/** "X is no Y. Did you mean Z?" */
export function noSuch(typed: string, what: string, words: readonly string[]): UsageError {
  const meant = nearest(typed, words)
  return new UsageError(
    `${typed === '' ? 'An empty word' : typed} is no ${what}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  )
}

/** What oclif says of a command line, as it is told here. Its own sentences run to several lines and name no near word. */
const WORDINGS: readonly (readonly [said: RegExp, told: string])[] = [
  [/^Expected --([\w-]+)=(.*) to be one of: (.*)$/, '--$1 $2: expected one of $3'],
  [/^Expected (.*) to be one of: (.*)$/, '$1: expected one of $2'],
  [/^Flag (--[\w-]+) expects one of these values: (.*)$/, '$1: expected one of $2'],
  [/^Flag (--[\w-]+) expects a value$/, '$1 expects a value'],
  [/^Flag (--[\w-]+) can only be specified once$/, '$1 is given twice'],
  [
    /^Parsing (--[\w-]+) Expected an integer greater than or equal to (\d+) but received: (.*)$/,
    '$1 $3: expected a whole number from $2',
  ],
  [/^Parsing (--[\w-]+) Expected an integer but received: (.*)$/, '$1 $2: expected a whole number'],
  [/^The following error occurred: Missing required flag (\S+)$/, '--$1 is missing'],
  [
    /^The following error occurred: (--[\w-]+)=\S+ cannot also be provided when using (--[\w-]+)$/,
    '$1 and $2 exclude each other',
  ],
  [/^command [\w-]+:(.*) not found$/, 'Unexpected argument: $1'],
]

/** A mistake that oclif found, as one sentence. */
export function parseMistake(error: Error): string {
  const said = error.message.replace(/\nSee more help with --help$/, '').replaceAll(/\s+/g, ' ')
  const missing = missingArguments(error)
  if (missing.length > 0) return `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`
  const [pattern, told] = WORDINGS.find(([one]) => one.test(said)) ?? [/^/, '']
  const [, typed = '', words = ''] = /^Expected (?:--[\w-]+=)?(.*) to be one of: (.*)$/.exec(said) ?? []
  const meant = words === '' ? undefined : nearest(typed, words.split(', '))
  return `${said.replace(pattern, told)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`
}

/** Names of the arguments that are wanted and not there. */
function missingArguments(error: Error): string[] {
  if (!error.message.startsWith('Missing ') || !('args' in error) || !Array.isArray(error.args)) return []
  return error.args.flatMap((arg: unknown) =>
    typeof arg === 'object' && arg !== null && 'name' in arg ? [String(arg.name)] : [],
  )
}
