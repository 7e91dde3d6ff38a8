import type { FileState } from '../model/file-state.js'
import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import type { Instant } from '../model/time.js'
import { boolOf, child, numberOf, parseJsonValue, rootOf, stringOf, type JsonNode } from './json.js'
import { readLines } from './text.js'

/** What a machine had of the files that the agent tracks, or is asked to track. */
export interface HostFiles {
  /** When the agent had written the list that was compared with; null where the file does not tell. */
  readonly written: Instant | null
  /** Every folder that a tracked path reaches was looked through, and no line is missing. */
  readonly whole: boolean
  readonly files: readonly FileState[]
}

const STATES: readonly FileState['state'][] = ['file', 'missing', 'unreadable', 'other']
/** More than is ever written. */
const LINES_MAX = 10_000

/** The list as text, a line for itself and one for each file. */
export function hostFilesText({ written, whole, files }: HostFiles): string {
  const lines = [{ trackedFiles: 1, written, whole, files: files.length }, ...files]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/**
 * Reads what ct-diag noted of tracked files:
 *
 *     {"trackedFiles":1,"written":1768038600000,"whole":true,"files":2}
 *     {"path":"/etc/host.conf","link":false,"size":9,"mode":420,"mtime":1704067200000,"ctime":1704067200000,"sha256":"…","state":"file"}
 *     {"path":"/etc/gone.conf","link":false,"size":null,"mode":null,"mtime":null,"ctime":null,"sha256":null,"state":"missing"}
 *
 * Fails with `not-our-list` for anything else. An odd line is a problem `host-files-line`; so are missing ones, `host-files-cut`.
 */
export function parseHostFiles(bytes: Uint8Array): Parsed<HostFiles> {
  const text = readLines(bytes, 'The list of tracked files')
  if (!text.ok) return text
  const [first = '', ...lines] = text.value.slice(0, LINES_MAX)
  const frame = nodeOf(first)
  if (frame === null || numberOf(child(frame, 'trackedFiles')) !== 1)
    return failed('not-our-list', 'The list of tracked files should begin with a line that describes it, but does not.')
  const files: FileState[] = []
  const problems: Problem[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const file = stateOf(nodeOf(line))
    if (file !== null) files.push(file)
    else if (problems.length === 0)
      problems.push({
        code: 'host-files-line',
        message: `Each line of the list of tracked files should describe a file, but line ${index + 2} does not.`,
        at: { kind: 'line', line: index + 2 },
      })
  }
  const expected = numberOf(child(frame, 'files'))
  if (expected !== files.length)
    problems.push({
      code: 'host-files-cut',
      message: `The list of tracked files should have ${expected ?? 'some'} files, but has ${files.length}.`,
    })
  const whole = boolOf(child(frame, 'whole')) === true && problems.length === 0
  return parsed({ written: numberOf(child(frame, 'written')), whole, files }, problems)
}

function nodeOf(line: string): JsonNode | null {
  const json = parseJsonValue(Buffer.from(line))
  return json.ok ? rootOf(json.value) : null
}

function stateOf(node: JsonNode | null): FileState | null {
  if (node === null) return null
  const path = stringOf(child(node, 'path'))
  const state = STATES.find((known) => known === stringOf(child(node, 'state')))
  if (path?.startsWith('/') !== true || state === undefined) return null
  const number = (name: string): number | null => numberOf(child(node, name))
  return {
    path,
    state,
    link: boolOf(child(node, 'link')) ?? false,
    size: number('size'),
    mode: number('mode'),
    mtime: number('mtime'),
    ctime: number('ctime'),
    sha256: stringOf(child(node, 'sha256')),
  }
}
