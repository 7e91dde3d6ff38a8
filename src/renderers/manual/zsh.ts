import { flagWords, topicOf, type CommandInfo, type CommandLine, type FlagInfo } from '../../model/command-line.js'

/** A file for a folder of zsh's fpath. */
export function zshCompletion({ commands }: CommandLine): string {
  const topics = [...new Set(commands.map(topicOf))]
  const summaryOf = (topic: string): string =>
    commands.find(({ name }) => name === topic)?.summary ?? `commands that begin with ${topic}`
  return `#compdef ct-diag
# Completion of ct-diag for zsh: ct-diag completion zsh > a folder in $fpath/_ct-diag
_ct-diag() {
  local state line
  local -a commands
  _arguments -C '--help[show help]' '--version[show the version]' '1: :->command' '*:: :->rest'
  case $state in
  command)
    commands=(${topics.map((topic) => quoted(`${topic}:${summaryOf(topic)}`)).join(' ')})
    _describe command commands
    ;;
  rest)
    case $words[1] in
${topics.map((topic) => branch(topic, commands)).join('\n')}
    esac
    ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _ct-diag "$@"; else compdef _ct-diag ct-diag; fi
`
}

function branch(topic: string, commands: readonly CommandInfo[]): string {
  const own = commands.find(({ name }) => name === topic)
  if (own !== undefined) return `    ${topic}) ${argumentsOf(own)} ;;`
  const members = commands.filter((one) => topicOf(one) === topic)
  const names = members.map((one) => quoted(`${lastWord(one)}:${one.summary}`))
  return `    ${topic})
      _arguments -C '--help[show help]' '1: :->subcommand' '*:: :->words'
      case $state in
      subcommand)
        commands=(${names.join(' ')})
        _describe command commands
        ;;
      words)
        case $words[1] in
${members.map((one) => `        ${lastWord(one)}) ${argumentsOf(one)} ;;`).join('\n')}
        esac
        ;;
      esac
      ;;`
}

function lastWord({ name }: CommandInfo): string {
  return name.split(' ').at(-1) ?? name
}

function argumentsOf({ args, flags }: CommandInfo): string {
  const [first] = args
  const values = first?.values ?? []
  const operands = values.length > 0 ? [quoted(`1:${first?.name ?? ''}:(${values.join(' ')})`)] : []
  return ['_arguments', "'--help[show help]'", ...flags.flatMap(flagSpecs), ...operands, "'*:file:_files'"].join(' ')
}

function flagSpecs(flag: FlagInfo): string[] {
  const { description, value } = flag
  const text = `[${description.replaceAll(/[[\]:\\]/g, '\\$&')}]`
  return flagWords(flag).map((word) => {
    if (value === null) return quoted(`${word}${text}`)
    const form = word.startsWith('--') ? `${word}=` : word
    const choice = value.values.length === 0 ? '_files' : `(${value.values.join(' ')})`
    const action =
      value.list && value.values.length > 0 ? `_values -s , ${flag.name} ${value.values.join(' ')}` : choice
    return quoted(`*${form}${text}:${flag.name}:${action}`)
  })
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
