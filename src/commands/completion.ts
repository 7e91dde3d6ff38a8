import { Args, Command } from '@oclif/core'
import { bashCompletion } from '../renderers/manual/bash.js'
import { zshCompletion } from '../renderers/manual/zsh.js'
import { commandLine } from './command-line.js'

const SHELLS = { bash: bashCompletion, zsh: zshCompletion }

export default class Completion extends Command {
  static override summary = 'Print what a shell needs to complete commands, flags and their values.'
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion zsh > ~/.zfunc/_ct-diag',
  ]
  static override args = {
    SHELL: Args.string({ description: Object.keys(SHELLS).join(' or '), options: Object.keys(SHELLS), required: true }),
  }

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion)
    process.stdout.write(SHELLS[args.SHELL as keyof typeof SHELLS](commandLine(this.config)))
  }
}
