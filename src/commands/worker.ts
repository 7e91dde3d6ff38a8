import { parentPort, workerData } from 'node:worker_threads'
import { analyzeInput, type Settings } from './analyze-input.js'

/** What the main thread sends: an input to read, or word that the user interrupts. */
export type Order = { readonly input: string } | 'stop'

/** The life of one worker: an input comes, its answer goes. It never loads the command line. */
export function work(): void {
  const interruption = new AbortController()
  parentPort?.on('message', (order: Order) => {
    if (order === 'stop') return interruption.abort()
    void analyzeInput(order.input, workerData as Settings, interruption.signal).then((answer) =>
      parentPort?.postMessage(answer),
    )
  })
}
