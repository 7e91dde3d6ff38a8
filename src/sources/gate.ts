import type { EntryPath } from '../model/locator.js'
import type { SourceProblem } from '../model/source.js'
import { entryPath, NAME_MAX } from './names.js'

/** What an archive or a folder says of one member, before it is trusted with anything. */
export interface Member {
  readonly name: string
  /** Where a link leads: text as it stands. A hard link names a member from the top. */
  readonly link?: { readonly target: string; readonly hard: boolean }
  /** A device, a FIFO or a socket. */
  readonly device?: boolean
}

/** Lets members in under a name that is a plain map key, and tells what is odd about them. */
export interface Gate {
  /** Undefined for a member that is not let in. */
  admit(member: Member): EntryPath | undefined
  /** Tells how many more there were of what was told too often. */
  close(): void
}

type Oddity = 'entry-name-refused' | 'entry-name-absolute' | 'entry-link-outside' | 'entry-device'

/** Of each kind so many are told one by one: an archive can hold a million. */
const TOLD = 20

const WHY: Readonly<Record<Oddity, string>> = {
  'entry-name-refused':
    'names with "..", control characters or more than 4096 characters are not trusted, so it was skipped',
  'entry-name-absolute': 'names in an archive should be relative; it was read as if it were',
  'entry-link-outside': 'it leads out of the input and was not followed',
  'entry-device': 'special files are never opened',
}

export function entryGate(problem: (problem: SourceProblem) => void): Gate {
  const counts = new Map<Oddity, number>()
  const tell = (code: Oddity, path: EntryPath | null, name: string, what: string): void => {
    const count = (counts.get(code) ?? 0) + 1
    counts.set(code, count)
    if (count <= TOLD) problem({ code, message: `${what}; ${WHY[code]}.`, path, name: name.slice(0, NAME_MAX) })
  }
  return {
    admit({ name, link, device }) {
      const shown = JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name)
      const path = entryPath(name)
      if (path === undefined) {
        // The top folder itself needs no entry.
        if (!/^(?:\.?[/\\])*\.?$/.test(name)) tell('entry-name-refused', null, name, `A member is named ${shown}`)
        return undefined
      }
      if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(name))
        tell('entry-name-absolute', path, name, `A member is named ${shown}, an absolute name`)
      if (link !== undefined && linkTarget(path, link) === undefined)
        tell('entry-link-outside', path, name, `${shown} is a link to ${JSON.stringify(link.target)}`)
      if (device === true) tell('entry-device', path, name, `${shown} is a device, a FIFO or a socket`)
      return path
    },
    close() {
      for (const [code, count] of counts) {
        if (count > TOLD)
          problem({ code, message: `${count - TOLD} more members are like this: ${WHY[code]}.`, path: null })
      }
    },
  }
}

/**
 * The path that a link means, `.` and `..` resolved by name; undefined for one that climbs out. An absolute target is meant
 * from the machine's root, so it stays inside the tree, as after a chroot.
 */
export function linkTarget(
  path: EntryPath,
  { target, hard }: NonNullable<Member['link']>,
): { readonly path: EntryPath; readonly absolute: boolean } | undefined {
  const absolute = target.startsWith('/')
  const parts = absolute || hard ? [] : path.split('/').slice(0, -1)
  for (const part of target.normalize('NFC').replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    // Above a machine's root there is nothing: `..` stays there.
    else if (parts.pop() === undefined && !absolute) return undefined
  }
  return { path: parts.join('/'), absolute }
}
