import { Worker } from 'node:worker_threads'
import { crashed, refused, type Answer, type Settings } from './analyze-input.js'
import type { Program } from './program.js'
import type { Order } from './worker.js'

/** Takes one input at a time. */
export interface Reader {
  read(input: string): Promise<Answer>
  /** False once it has died: another has to take its place. */
  readonly alive: boolean
  /** What is read by now is all; its answer still comes. */
  stop(): void
  end(): Promise<unknown>
}

/**
 * Reads inputs in `jobs` workers at a time, each taking the next one when it is done. A worker that dies costs the input it
 * was reading. An interruption ends what is being read, and nothing new begins.
 */
export async function readAll<T extends { readonly input: string }>(
  inputs: readonly T[],
  jobs: number,
  reader: () => Reader,
  signal: AbortSignal,
  tell: (input: T, answer: Answer) => void,
): Promise<void> {
  const queue = inputs.values()
  const readers: Reader[] = []
  let over = false
  const lane = async (_: unknown, index: number): Promise<void> => {
    // All lanes take from one queue.
    for (const one of queue) {
      if (signal.aborted || over) break
      const own = readers[index]?.alive === true ? readers[index] : (readers[index] = reader())
      tell(one, await own.read(one.input))
    }
  }
  signal.addEventListener('abort', () => readers.forEach((one) => one.stop()))
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, inputs.length) }, lane))
  } finally {
    // Also when an answer could not be told: a worker that waits would keep the program from ending.
    over = true
    await Promise.all(readers.map((one) => one.end()))
  }
}

/** This program again, in a thread of its own. */
export function workerReader({ code, eval: isText }: Program, settings: Settings): Reader {
  const worker = new Worker(code, {
    eval: isText,
    workerData: settings,
    stdin: true,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  const state: { alive: boolean; reading: string; settle: (answer: Answer) => void } = {
    alive: true,
    reading: '',
    settle: () => undefined,
  }
  const order = (one: Order): void => worker.postMessage(one)
  worker.on('message', (answer: Answer) => state.settle(answer))
  worker.on('messageerror', (error) => state.settle(crashed(state.reading, error)))
  worker.on('error', (error) => {
    state.alive = false
    state.settle(died(state.reading, error))
  })
  worker.on('exit', (code) => {
    state.alive = false
    state.settle(crashed(state.reading, `its worker ended with code ${code}`))
  })
  return {
    get alive() {
      return state.alive
    },
    read: (input) =>
      new Promise((settle) => {
        state.reading = input
        state.settle = settle
        order({ input })
      }),
    stop: () => order('stop'),
    end: () => worker.terminate(),
  }
}

/** A worker without memory is no bug: the input wants more than there is. */
function died(input: string, error: unknown): Answer {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return crashed(input, error)
  return refused(
    input,
    'out-of-memory',
    `Reading ${input} took more memory than there is; nothing of it is known. Set \`--limit kept=…\` lower, or give Node more with NODE_OPTIONS=--max-old-space-size=MB.`,
  )
}
