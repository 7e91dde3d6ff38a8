import type { Command } from '@oclif/core'
import { UsageError } from './usage-error.js'

/** Flags that say how a user likes to work, not what this one call is about. */
export const VARIABLES = ['format', 'fail-on', 'only', 'skip', 'limit', 'jobs', 'verbose', 'color', 'width'] as const

export function variableOf(flag: string): string {
  return `CT_DIAG_${flag.toUpperCase().replaceAll('-', '_')}`
}

/** Words to put before those of the command line, and which variable each flag came from. */
export interface FromEnvironment {
  readonly words: readonly string[]
  readonly variables: ReadonlyMap<string, string>
}

/** What the environment says for flags that the command has and the command line does not. */
export function fromEnvironment(
  flags: Readonly<Record<string, Command.Flag.Cached>>,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): FromEnvironment {
  const variables = new Map<string, string>()
  const words = VARIABLES.flatMap((name) => {
    const flag = flags[name]
    const value = env[variableOf(name)] ?? ''
    if (flag === undefined || value === '' || isGiven(flag, argv)) return []
    // The variable names rules. Where there is no --skip, --only names something else.
    if (name === 'only' && flags['skip'] === undefined) return []
    variables.set(name, variableOf(name))
    return flag.type === 'boolean' ? switchWords(name, flag.allowNo, value) : [`--${name}=${value}`]
  })
  return { words, variables }
}

function isGiven({ name, char }: Command.Flag.Cached, argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv
    .slice(0, end === -1 ? undefined : end)
    .some(
      (word) =>
        [`--${name}`, `--no-${name}`].includes(word) ||
        word.startsWith(`--${name}=`) ||
        (char !== undefined && /^-\w/.test(word) && word.includes(char)),
    )
}

function switchWords(name: string, negatable: boolean, value: string): string[] {
  if (/^(?:1|true|yes)$/i.test(value)) return [`--${name}`]
  if (/^(?:0|false|no)$/i.test(value)) return negatable ? [`--no-${name}`] : []
  throw new UsageError(`${variableOf(name)}=${value}: expected 1 or 0.`)
}

/** A mistake that the environment made is told by the variable’s name, because the user typed no such flag. */
export function blame(message: string, { words, variables }: FromEnvironment): string {
  for (const [flag, variable] of variables) {
    const value = words.find((word) => word.startsWith(`--${flag}=`))?.slice(flag.length + 3)
    const mentioned = new RegExp(`--${flag}(?![\\w-])`, 'g')
    if (mentioned.test(message)) return message.replaceAll(mentioned, variable)
    if (value?.split(',').some((one) => message.startsWith(`${one} `)) === true) return `${variable}: ${message}`
  }
  return message
}
