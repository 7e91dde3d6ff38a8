/** Ctrl-C and SIGTERM end the reading, not the program: what is known by then is still reported. A second signal ends it. */
export function interruptible(): { readonly signal: AbortSignal; exitCode(): number | undefined } {
  const controller = new AbortController()
  let code: number | undefined
  const stop = (signal: NodeJS.Signals, exit: number): void => {
    process.once(signal, () => {
      code = exit
      controller.abort()
      // A read from a silent pipe would wait for ever.
      process.stdin.destroy()
    })
  }
  stop('SIGINT', 130)
  stop('SIGTERM', 143)
  return { signal: controller.signal, exitCode: () => code }
}
