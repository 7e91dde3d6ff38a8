const CHUNK = 64 * 1024

export interface Output {
  /** Whether more is wanted: false once the reader has gone, or the user interrupted. */
  write(text: string): Promise<boolean>
  end(): Promise<void>
}

/** Standard output for what is longer than memory: as fast as the reader takes it, and no longer than it does. */
export function standardOutput(signal: AbortSignal): Output {
  const { stdout } = process
  let waiting = ''
  let gone = false
  stdout.on('error', () => (gone = true))
  const send = async (): Promise<void> => {
    const text = waiting
    waiting = ''
    if (gone || text === '') return
    const taken = new Promise((resolve) => stdout.write(text, resolve))
    await taken
    // A pipe takes everything at once: without a pause no signal would ever arrive.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    async write(text) {
      waiting += text
      if (waiting.length >= CHUNK) await send()
      return !gone && !signal.aborted
    },
    end: send,
  }
}
