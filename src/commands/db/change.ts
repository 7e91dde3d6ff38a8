import { visible, shorten } from '../../renderers/escape.js'
import { textOf, wordOf } from './words.js'

/** Longest text of one field in a change list. */
const FIELD_MAX = 72

/** What a value says, by field; a value that is no JSON object has one field without a name. */
export function fieldsOf(value: Uint8Array): ReadonlyMap<string, string> {
  const text = textOf(value)
  try {
    const parsed: unknown = JSON.parse(text ?? '')
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return new Map(Object.entries(parsed).map(([name, field]) => [name, written(field)]))
  } catch {
    // Shown as it is.
  }
  return new Map([['', text ?? wordOf(value)]])
}

function written(field: unknown): string {
  return typeof field === 'string' ? field : JSON.stringify(field)
}

/** The differing fields of two values, `Size: 9 → 12`, in the order of the newer one. */
export function changes(from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>, arrow: string): string[] {
  return [...new Set([...to.keys(), ...from.keys()])]
    .filter((name) => from.get(name) !== to.get(name))
    .map((name) => `${label(name)}${shown(from.get(name))} ${arrow} ${shown(to.get(name))}`)
}

/** All fields of a value, one text each. */
export function described(fields: ReadonlyMap<string, string>): string[] {
  return [...fields].filter(([, field]) => field !== '').map(([name, field]) => `${label(name)}${shown(field)}`)
}

function label(name: string): string {
  return name === '' ? '' : `${visible(name)}: `
}

function shown(field: string | undefined): string {
  return field === undefined ? '(none)' : field === '' ? '(empty)' : visible(shorten(field, FIELD_MAX))
}

/** The newest time that a value speaks of; null when it names none. Milliseconds since 1970. */
export function newestTime(value: Uint8Array): number | null {
  let newest: number | null = null
  for (const [text] of (textOf(value) ?? '').matchAll(
    /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?/g,
  )) {
    const time = Date.parse(/[Z+]|-\d\d:\d\d$/.test(text.slice(11)) ? text : `${text.replace(' ', 'T')}Z`)
    if (!Number.isNaN(time) && time > (newest ?? -Infinity)) newest = time
  }
  return newest
}

/** What a record is about: the path or name that its value gives, or that its key is the base64 of, else the key. */
export function subjectOf(key: Uint8Array, value: Uint8Array): string {
  const fields = fieldsOf(value)
  for (const name of ['FileSystemPath', 'Path', 'path', 'Name', 'name', 'CollectionName', 'SvcName', 'ServiceName']) {
    const field = fields.get(name)
    if (field !== undefined && field !== '') return visible(field)
  }
  const word = wordOf(key)
  const decoded = /^[\w+/-]+={0,2}$/.test(word) ? textOf(new Uint8Array(Buffer.from(word, 'base64'))) : null
  return visible(decoded?.startsWith('/') === true ? decoded : word)
}
