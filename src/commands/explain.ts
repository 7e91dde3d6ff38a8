import { Args, Command, Flags } from '@oclif/core'
import type { AnalyzeOptions } from '../engine/analyze.js'
import { explainRule, explainSource } from '../engine/explain.js'
import type { Explanation } from '../model/explanation.js'
import type { Rule } from '../model/rule.js'
import { visible } from '../renderers/escape.js'
import { rulePage } from '../renderers/rule-page.js'
import { rules } from '../rules/index.js'
import { InputRefused, openSource } from '../sources/open.js'
import { analyzeOptions } from './analyze-options.js'
import { catalogue } from './catalogue.js'
import { EXIT } from './exit-code.js'
import { interruptible } from './interrupt.js'
import { screen } from './screen.js'
import { timeOf } from './time-flag.js'
import { noSuch } from './usage-error.js'

export default class Explain extends Command {
  static override summary = 'Print the page of one rule; with an input, say why it did or did not fire there.'
  static override description =
    'Without an input: what the rule looks for, how it decides, what to do and how to prove that it worked. With one: for every host in it the answer, each thing the rule needs with where it was found, and the values it looked at.'
  static override examples = [
    '<%= config.bin %> explain CT1003',
    '<%= config.bin %> explain multiple-ct-dcrs support.tgz',
    '<%= config.bin %> explain CT5001 support.tgz --json',
  ]
  static override args = {
    RULE: Args.string({ description: 'a rule’s id or name', required: true }),
    INPUT: Args.string({ description: 'a bundle or folder; - is standard input' }),
  }
  static override flags = {
    json: Flags.boolean({ description: 'machine-readable output' }),
    'as-of': Flags.string({ description: 'judge ages against this time (ISO 8601) instead of the bundle’s own' }),
    color: Flags.boolean({ description: 'colour, where the terminal takes it', allowNo: true, default: true }),
    width: Flags.integer({ description: 'columns', min: 40 }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain)
    const rule = ruleOf(args.RULE)
    const asOf = timeOf(flags['as-of'])
    const look = screen({ ...flags, verbose: false, width: flags.width }, process.stdout, process.env)
    const page = {
      schemaVersion: 1,
      tool: { name: 'ct-diag', version: this.config.version },
      rule: explainRule(rule),
    } as const
    if (args.INPUT === undefined) {
      const document: Explanation = { ...page, input: null, hosts: [], problems: [] }
      if (flags.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
      else {
        const { ascii } = await import('../renderers/wrap.js')
        process.stdout.write(look.unicode ? rulePage(rule) : ascii(rulePage(rule)))
      }
      return
    }

    const interruption = interruptible()
    const options = analyzeOptions('explain', this.config, interruption.signal, { asOf })
    const found = await explained(args.INPUT, rule, options)
    const document: Explanation = { ...page, ...found }
    const [refusal] = found.input === null ? found.problems : []
    if (refusal !== undefined) process.stderr.write(`ct-diag: ${visible(refusal.message)}\n`)
    if (flags.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    else if (refusal === undefined) {
      const { explanation } = await import('../renderers/explanation.js')
      process.stdout.write(explanation(document, look))
    }
    const recognised = found.input !== null && found.input.layout !== 'unknown'
    process.exitCode = interruption.exitCode() ?? (recognised ? EXIT.ok : EXIT.refused)
  }
}

function ruleOf(word: string): Rule {
  const wanted = word.toLowerCase()
  const rule = rules.find(({ id, name }) => id.toLowerCase() === wanted || name === wanted)
  if (rule !== undefined) return rule
  throw noSuch(
    word,
    'rule',
    rules.flatMap(({ id, name }) => [id, name]),
  )
}

async function explained(
  input: string,
  rule: Rule,
  options: AnalyzeOptions,
): Promise<Pick<Explanation, 'input' | 'hosts' | 'problems'>> {
  try {
    return await explainSource(await openSource(input), rule, catalogue, options)
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    const problem = { code: error.code, message: error.message, source: [input], path: null, at: null }
    return { input: null, hosts: [], problems: [problem] }
  }
}
