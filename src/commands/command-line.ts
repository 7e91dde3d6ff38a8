import type { Command, Config } from '@oclif/core'
import type { ArgInfo, CommandInfo, CommandLine, FlagInfo } from '../model/command-line.js'
import pjson from '../../package.json' with { type: 'json' }
import { RULE_GROUPS } from '../model/hop.js'
import { rules } from '../rules/index.js'
import { VARIABLES, variableOf } from './environment.js'
import { EXIT_MEANINGS } from './exit-code.js'

/** What oclif knows of the commands, for help, manual and completion. */
export function commandLine(config: Config): CommandLine {
  const commands = config.commands
    .filter(({ hidden }) => !hidden)
    .map((command) => commandInfo(command, config.bin))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const flags = commands.flatMap((command) => command.flags)
  return {
    description: pjson.description,
    version: config.version,
    commands,
    exitCodes: EXIT_MEANINGS.map(([code, meaning]) => ({ code: String(code), meaning })),
    variables: [
      ...VARIABLES.filter((name) => flags.some((flag) => flag.name === name)).map((name) => ({
        name: variableOf(name),
        meaning: `the same as --${name}, which wins`,
      })),
      { name: 'NO_COLOR', meaning: 'no colour, when it is not empty' },
      { name: 'FORCE_COLOR', meaning: 'colour, even into a file or a pipe' },
      { name: 'LC_ALL, LC_CTYPE, LANG', meaning: 'UTF-8 or plain marks' },
    ],
  }
}

function commandInfo(command: Command.Loadable, bin: string): CommandInfo {
  const name = command.id.replaceAll(':', ' ')
  const fill = (text: string): string => text.replaceAll('<%= config.bin %>', bin)
  const args = Object.values(command.args).map((arg): ArgInfo => ({
    name: arg.name,
    description: arg.description ?? '',
    values: arg.name === 'RULE' ? ruleWords() : (arg.options ?? []),
  }))
  const words = Object.values(command.args).map((arg) => (arg.required === true ? arg.name : `[${arg.name}]`))
  const more = command.strict ? '' : '…'
  const usage = typeof command.usage === 'string' ? command.usage : `${[name, ...words].join(' ')}${more} [flags]`
  return {
    name,
    summary: command.summary ?? '',
    description: command.description ?? '',
    examples: (command.examples ?? []).map((one) => fill(typeof one === 'string' ? one : one.command)),
    usage: `${bin} ${usage}`,
    args,
    flags: Object.values(command.flags).map((flag) => flagInfo(flag, wordsOf(command.id, flag.name))),
  }
}

/** Words that a flag takes a list of. */
function wordsOf(command: string, flag: string): readonly string[] {
  if (flag === 'only' && command === 'timeline') return RULE_GROUPS
  return flag === 'only' || flag === 'skip' ? ruleWords() : []
}

function flagInfo(flag: Command.Flag.Cached, words: readonly string[]): FlagInfo {
  const { name, char = null, description = '' } = flag
  if (flag.type === 'boolean') return { name, char, description, value: null, negatable: flag.allowNo }
  const values = words.length > 0 ? words : (flag.options ?? [])
  const label = flag.options?.join('|') ?? flag.helpValue ?? name.toUpperCase()
  const standard = typeof flag.default === 'string' ? ` (default: ${flag.default})` : ''
  return {
    name,
    char,
    description: `${description}${standard}`,
    value: { label: String(label), values, list: flag.delimiter === ',' },
    negatable: false,
  }
}

function ruleWords(): string[] {
  return rules.flatMap(({ id, name }) => [id, name])
}
