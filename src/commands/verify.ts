import { Args, Command, Flags } from '@oclif/core'
import { stat } from 'node:fs/promises'
import { analyzeSource } from '../engine/analyze.js'
import { verifyReport, type Verification } from '../engine/verify.js'
import type { HostReport, Report } from '../model/report.js'
import type { Source } from '../model/source.js'
import { visible } from '../renderers/escape.js'
import { InputRefused, openSource } from '../sources/open.js'
import { analyzeOptions } from './analyze-options.js'
import { catalogue } from './catalogue.js'
import { EXIT } from './exit-code.js'
import { interruptible } from './interrupt.js'
import { liveHost } from './live-host.js'
import { readReport } from './report-file.js'

export default class Verify extends Command {
  static override summary = 'Read an input again and say of every finding of a report whether it still stands.'
  static override description =
    'Each cited entry is read again, its bytes and the cited spot compared, and the rules are asked anew at the time that the report was made for. Exit 0 only when every finding is confirmed.'
  static override examples = ['<%= config.bin %> verify report.json support.tgz']
  static override args = {
    REPORT: Args.string({ description: 'a report in JSON', required: true }),
    INPUT: Args.string({ description: 'the bundle, folder or machine (/) it was made of', required: true }),
  }
  static override flags = { json: Flags.boolean({ description: 'machine-readable output' }) }

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Verify)
    try {
      const report = await readReport(args.REPORT)
      const interruption = interruptible()
      const fresh = await again(report, args.INPUT, this.config.version, interruption.signal)
      // What was not read again looks as if it were gone.
      if (interruption.signal.aborted) {
        process.stderr.write('ct-diag: interrupted before all was read again.\n')
        if (flags.json) process.stdout.write(documentOf([], 'Interrupted before all was read again.'))
        process.exitCode = interruption.exitCode() ?? EXIT.bug
        return
      }
      const answers = verifyReport(report, fresh)
      if (flags.json) process.stdout.write(documentOf(answers))
      else process.stdout.write(table(answers))
      process.exitCode = answers.every(({ status }) => status === 'confirmed') ? EXIT.ok : EXIT.findings
    } catch (error) {
      if (!(error instanceof InputRefused)) throw error
      process.stderr.write(`ct-diag: ${visible(error.message)}\n`)
      if (flags.json) process.stdout.write(documentOf([], error.message))
      process.exitCode = EXIT.refused
    }
  }
}

/** Judged by the clock of the report: time alone changes nothing. */
async function again(report: Report, input: string, version: string, signal: AbortSignal): Promise<HostReport[]> {
  const times = [...new Set(report.hosts.map(({ asOf }) => asOf.time))]
  const hosts: HostReport[] = []
  for (const time of times) {
    const options = analyzeOptions('verify', { version }, signal, { asOf: Date.parse(time) })
    const { hosts: found } = await analyzeSource(await sourceOf(report, input, signal), catalogue, options)
    const wanted = new Set(report.hosts.filter(({ asOf }) => asOf.time === time).map(({ host }) => host))
    hosts.push(...found.filter(({ host }) => times.length === 1 || wanted.has(host)))
  }
  return hosts
}

/** A machine is read as `inspect` reads it: as a folder it would be all of its disks. */
async function sourceOf({ inputs }: Report, input: string, signal: AbortSignal): Promise<Source> {
  const folder = (await stat(input).catch(() => undefined))?.isDirectory() === true
  if (folder && inputs.some(({ kind }) => kind === 'host')) return (await liveHost(input, true, signal)).source
  return openSource(input)
}

function documentOf(findings: readonly Verification[], problem?: string): string {
  return `${JSON.stringify({ findings, problem }, null, 2)}\n`
}

function table(answers: readonly Verification[]): string {
  const lines = answers.map(({ host, ruleId, subject, status, difference }) => {
    const line = `${status.padEnd(10)}${ruleId}  ${visible(host)}  ${visible(subject)}`
    return difference === null ? line : `${line}\n          ${visible(difference)}`
  })
  const confirmed = answers.filter(({ status }) => status === 'confirmed').length
  return `${[...lines, `${confirmed} of ${answers.length} findings confirmed.`].join('\n')}\n`
}
