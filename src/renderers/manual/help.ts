import { flagForm, type CommandInfo, type CommandLine } from '../../model/command-line.js'
import { ascii, fold } from '../wrap.js'

/** Of any terminal, so that the same text can be made ahead of time. */
const WIDTH = 80
/** Longer terms have their text on the next line. */
const TERM = 24

type Row = readonly [term: string, text: string]

/** The first screen: how it is used, then what there is. */
export function rootHelp({ description, commands, exitCodes, variables }: CommandLine): string {
  const rows = commands.map(({ name, summary }): Row => [name, summary])
  return page(`${description}.`, [
    ['EXAMPLES', lines(['analyze', 'inspect', 'bundle', 'explain'].flatMap((name) => firstExample(commands, name)))],
    ['USAGE', lines(['ct-diag COMMAND [flags]', 'ct-diag COMMAND --help'])],
    ['COMMANDS', table(rows)],
    ['EXIT CODES', table(exitCodes.map(({ code, meaning }) => [code, meaning]))],
    ['ENVIRONMENT', table(variables.map(({ name, meaning }) => [name, meaning]))],
  ])
}

/** What a word that several commands begin with leads to. */
export function topicHelp(topic: string, description: string, commands: readonly CommandInfo[]): string {
  return page(description, [
    ['EXAMPLES', lines(commands.flatMap(({ examples }) => examples.slice(0, 1)))],
    ['USAGE', lines([`ct-diag ${topic} COMMAND [flags]`])],
    ['COMMANDS', table(commands.map(({ name, summary }) => [name, summary]))],
  ])
}

export function commandHelp({ summary, description, examples, usage, args, flags }: CommandInfo): string {
  return page(summary, [
    ['EXAMPLES', lines(examples)],
    ['USAGE', lines([usage])],
    ['ARGUMENTS', table(args.map((arg) => [arg.name, arg.description]))],
    ['FLAGS', table(flags.map((flag) => [flagForm(flag), flag.description]))],
    ['DESCRIPTION', description === '' ? '' : fold(description, 2, WIDTH)],
  ])
}

function firstExample(commands: readonly CommandInfo[], wanted: string): string[] {
  return commands.filter(({ name }) => name === wanted).flatMap(({ examples }) => examples.slice(0, 1))
}

function page(head: string, sections: readonly (readonly [title: string, text: string])[]): string {
  const shown = sections.filter(([, text]) => text !== '').map(([title, text]) => `${title}\n${text}`)
  return ascii(`${[fold(head, 0, WIDTH), ...shown].join('\n\n')}\n`)
}

function lines(all: readonly string[]): string {
  return all.map((line) => `  ${line}`).join('\n')
}

function table(rows: readonly Row[]): string {
  const width = Math.min(TERM, Math.max(0, ...rows.map(([term]) => term.length)))
  return rows
    .map(([term, text]) => {
      const folded = fold(text, width + 4, WIDTH)
      return term.length > width ? `  ${term}\n${folded}` : `  ${term.padEnd(width)}  ${folded.trimStart()}`
    })
    .join('\n')
}
