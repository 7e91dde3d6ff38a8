import type { EntryPath } from '../model/locator.js'
import type { SourceProblem } from '../model/source.js'
import { entryPath } from './names.js'

/** What an archive or a folder says of one member, before it is trusted with anything. */
export interface Member {
  readonly name: string
  /** Where a link leads: text as it stands. A hard link names a member from the top. */
  readonly link?: { readonly target: string; readonly hard: boolean }
  /** A device or a FIFO. */
  readonly device?: boolean
}

/** Lets members in under a name that is a plain map key, and tells what is odd about them. */
export interface Gate {
  /** Undefined for a member that is not let in. */
  admit(member: Member): EntryPath | undefined
  /** The target of a link as a relative one, for a link that stays inside the input; undefined for any other. */
  linkInside(path: EntryPath, link: { readonly target: string; readonly hard: boolean }): string | undefined
  /** Tells how many more there were of what was told too often. */
  close(): void
}

type Oddity = 'entry-name-refused' | 'entry-name-absolute' | 'entry-link-outside' | 'entry-device'

/** Of each kind so many are told one by one: an archive can hold a million. */
const TOLD = 20

const WHY: Readonly<Record<Oddity, string>> = {
  'entry-name-refused': 'names with ".." or control characters are not trusted, so it was skipped',
  'entry-name-absolute': 'names in an archive should be relative; it was read as if it were',
  'entry-link-outside': 'it leads out of the input and was not followed',
  'entry-device': 'devices and FIFOs are never opened',
}

export function entryGate(problem: (problem: SourceProblem) => void): Gate {
  const counts = new Map<Oddity, number>()
  const tell = (code: Oddity, path: EntryPath | null, name: string, what: string): void => {
    const count = (counts.get(code) ?? 0) + 1
    counts.set(code, count)
    if (count <= TOLD) problem({ code, message: `${what}; ${WHY[code]}.`, path, name })
  }
  return {
    admit({ name, link, device }) {
      const shown = JSON.stringify(name)
      const path = entryPath(name)
      if (path === undefined) {
        // The top folder itself needs no entry.
        if (!/^(?:\.?[/\\])*\.?$/.test(name)) tell('entry-name-refused', null, name, `A member is named ${shown}`)
        return undefined
      }
      if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(name))
        tell('entry-name-absolute', path, name, `A member is named ${shown}, an absolute name`)
      if (link !== undefined && leavesTree(path, link))
        tell('entry-link-outside', path, name, `${shown} is a link to ${JSON.stringify(link.target)}`)
      if (device === true) tell('entry-device', path, name, `${shown} is a device or a FIFO`)
      return path
    },
    linkInside(path, link) {
      const { target, hard } = link
      // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
      if (target === '' || leavesTree(path, link) || /[\u0000-\u001f\u007f]/.test(target)) return undefined
      const up = '../'.repeat(path.split('/').length - 1)
      if (!hard && !target.startsWith('/')) return target
      const inside = entryPath(target)
      return inside === undefined ? undefined : up + inside
    },
    close() {
      for (const [code, count] of counts) {
        if (count > TOLD)
          problem({ code, message: `${count - TOLD} more members are like this: ${WHY[code]}.`, path: null })
      }
    },
  }
}

/** An absolute target is meant from the machine's root, so it stays inside the tree, as after a chroot. */
function leavesTree(path: EntryPath, { target, hard }: { target: string; hard: boolean }): boolean {
  if (target.startsWith('/')) return false
  let depth = hard ? 0 : path.split('/').length - 1
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue
    depth += part === '..' ? -1 : 1
    if (depth < 0) return true
  }
  return false
}
