import type { Spot } from '../model/locator.js'

/** What stands behind a path to say where in it. */
export function spot(at: Spot): string {
  switch (at.kind) {
    case 'line':
      return `:${at.line}`
    case 'bytes':
      return ` bytes ${at.offset}-${at.offset + at.length}`
    case 'json':
      return ` ${at.pointer}`
    case 'bolt':
      return ` ${[...at.bucket, at.key].join(' > ')} (page ${at.page})`
    case 'entry':
    case 'absence':
      return ''
  }
}
