import { basename } from 'node:path'
import type { Source, SourceEntry } from '../model/source.js'
import { shorten, visible } from '../renderers/escape.js'
import { screen } from './screen.js'

/** Milliseconds: shorter work needs no word, and nobody reads faster. */
const FIRST = 1000
const EVERY = 200
const ERASE = '\r\u001b[K'
const NAME_MAX = 40

/** One line on a terminal that says what is being done, and is gone when it is done. */
export interface Progress {
  /** What it says from now on; asked each time the line is written. */
  readonly show: (words: () => string) => void
  /** The same source; while it is read, the line says how much of it has passed. */
  readonly reading: (source: Source) => Source
  /** Makes room for another line. */
  readonly clear: () => void
}

export interface ProgressOptions {
  /** Whether the output is for people. */
  readonly wanted: boolean
  readonly signal: AbortSignal
  readonly stdout?: { readonly isTTY?: boolean }
  readonly stderr?: Terminal
  readonly env?: NodeJS.ProcessEnv
}

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Work that may be long. The line is erased before this settles, and as soon as the user interrupts. */
export async function during<T>(options: ProgressOptions, work: (progress: Progress) => Promise<T>): Promise<T> {
  const { wanted, signal, stdout = process.stdout, stderr = process.stderr, env = process.env } = options
  const people = stdout.isTTY === true && stderr.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === ''
  if (!wanted || !people) return work(SILENT)

  const { ascii, wrap } = await import('../renderers/wrap.js')
  let words = (): string => ''
  let shown = ''
  const clear = (): void => {
    if (shown !== '') stderr.write(ERASE)
    shown = ''
  }
  const write = (): void => {
    const { unicode, width } = screen({ color: false, width: undefined, verbose: false }, stderr, env)
    const text = unicode ? words() : ascii(words())
    // A line that is full would go on in the next, where nothing erases it.
    const [line = ''] = wrap(visible(text), width - 1).split('\n')
    if (line === shown) return
    shown = line
    stderr.write(`${ERASE}${line}`)
  }
  let timer = setTimeout(() => {
    write()
    timer = setInterval(write, EVERY)
  }, FIRST)
  const end = (): void => {
    clearInterval(timer)
    clear()
  }
  signal.addEventListener('abort', end)
  try {
    return await work({
      show: (next) => (words = next),
      reading: (source) => counting(source, (next) => (words = next)),
      clear,
    })
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

const SILENT: Progress = { show: () => undefined, reading: (source) => source, clear: () => undefined }

/** `41 000` */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')
}

function counting(source: Source, show: (words: () => string) => void): Source {
  const { again } = source
  const name = source.name === '-' ? 'standard input' : shorten(basename(source.name) || source.name, NAME_MAX)
  return {
    ...source,
    // Complete only when all has been read.
    get problems() {
      return source.problems
    },
    ...(again === undefined ? {} : { again: async () => counting(await again(), show) }),
    async *entries(options) {
      let [bytes, entries] = [0, 0]
      show(() => {
        return `Reading ${name} … ${grouped(Math.round(bytes / 1e6))} MB, ${grouped(entries)} ${entries === 1 ? 'entry' : 'entries'}`
      })
      for await (const entry of source.entries(options)) {
        const before = bytes
        yield { ...entry, content: () => passing(entry, (more) => (bytes += more)) }
        // What nobody read has passed all the same.
        if (bytes === before) bytes += entry.head === undefined ? entry.size : 0
        if (entry.head === undefined) entries++
      }
    },
  }
}

async function* passing(entry: SourceEntry, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry.content()) {
    count(chunk.length)
    yield chunk
  }
}
