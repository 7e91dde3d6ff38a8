/** `once`, `7 times`, for sentences. */
export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

/** `1 package`, `7 packages`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
