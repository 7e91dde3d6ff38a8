import { Args, Command, Flags } from '@oclif/core'
import { contentsOf } from '../engine/contents.js'
import type { Contents as Document } from '../model/contents.js'
import { visible } from '../renderers/escape.js'
import { InputRefused, openSource } from '../sources/open.js'
import { analyzeOptions } from './analyze-options.js'
import { catalogue } from './catalogue.js'
import { EXIT } from './exit-code.js'
import { interruptible } from './interrupt.js'
import { screen } from './screen.js'

export default class Contents extends Command {
  static override summary = 'Say which collector made a bundle, what is in it for each hop, and what is missing.'
  static override description =
    'What is missing comes with the fewest commands that a customer can paste to supply it. Nothing is judged: that is what `analyze` does.'
  static override examples = ['<%= config.bin %> contents support.tgz', '<%= config.bin %> contents logs.zip --json']
  static override args = {
    INPUT: Args.string({ description: 'a bundle or folder; - is standard input', required: true }),
  }
  static override flags = {
    json: Flags.boolean({ description: 'machine-readable output' }),
    verbose: Flags.boolean({ char: 'v', description: 'every path, and everything that is missing' }),
    color: Flags.boolean({ description: 'colour, where the terminal takes it', allowNo: true, default: true }),
    width: Flags.integer({ description: 'columns', min: 40 }),
  }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Contents)
    const interruption = interruptible()
    const options = analyzeOptions('contents', this.config, interruption.signal, { asOf: null })
    const found = await contentsAt(args.INPUT, options)
    const document: Document = { schemaVersion: 1, tool: { name: 'ct-diag', version: this.config.version }, ...found }
    const [refusal] = found.input === null ? found.problems : []
    if (refusal !== undefined) process.stderr.write(`ct-diag: ${visible(refusal.message)}\n`)
    if (flags.json) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    else if (refusal === undefined) {
      const { contents } = await import('../renderers/contents.js')
      process.stdout.write(contents(document, screen({ ...flags, width: flags.width }, process.stdout, process.env)))
    }
    const recognised = found.input !== null && found.input.layout !== 'unknown'
    process.exitCode = interruption.exitCode() ?? (recognised ? EXIT.ok : EXIT.refused)
  }
}

async function contentsAt(
  input: string,
  options: Parameters<typeof contentsOf>[2],
): Promise<Pick<Document, 'input' | 'hosts' | 'problems'>> {
  try {
    return await contentsOf(await openSource(input), catalogue, options)
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    const problem = { code: error.code, message: error.message, source: [input], path: null, at: null }
    return { input: null, hosts: [], problems: [problem] }
  }
}
