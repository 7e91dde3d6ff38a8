/** Logarithms of factorials, as far as they have been asked for. */
const LOGS = [0]

function logFactorial(n: number): number {
  for (let i = LOGS.length; i <= n; i++) LOGS.push((LOGS[i - 1] ?? 0) + Math.log(i))
  return LOGS[n] ?? 0
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/**
 * Fisher’s exact test, two-sided: `a` of `n` here and `b` of `m` there have something. How likely is a division at least as
 * uneven if it has nothing to do with being here or there?
 */
export function fisher(a: number, n: number, b: number, m: number): number {
  const found = a + b
  const all = logChoose(n + m, found)
  const chance = (here: number): number => logChoose(n, here) + logChoose(m, found - here) - all
  // Divisions that are equally likely differ in the last digits.
  const limit = chance(a) + 1e-9
  let sum = 0
  for (let here = Math.max(0, found - m); here <= Math.min(n, found); here++) {
    const log = chance(here)
    if (log <= limit) sum += Math.exp(log)
  }
  return Math.min(1, sum)
}
