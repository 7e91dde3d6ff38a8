import { appendFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Report } from '../model/report.js'
import { json } from '../renderers/json.js'
import { ndjson } from '../renderers/ndjson.js'
import type { Renderer, RenderOptions } from '../renderers/renderer.js'
import { noSuch, UsageError } from './usage-error.js'

export const FORMATS = ['terminal', 'json', 'ndjson', 'html'] as const
export type Format = (typeof FORMATS)[number]

/** Where one rendering goes; a null file is standard output. */
export interface Target {
  readonly format: Format
  readonly file: string | null
}

export interface OutputFlags {
  readonly format: string
  readonly json: boolean
  readonly output: string | undefined
  readonly report: readonly string[]
}

export function targetsOf(flags: OutputFlags): Target[] {
  const first: Target = { format: flags.json ? 'json' : formatOf(flags.format), file: flags.output ?? null }
  const others = flags.report.map((word): Target => {
    const [format = '', ...file] = word.split('=')
    if (file.length === 0) throw new UsageError(`--report ${word}: expected FORMAT=FILE, such as json=out.json.`)
    return { format: formatOf(format), file: file.join('=') }
  })
  return [first, ...others]
}

function formatOf(word: string): Format {
  const format = FORMATS.find((known) => known === word)
  if (format === undefined) throw noSuch(word, 'output format', FORMATS)
  return format
}

/** A target that cannot be written is a usage error, found before anything is read. The file is created empty. */
export async function checkTargets(targets: readonly Target[]): Promise<void> {
  for (const { file } of targets) {
    if (file === null) continue
    const handle = await open(file, 'w').catch((error: unknown) => {
      throw new UsageError(`${file} cannot be written: ${(error as Error).message}.`)
    })
    await handle.close()
  }
}

export async function write(report: Report, targets: readonly Target[], options: RenderOptions): Promise<void> {
  for (const { format, file } of targets) {
    const render = await rendererOf(format)
    if (file === null) process.stdout.write(render(report, options))
    else {
      const handle = await open(file, 'w')
      try {
        await handle.writeFile(render(report, { ...options, color: false }))
      } finally {
        await handle.close()
      }
    }
  }
}

/** Adds the lines of one input that has been read. */
export function writeLines(report: Report, targets: readonly Target[]): void {
  for (const { file } of targets) {
    if (file === null) process.stdout.write(ndjson(report))
    else appendFileSync(file, ndjson(report))
  }
}

/** The terminal renderer brings three packages along, the page its style: they are loaded only when they are used. */
async function rendererOf(format: Format): Promise<Renderer> {
  switch (format) {
    case 'json':
      return json
    case 'ndjson':
      return ndjson
    case 'terminal':
      return (await import('../renderers/terminal.js')).terminal
    case 'html':
      return (await import('../renderers/html/page.js')).page
  }
}
