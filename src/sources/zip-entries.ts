import type { ByteSource } from '../model/byte-source.js'
import type { Budget } from '../model/limits.js'
import type { SourceEntry, SourceProblem } from '../model/source.js'
import { entryGate, linkTarget, type Member } from './gate.js'
import { zipMembers, type ZipMember } from './zip.js'

const TARGET_MAX = 4096
/** Of each kind so many are told one by one. */
const TOLD = 20

/** The members of a zip, as entries of a source. */
export async function* zipEntries(
  bytes: ByteSource,
  problem: (problem: SourceProblem) => void,
  budget: Budget,
): AsyncGenerator<SourceEntry> {
  const gate = entryGate(problem)
  let encrypted = 0
  const members = zipMembers(bytes, (fault, detail) =>
    problem({
      code: fault === 'no-directory' ? 'zip-truncated' : 'zip-damaged',
      message: `The zip archive is not whole: ${detail}.`,
      path: null,
    }),
  )
  for await (const member of members) {
    const link = member.kind === 'symlink' ? { target: await targetOf(member), hard: false } : undefined
    const path = gate.admit({
      name: member.name,
      device: member.kind === 'device',
      ...(link === undefined ? {} : { link }),
    })
    if (path === undefined) continue
    if (member.encrypted && ++encrypted <= TOLD)
      problem({ code: 'zip-encrypted', message: `${path} is encrypted and was not read.`, path })
    yield {
      path,
      kind: member.kind === 'symlink' ? 'link' : member.kind === 'device' ? 'other' : member.kind,
      size: Number.isSafeInteger(member.size) ? member.size : 0,
      mtime: member.mtime,
      content: () => budget.inflating(member.content(), () => member.packed),
      ...linked(path, link),
    }
  }
  if (encrypted > TOLD)
    problem({ code: 'zip-encrypted', message: `${encrypted - TOLD} more members are encrypted.`, path: null })
  gate.close()
}

function linked(path: string, link: Member['link']): Pick<SourceEntry, 'link'> {
  const target = link === undefined ? undefined : linkTarget(path, link)
  return target === undefined ? {} : { link: { ...target, within: '' } }
}

/** A link's content is its target. */
async function targetOf(member: ZipMember): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of member.content()) {
      parts.push(part)
      size += part.length
      if (size > TARGET_MAX) break
    }
  } catch {
    // What came is the target, or half of it, which leads nowhere.
  }
  return Buffer.concat(parts).subarray(0, TARGET_MAX).toString('utf8')
}
