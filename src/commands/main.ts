import { Errors, flush, run, type Config, type Command } from '@oclif/core'
import { visible } from '../renderers/escape.js'
import { isNoRoom } from '../sources/no-access.js'
import { loadConfig } from './embedded.js'
import { blame, fromEnvironment, type FromEnvironment } from './environment.js'
import { EXIT } from './exit-code.js'
import { helpPage } from './help.js'
import { errorDocument } from './error-document.js'
import { noSuch, parseMistake, UsageError } from './usage-error.js'

/** Runs one command line. Never lets an error escape: mistakes are one sentence and exit 2, bugs a stack and exit 1. */
export async function main(argv: string[], root: string): Promise<void> {
  // `ct-diag … | head` closes the pipe early, and the end of a session its terminal; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !(error.code === 'EIO' && process.stdout.isTTY)) throw error
  })
  // To complain of it would fail in the same way, again and again.
  process.stderr.on('error', () => undefined)
  let config: Config | undefined
  let environment: FromEnvironment = { words: [], variables: new Map() }
  // Node would print a line of the bundled program, which is all of it.
  process.on('uncaughtException', (error) => {
    void complain(error, argv, config, environment).then(
      (code) => process.exit(code),
      () => process.exit(EXIT.bug),
    )
  })
  let words = argv
  try {
    config = await loadConfig(root)
    requireCommand(argv, config.commandIDs)
    const help = await helpPage(argv, config)
    if (help !== undefined) {
      process.stdout.write(help)
      return
    }
    const command = commandOf(config, argv)
    if (command !== undefined) {
      environment = fromEnvironment(command.flags, argv, process.env)
      refuseValues(command.flags, argv)
      const length = command.id.split(':').length
      words = [...argv.slice(0, length), ...environment.words, ...argv.slice(length)]
    }
    await run(words, config)
    await flush()
  } catch (error) {
    process.exitCode = await complain(error, words, config, environment)
  }
}

/** oclif takes the value of a flag that has none for an argument: `--json=3` would read an input `3`. */
function refuseValues(flags: Command.Loadable['flags'], argv: readonly string[]): void {
  const end = argv.indexOf('--')
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const name = /^--(?:no-)?([\w-]+)=/.exec(word)?.[1]
    if (name !== undefined && flags[name]?.type === 'boolean')
      throw new UsageError(`${word.slice(0, word.indexOf('='))} takes no value.`)
  }
}

/** What becomes of an error of standard output where no command runs. */
export async function unwritten(error: NodeJS.ErrnoException, argv: readonly string[]): Promise<void> {
  if (error.code !== 'EPIPE') process.exitCode = await bug(error, argv)
}

/** Flags that need no command before them. */
const STANDALONE = ['--help', '-h', '--version']

/** oclif's own answer to an unknown word is a screen of help. */
function requireCommand(argv: readonly string[], ids: readonly string[]): void {
  const [first, second] = argv[0] === 'help' ? argv.slice(1) : argv
  if (first === undefined || STANDALONE.includes(first) || ids.includes(first)) return
  if (first.startsWith('-')) throw noSuch(first, 'flag without a command', STANDALONE)
  const inTopic = ids.filter((id) => id.startsWith(`${first}:`)).map((id) => id.slice(first.length + 1))
  if (inTopic.length === 0)
    throw noSuch(first, 'command', ['help', ...new Set(ids.map((id) => id.split(':', 1)[0] ?? id))])
  if (second !== undefined && !second.startsWith('-') && !inTopic.includes(second))
    throw noSuch(
      `${first} ${second}`,
      'command',
      inTopic.map((id) => `${first} ${id}`),
    )
}

async function complain(
  error: unknown,
  argv: readonly string[],
  config: Config | undefined,
  environment: FromEnvironment,
): Promise<number> {
  const message = usageMessage(error, argv, config)
  if (message === undefined) return isExit(error) ? error.oclif.exit : await bug(error, argv)
  const mistake = blame(message, environment)
  process.stderr.write(`ct-diag: ${visible(mistake)}\n`)
  await errorDocument(argv, 'usage', mistake)
  return EXIT.usage
}

async function bug(error: unknown, argv: readonly string[]): Promise<number> {
  if (isNoRoom(error)) {
    const full = 'There is no room left where it writes, or in the folder for temporary files (TMPDIR).'
    process.stderr.write(`ct-diag: ${full}\n`)
    await errorDocument(argv, 'disk-full', full).catch(() => undefined)
    return EXIT.bug
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`ct-diag: internal error, please report it.\n${text.split('\n').map(visible).join('\n')}\n`)
  await errorDocument(argv, 'internal-error', text.split('\n', 1)[0] ?? text)
  return EXIT.bug
}

/** oclif's own parse errors are the user's mistakes too. */
function usageMessage(error: unknown, argv: readonly string[], config: Config | undefined): string | undefined {
  if (error instanceof UsageError) return error.message
  if (!(error instanceof Errors.CLIError) || isExit(error)) return undefined
  const flags = 'flags' in error && Array.isArray(error.flags) ? error.flags.map(String) : []
  if (error.message.startsWith('Nonexistent flag') && flags[0] !== undefined && config !== undefined) {
    return noSuch(flags[0], 'flag', flagWords(config, argv)).message
  }
  const id = config === undefined ? undefined : commandOf(config, argv)?.id
  return `${parseMistake(error)} See ${['ct-diag', ...(id?.split(':') ?? []), '--help'].join(' ')}.`
}

function flagWords(config: Config, argv: readonly string[]): string[] {
  return Object.keys(commandOf(config, argv)?.flags ?? {}).map((name) => `--${name}`)
}

function commandOf(config: Config, [first, second]: readonly string[]): Command.Loadable | undefined {
  return config.commands.find(({ id }) => id === first || id === `${first}:${second}`)
}

function isExit(error: unknown): error is { oclif: { exit: number } } {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT'
}
