import type { Report } from '../model/report.js'
import pjson from '../../package.json' with { type: 'json' }
import type { Diff } from '../model/diff.js'
import type { RenderOptions } from '../renderers/renderer.js'
import { renderDiff } from './diff-output.js'
import { FORMATS, write, writeAll, type Format } from './output.js'
import { screen } from './screen.js'

/** With a machine format, standard output is one valid document, on errors too: a report of nothing but the problem. */
export async function errorDocument(argv: readonly string[], code: string, message: string): Promise<void> {
  if (argv[0] === 'diff') return diffErrorDocument(argv, code, message)
  const format = formatIn(argv)
  if (format === undefined || format === 'terminal') return
  const report: Report = { ...nothingBut(argv, code, message), inputs: [], hosts: [] }
  await write(report, [{ format, file: null }], look())
}

async function diffErrorDocument(argv: readonly string[], code: string, message: string): Promise<void> {
  const format = formatIn(argv)
  if (format === undefined || format === 'terminal') return
  const diff: Diff = { ...nothingBut(argv, code, message), before: null, after: null, hosts: [] }
  await writeAll([{ format, file: null }], look(), (_, own) => renderDiff(format, diff, null, own))
}

function nothingBut(
  argv: readonly string[],
  code: string,
  message: string,
): Pick<Report, 'schemaVersion' | 'tool' | 'run' | 'problems'> {
  return {
    schemaVersion: 1,
    tool: { name: 'ct-diag', version: pjson.version },
    run: { startedAt: new Date().toISOString(), durationMs: 0, command: argv[0] ?? '', interrupted: false },
    problems: [{ code, message, source: [], path: null, at: null }],
  }
}

function look(): RenderOptions {
  return screen({ color: false, width: undefined, verbose: false }, process.stdout, process.env)
}

/** The command line could not be parsed, so its words are looked at. */
function formatIn(argv: readonly string[]): Format | undefined {
  const word = argv.findLast((one, index) => one.startsWith('--format=') || argv[index - 1] === '--format')
  const wanted = argv.includes('--json') ? 'json' : word?.replace('--format=', '')
  return FORMATS.find((known) => known === (wanted === 'json' && isLines(argv) ? 'ndjson' : wanted))
}

/** Their JSON is one object a line, and so is what says that there is none. */
function isLines([first, second]: readonly string[]): boolean {
  return first === 'timeline' || (first === 'db' && second === 'dump')
}
