/**
 * Ctrl-C, SIGTERM and the end of the session end the reading, not the program: what is known by then is still reported, and
 * nothing half written is left. A second signal ends it.
 */
export function interruptible(): { readonly signal: AbortSignal; exitCode(): number | undefined } {
  const controller = new AbortController()
  let code: number | undefined
  const stop = (signal: NodeJS.Signals, exit: number): void => {
    process.once(signal, () => {
      code = exit
      controller.abort()
      // A read from a silent pipe would wait for ever.
      process.stdin.destroy()
      // Not the signal's own way, which leaves files behind that are removed at the end.
      if (signal !== 'SIGHUP') process.once(signal, () => process.exit(exit))
    })
  }
  stop('SIGHUP', 129)
  // Without its terminal Node would fail an assertion at its end.
  process.once('SIGHUP', () => process.once('exit', () => process.kill(process.pid, 'SIGHUP')))
  stop('SIGINT', 130)
  stop('SIGTERM', 143)
  return { signal: controller.signal, exitCode: () => code }
}
