/**
 * Something wrong with the *input*: a torn archive, a bad page, an odd line. Never about the host.
 * `at` says where inside the entry, when the parser knows.
 */
export interface Problem {
  readonly code: string
  /** A full sentence that names the thing, what was expected and what was found. */
  readonly message: string
  readonly at?:
    | { readonly kind: 'line'; readonly line: number }
    | { readonly kind: 'bytes'; readonly offset: number; readonly length: number }
}

/** What a parser returns: the value (whole, or partial when there are problems), or at least one problem. It never throws. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] }

export function parsed<T>(value: T, problems: readonly Problem[] = []): Parsed<T> {
  return { ok: true, value, problems }
}

export function failed(code: string, message: string, at?: Problem['at']): Parsed<never> {
  return { ok: false, problems: [at === undefined ? { code, message } : { code, message, at }] }
}
