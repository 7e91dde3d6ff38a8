import { flagWords, topicOf, type ArgInfo, type CommandInfo, type CommandLine } from '../../model/command-line.js'

/** A script that bash sources. Where nothing is known, files are offered. */
export function bashCompletion({ commands }: CommandLine): string {
  const topics = [...new Set(commands.filter((one) => topicOf(one) !== one.name).map(topicOf))]
  const first = [...new Set(commands.map(topicOf))]
  return `# Completion of ct-diag for bash: source <(ct-diag completion bash)
_ct_diag() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= values= flags= list= i
  # "=" is a word of its own here.
  if [[ $cur == = ]]; then cur=
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case $command in
    '') [[ \${COMP_WORDS[i]} == -* ]] || command=\${COMP_WORDS[i]} ;;
    ${topics.join(' | ')}) command="$command \${COMP_WORDS[i]}" ;;
    esac
  done
  case $command in
  '') values='${[...first, 'help'].join(' ')}' flags='--help --version' ;;
  help) values='${first.join(' ')}' ;;
${topics.map((topic) => `  ${topic}) values='${subcommands(commands, topic).join(' ')}' flags='--help' ;;`).join('\n')}
${commands.map(branch).join('\n')}
  esac
  [[ $cur == -* ]] && values=$flags
  if [[ -n $list && $cur == *,* ]]; then
    COMPREPLY=($(compgen -P "\${cur%,*}," -W "$values" -- "\${cur##*,}"))
  else
    COMPREPLY=($(compgen -W "$values" -- "$cur"))
  fi
}
complete -o default -F _ct_diag ct-diag
`
}

function subcommands(commands: readonly CommandInfo[], topic: string): string[] {
  return commands.filter(({ name }) => name.startsWith(`${topic} `)).map(({ name }) => name.slice(topic.length + 1))
}

function branch({ name, flags, args }: CommandInfo): string {
  const taking = flags.flatMap((flag) => {
    if (flag.value === null) return []
    const { values, list } = flag.value
    const set = `flags= values='${values.join(' ')}'${list ? ' list=1' : ''}`
    return `    ${flagWords(flag).join(' | ')}) ${set} ;;`
  })
  return `  '${name}')
    flags='${[...flags.flatMap(flagWords), '--help'].join(' ')}' values='${argumentValues(args).join(' ')}'
    case $prev in
    ${taking.map((line) => line.trim()).join('\n    ') || "'') ;;"}
    esac
    ;;`
}

function argumentValues(args: readonly ArgInfo[]): readonly string[] {
  return args[0]?.values ?? []
}
