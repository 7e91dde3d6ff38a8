/** A value that is there, or comes later. Sources that answer at once are never waited for. */
export type Later<T> = T | Promise<T>

/** By its `then`, because a promise may come from another realm. */
export function isLater<T extends object | null>(value: Later<T>): value is Promise<T> {
  return value !== null && 'then' in value
}

/** `use(value)`, at once when the value is there. */
export function whenThere<T extends object | null, R>(value: Later<T>, use: (value: T) => Later<R>): Later<R> {
  return isLater(value) ? value.then(use) : use(value)
}
