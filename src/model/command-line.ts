/** What the command line offers: help, manual and completion are views of it. */
export interface CommandLine {
  readonly description: string
  readonly version: string
  readonly commands: readonly CommandInfo[]
  /** By code, as a shell sees it. */
  readonly exitCodes: readonly { readonly code: string; readonly meaning: string }[]
  readonly variables: readonly { readonly name: string; readonly meaning: string }[]
}

export interface CommandInfo {
  /** As typed: `db check`. */
  readonly name: string
  readonly summary: string
  readonly description: string
  /** Whole lines, the program's name included. */
  readonly examples: readonly string[]
  readonly usage: string
  readonly args: readonly ArgInfo[]
  readonly flags: readonly FlagInfo[]
}

export interface ArgInfo {
  readonly name: string
  readonly description: string
  /** Words it takes; none when it is free. */
  readonly values: readonly string[]
}

export interface FlagInfo {
  readonly name: string
  readonly char: string | null
  readonly description: string
  /** Null for a switch. */
  readonly value: { readonly label: string; readonly values: readonly string[]; readonly list: boolean } | null
  readonly negatable: boolean
}

/** How a flag is written: `-o, --output FILE`, `--[no-]color`. */
export function flagForm({ name, char, value, negatable }: FlagInfo): string {
  const long = `--${negatable ? '[no-]' : ''}${name}`
  return `${char === null ? '' : `-${char}, `}${long}${value === null ? '' : ` ${value.label}`}`
}

/** All words that a flag is known by. */
export function flagWords({ name, char, negatable }: FlagInfo): string[] {
  return [...(char === null ? [] : [`-${char}`]), `--${name}`, ...(negatable ? [`--no-${name}`] : [])]
}

/** Commands that share their first word. */
export function topicOf({ name }: CommandInfo): string {
  return name.split(' ', 1)[0] ?? name
}
