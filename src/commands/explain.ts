import { Args, Command } from '@oclif/core'
import { rulePage } from '../renderers/rule-page.js'
import { rules } from '../rules/index.js'
import { noSuch } from './usage-error.js'

export default class Explain extends Command {
  static override summary = 'Print the page of one rule: what it looks for, how it decides, what to do.'
  static override examples = ['<%= config.bin %> explain CT1003', '<%= config.bin %> explain multiple-ct-dcrs']
  static override args = { RULE: Args.string({ description: 'a rule’s id or name', required: true }) }

  override async run(): Promise<void> {
    const { args } = await this.parse(Explain)
    const wanted = args.RULE.toLowerCase()
    const rule = rules.find(({ id, name }) => id.toLowerCase() === wanted || name === wanted)
    if (rule === undefined)
      throw noSuch(
        args.RULE,
        'rule',
        rules.flatMap(({ id, name }) => [id, name]),
      )
    process.stdout.write(rulePage(rule))
  }
}
