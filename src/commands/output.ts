import { appendFileSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Report } from '../model/report.js'
import { json } from '../renderers/json.js'
import { ndjson } from '../renderers/ndjson.js'
import type { Renderer, RenderOptions } from '../renderers/renderer.js'
import { rules } from '../rules/index.js'
import { noAccess } from '../sources/no-access.js'
import { noSuch, UsageError } from './usage-error.js'

export const FORMATS = ['terminal', 'json', 'ndjson', 'html', 'sarif', 'junit', 'markdown', 'csv'] as const
export type Format = (typeof FORMATS)[number]

/** Where one rendering goes; a null file is standard output. */
export interface Target {
  readonly format: Format
  readonly file: string | null
}

/** A text, or its pieces where it may be too long for one. */
type Rendering = string | Iterable<string>

export interface OutputFlags {
  readonly format: string
  readonly json: boolean
  readonly output: string | undefined
  readonly report: readonly string[]
}

export function targetsOf(flags: OutputFlags): Target[] {
  const first = { format: formatOf(flags.json ? 'json' : flags.format), file: flags.output ?? null }
  const others = flags.report.map((word): Target => {
    const [format = '', ...file] = word.split('=')
    if (file.length === 0) throw new UsageError(`--report ${word}: expected FORMAT=FILE, such as json=out.json.`)
    return { format: formatOf(format), file: file.join('=') }
  })
  if ([first, ...others].some(({ file }) => file === '-'))
    throw new UsageError('- is no file: standard output takes the one report that is not given a file.')
  return [first, ...others]
}

function formatOf(word: string): Format {
  const format = FORMATS.find((one) => one === word)
  if (format === undefined) throw noSuch(word, 'output format', FORMATS)
  return format
}

/** A target that cannot be written is a usage error, found before anything is read. The file is created empty. */
export async function checkTargets(
  targets: readonly Pick<Target, 'file'>[],
  inputs: readonly string[] = [],
): Promise<void> {
  const files = targets.flatMap(({ file }) => file ?? [])
  for (const [index, file] of files.entries())
    for (const earlier of files.slice(0, index))
      if (resolve(file) === resolve(earlier) || (await isSameFile(file, earlier)))
        throw new UsageError(`${file} can take one report, not two.`)
  for (const file of files) {
    // Opening it would be the end of the evidence.
    for (const input of inputs)
      if (await isSameFile(file, input)) throw new UsageError(`${file} is the input and is not overwritten.`)
    const handle = await open(file, 'w').catch((error: unknown) => {
      throw new UsageError(noAccess(file, error, 'written'))
    })
    await handle.close()
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((file) => stat(file).catch(() => null)))
  return a?.isFile() === true && a.ino === b?.ino && a.dev === b.dev
}

/** Without what people would read on standard output, where standard error says the same. */
export function withoutScreen(targets: readonly Target[]): Target[] {
  return targets.filter(({ format, file }) => format !== 'terminal' || file !== null)
}

export async function write(report: Report, targets: readonly Target[], options: RenderOptions): Promise<void> {
  await writeAll(targets, options, async (format, look) => (await rendererOf(format))(report, look, rules))
}

export async function writeAll(
  targets: readonly Target[],
  options: RenderOptions,
  render: (format: Format, look: RenderOptions) => Promise<Rendering>,
): Promise<void> {
  // Files come first: when one cannot be written, standard output has room for the one document that says so.
  for (const { format, file } of targets.toSorted((a, b) => Number(a.file === null) - Number(b.file === null))) {
    if (file === null) for (const piece of piecesOf(await render(format, options))) process.stdout.write(piece)
    else {
      const handle = await open(file, 'w')
      try {
        for (const piece of piecesOf(await render(format, { ...options, color: false }))) await handle.writeFile(piece)
      } finally {
        await handle.close()
      }
    }
  }
}

function piecesOf(rendering: Rendering): Iterable<string> {
  return typeof rendering === 'string' ? [rendering] : rendering
}

/** Adds the lines of one input that has been read. */
export function writeLines(report: Report, targets: readonly Target[]): void {
  for (const { file } of targets) {
    if (file === null) process.stdout.write(ndjson(report))
    else appendFileSync(file, ndjson(report))
  }
}

/** The terminal renderer brings three packages along, and nobody asks for all formats: each is loaded when it is used. */
async function rendererOf(format: Format): Promise<(...args: Parameters<Renderer>) => Rendering> {
  switch (format) {
    case 'json':
      return json
    case 'ndjson':
      return ndjson
    case 'sarif':
      return (await import('../renderers/sarif.js')).sarif
    case 'junit':
      return (await import('../renderers/junit.js')).junit
    case 'markdown':
      return (await import('../renderers/markdown.js')).markdown
    case 'csv':
      return (await import('../renderers/csv.js')).csv
    case 'terminal':
      return (await import('../renderers/terminal.js')).terminal
    case 'html':
      return (await import('../renderers/html/page.js')).page
  }
}
