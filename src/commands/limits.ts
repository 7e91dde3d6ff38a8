import { LIMITS, type Limits } from '../model/limits.js'
import { noSuch, UsageError } from './usage-error.js'

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }
const KEYS = Object.keys(LIMITS)

/** Words such as `inflated=32G`: a key of the limits, and a whole number with or without K, M or G. The last word of a key counts. */
export function limitsOf(words: readonly string[]): Limits {
  const limits: Record<string, number | null> = { ...LIMITS }
  for (const word of words) {
    const [, key = '', number = '', unit = ''] = /^([^=]*)=(\d{1,12})([KMG]?)$/i.exec(word) ?? []
    if (key === '' && !word.includes('='))
      throw new UsageError(`--limit ${word}: expected KEY=NUMBER, such as inflated=32G.`)
    const name = word.slice(0, word.indexOf('='))
    if (!KEYS.includes(name)) throw noSuch(name, 'limit', KEYS)
    const value = Number(number) * (UNITS[unit.toUpperCase()] ?? 1)
    if (number === '' || !(value >= 1 && Number.isSafeInteger(value)))
      throw new UsageError(`--limit ${word}: expected a whole number from 1, such as ${name}=500 or ${name}=2M.`)
    limits[key] = value
  }
  // Every key was there before, and only numbers were put in.
  return limits as unknown as Limits
}
