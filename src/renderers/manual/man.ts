import { flagForm, type CommandInfo, type CommandLine } from '../../model/command-line.js'

/** The manual page, for `man`. */
export function manPage({ description, version, commands, exitCodes, variables }: CommandLine): string {
  const examples = commands.flatMap((command) => command.examples.slice(0, 1))
  return [
    `.TH CT\\-DIAG 1 "" "ct\\-diag ${plain(version)}" "User Commands"`,
    '.SH NAME',
    `ct\\-diag \\- ${plain(description)}`,
    '.SH SYNOPSIS',
    ...['.B ct\\-diag', '.I COMMAND', 'ARGUMENTS [flags]'],
    '.SH EXAMPLES',
    ...['.nf', ...examples.map(plain), '.fi'],
    '.SH COMMANDS',
    ...commands.flatMap(command),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(({ code, meaning }) => term(code, meaning)),
    '.SH ENVIRONMENT',
    ...variables.flatMap(({ name, meaning }) => term(name, meaning)),
    '',
  ].join('\n')
}

function command({ usage, summary, description, args, flags }: CommandInfo): string[] {
  return [
    `.SS ${plain(usage)}`,
    plain([summary, description].join(' ').trim()),
    ...args.flatMap((arg) => term(arg.name, arg.description)),
    ...flags.flatMap((flag) => term(flagForm(flag), flag.description)),
  ]
}

function term(word: string, text: string): string[] {
  return ['.TP', `.B ${plain(word)}`, plain(text)]
}

/** Text in which roff sees no request, no escape and no hyphen where a minus is meant. */
function plain(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('`', '\\`')
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}
