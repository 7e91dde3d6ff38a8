/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/**
 * Where times without a year are placed; it has a 29th of February. Only their distance from others of the same file means
 * anything, and they are the machine's local time.
 */
export const NO_YEAR = 2000

/** A file that goes on into other years; no machine’s clock is so late. */
const YEARS_MAX = 10

export function isYearless(time: Instant): boolean {
  return time >= Date.UTC(NO_YEAR, 0) && time < Date.UTC(NO_YEAR + YEARS_MAX, 0)
}

/** The same month, day and time of another year. */
export function inYear(yearless: Instant, year: number): Instant {
  return new Date(yearless).setUTCFullYear(year)
}

/** Which witness told when the bundle was taken. */
export type ClockSource = 'manifest' | 'archive-name' | 'log' | 'mtime' | 'clock' | 'flag'

/** The latest of the times that are known; null without any. */
export function latest(times: Iterable<Instant | null | undefined>): Instant | null {
  let found: Instant | null = null
  for (const time of times) if (time != null && (found === null || time > found)) found = time
  return found
}

/** Second precision, always UTC: `2026-01-10T10:00:00Z`. */
export function iso(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** `90 s`, `45 min`, `2 h 10 min`, `3 d 4 h`: two units at most, for sentences. Takes milliseconds. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 120) return `${s} s`
  const min = Math.round(s / 60)
  if (min < 120) return `${min} min`
  const h = Math.floor(min / 60)
  if (h < 48) return min % 60 === 0 ? `${h} h` : `${h} h ${min % 60} min`
  const d = Math.floor(h / 24)
  return h % 24 === 0 ? `${d} d` : `${d} d ${h % 24} h`
}
