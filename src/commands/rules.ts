import { Command, Flags } from '@oclif/core'
import { ruleSummary } from '../engine/explain.js'
import { rules } from '../rules/index.js'
import { screen } from './screen.js'

export default class Rules extends Command {
  static override summary = 'List every rule: what it is called, what it is about, how severe it is.'
  static override examples = ['<%= config.bin %> rules', '<%= config.bin %> rules --json']
  static override flags = {
    json: Flags.boolean({ description: 'machine-readable output' }),
    color: Flags.boolean({ description: 'colour, where the terminal takes it', allowNo: true, default: true }),
    width: Flags.integer({ description: 'columns', min: 40 }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Rules)
    if (flags.json) {
      const list = rules.map(ruleSummary)
      process.stdout.write(`${JSON.stringify(list, null, 2)}\n`)
      return
    }
    const { ruleTable } = await import('../renderers/rule-table.js')
    const options = screen({ ...flags, verbose: false, width: flags.width }, process.stdout, process.env)
    process.stdout.write(ruleTable(rules, options))
  }
}
