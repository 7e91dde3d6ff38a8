import { LimitReached, RATIO_FROM, type Budget, type Limits } from '../model/limits.js'

/** A budget of which nothing is spent. Its time begins now. */
export function budgetOf(limits: Limits): Budget {
  let inflated = 0
  let entries = 0
  const started = performance.now()
  const tick = (): void => {
    if (limits.time !== null && performance.now() - started > limits.time * 1000)
      throw new LimitReached('time', `The input has been read for ${limits.time} seconds`)
  }
  return {
    limits,
    tick,
    entry() {
      tick()
      entries += 1
      if (entries > limits.entries)
        throw new LimitReached('entries', `The input has more than ${limits.entries} members`)
    },
    async *inflating(output, consumed) {
      let out = 0
      for await (const chunk of output) {
        tick()
        out += chunk.length
        inflated += chunk.length
        if (inflated > limits.inflated)
          throw new LimitReached('inflated', `The input inflates to more than ${limits.inflated} bytes`)
        if (out > RATIO_FROM && out > limits.ratio * consumed())
          throw new LimitReached('ratio', `It inflates to more than ${limits.ratio} times its size`)
        yield chunk
      }
    },
  }
}
