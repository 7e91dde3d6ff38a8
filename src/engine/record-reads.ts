import type { ReadValue } from '../model/explanation.js'

/** What a rule reads while it runs, by the need it reads it from. */
export interface Recording<T> {
  /** The same values, watched. */
  readonly given: T
  /** Names of the needs that were looked at, met or not. */
  readonly touched: ReadonlySet<string>
  /** The values below one need, in the order in which they were first read. */
  readonly reads: (need: string) => ReadValue[]
}

/** Distinct values kept of one place. */
const VALUES = 5
/** Places counted at most; a rule over ten thousand records reads on, unwatched. */
const PLACES = 20_000

type Plain = string | number | boolean | null

interface Slot {
  count: number
  readonly values: Set<Plain>
}

/**
 * Watches the reading of plain objects, arrays, maps and sets, and of what functions on them return. Anything else, such as
 * a date or bytes, is handed out as it is. A watched value is the same object each time, so that comparisons still hold.
 */
export function recordReads<T extends Readonly<Record<string, unknown>>>(given: T): Recording<T> {
  const touched = new Set<string>()
  const byNeed = new Map<string, Map<string, Slot>>()
  const seen = new Set<string>()
  const watched = new WeakMap<object, unknown>()

  const note = (need: string, path: string, value: Plain): void => {
    if (seen.size >= PLACES || seen.has(`${need} ${path}`)) return
    seen.add(`${need} ${path}`)
    const slots = byNeed.get(need) ?? new Map<string, Slot>()
    byNeed.set(need, slots)
    const at = path.replaceAll(/\[\d+\]/g, '[]')
    const slot = slots.get(at) ?? { count: 0, values: new Set() }
    slots.set(at, slot)
    slot.count++
    if (slot.values.size < VALUES) slot.values.add(value)
  }

  const watch = (need: string, path: string, value: unknown): unknown => {
    if (isPlain(value)) {
      note(need, path, value)
      return value
    }
    if (typeof value !== 'object' || !isWatchable(value)) return value
    const known = watched.get(value)
    if (known !== undefined) return known
    const proxy =
      value instanceof Map || value instanceof Set ? collection(need, path, value) : record(need, path, value)
    watched.set(value, proxy)
    watched.set(proxy, proxy)
    return proxy
  }

  const record = (need: string, path: string, target: object): object =>
    new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key)
        if (typeof key === 'symbol') return value
        if (typeof value === 'function') {
          // An array's own functions run on the watched array, so that they read through it.
          if (Array.isArray(target)) return value
          return (...args: unknown[]): unknown =>
            watch(need, below(path, `${key}(${args.map(brief).join(', ')})`), Reflect.apply(value, target, args))
        }
        return watch(need, Array.isArray(target) && /^\d+$/.test(key) ? `${path}[${key}]` : below(path, key), value)
      },
    })

  /** Maps and sets know their own kind only, so their functions run on the original and what comes out is watched. */
  const collection = (
    need: string,
    path: string,
    target: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>,
  ): object => {
    function* entries(): Generator {
      let index = 0
      for (const [key, value] of target.entries()) {
        const inner = watch(need, `${path}[${index++}]`, value)
        yield target instanceof Map ? [key, inner] : inner
      }
    }
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key)
        if (key === 'size') return watch(need, below(path, 'size'), value)
        if (key === Symbol.iterator || key === 'entries') return entries
        if (key === 'values' && target instanceof Map)
          return function* values(): Generator {
            for (const [, inner] of entries() as Generator<[unknown, unknown]>) yield inner
          }
        if (key === 'get' && target instanceof Map)
          return (wanted: unknown): unknown => watch(need, below(path, `get(${brief(wanted)})`), target.get(wanted))
        if (key === 'has')
          return (wanted: unknown): unknown => watch(need, below(path, `has(${brief(wanted)})`), target.has(wanted))
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  return {
    given: new Proxy(given, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key)
        if (typeof key === 'symbol') return value
        touched.add(key)
        return watch(key, '', value)
      },
    }),
    touched,
    reads: (need) =>
      [...(byNeed.get(need) ?? [])].map(([at, { count, values }]) => ({ at, count, values: [...values] })),
  }
}

function isPlain(value: unknown): value is Plain {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** What has inner slots, such as a date or a typed array, works through no proxy. */
function isWatchable(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function brief(value: unknown): string {
  const text = typeof value === 'object' && value !== null && !Array.isArray(value) ? '…' : JSON.stringify(value)
  return (text ?? 'undefined').slice(0, 80)
}
