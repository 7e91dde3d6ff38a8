import type { EntryPath, Locator } from './locator.js'
import type { SourceKind, SourceProblem } from './source.js'
import type { ClockSource, Instant } from './time.js'

/** What is known of the input itself, beside the artifacts in it. It is always there. */
export interface InputView {
  readonly kind: SourceKind
  /** It breaks off, or part of it could not be read: what is missing may only have been lost on the way. */
  readonly torn: boolean
  /** Problems of the source, and those met while reading this host's artifacts. */
  readonly problems: readonly SourceProblem[]
  /** Secrets in clear in this host's artifacts. */
  readonly secrets: readonly FoundSecrets[]
  readonly clock: {
    readonly asOf: Instant
    readonly source: ClockSource
    /** The file with the newest time among those recognised; null when none has a time. */
    readonly newest: { readonly path: EntryPath; readonly time: Instant } | null
  }
}

/** What kind of secret a detector found, and where: never the secret itself. */
export interface SecretPlace {
  readonly kind: string
  /** Bytes from the start of the (inflated) entry. */
  readonly offset: number
  readonly length: number
}

/** All secrets of one kind in one entry; the first few places are kept. */
export interface FoundSecrets {
  readonly kind: string
  readonly path: EntryPath
  readonly count: number
  readonly places: readonly [Locator, ...Locator[]]
}

/** Looks for secrets in the bytes of one entry as they pass. */
export interface SecretScanner {
  push(chunk: Uint8Array): void
  /** After the last chunk: what was found, in order, at most `places` of a kind, with the number of all of them. */
  end(): readonly { readonly kind: string; readonly count: number; readonly places: readonly SecretPlace[] }[]
}

/** A need that every input meets. */
export interface InputNeed {
  readonly type: 'input'
}

export const inputItself: InputNeed = { type: 'input' }
