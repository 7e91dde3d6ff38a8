import type { Report } from '../model/report.js'
import pjson from '../../package.json' with { type: 'json' }
import { FORMATS, write, type Format } from './output.js'
import { screen } from './screen.js'

/** With a machine format, standard output is one valid document, on errors too: a report of nothing but the problem. */
export async function errorDocument(argv: readonly string[], code: string, message: string): Promise<void> {
  const format = formatIn(argv)
  if (format === undefined || format === 'terminal') return
  const report: Report = {
    schemaVersion: 1,
    tool: { name: 'ct-diag', version: pjson.version },
    run: { startedAt: new Date().toISOString(), durationMs: 0, command: argv[0] ?? '', interrupted: false },
    inputs: [],
    hosts: [],
    problems: [{ code, message, source: [], path: null, at: null }],
  }
  const look = screen({ color: false, width: undefined, verbose: false }, process.stdout, process.env)
  await write(report, [{ format, file: null }], look)
}

/** The command line could not be parsed, so its words are looked at. */
function formatIn(argv: readonly string[]): Format | undefined {
  if (argv.includes('--json')) return 'json'
  const word = argv.findLast((one, index) => one.startsWith('--format=') || argv[index - 1] === '--format')
  return FORMATS.find((known) => known === word?.replace('--format=', ''))
}
