import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

export type SocketState = 'listening' | 'connected' | 'other'

/** One socket of AMA's extension protocol. */
export interface AgentSocket {
  /** Padding gone; a leading `@` (abstract) or directory stays. */
  readonly name: string
  /** Whom it serves: `config`, `ChangeTracking-Linux`, …; null when the name has another form. */
  readonly extension: string | null
  readonly state: SocketState
  readonly line: number
  readonly text: string
}

/** A listing of UNIX sockets, cut down to AMA's. */
export interface UnixSockets {
  readonly form: 'proc' | 'ss' | 'netstat'
  /** False: the listing has connections only (plain `ss -x`), so an absent socket proves nothing but "not connected". */
  readonly showsListeners: boolean
  /** False: no connection of any program shows, as in a listing of listeners only (`ss -xl`) or in lines picked out of one. */
  readonly showsConnections: boolean
  /** UNIX sockets of any name in the listing. */
  readonly total: number
  readonly sockets: readonly AgentSocket[]
}

interface Form {
  readonly form: UnixSockets['form']
  readonly header: RegExp
  /** A line of this listing that is a UNIX socket gives its state; any other line null. */
  readonly state: (line: string) => SocketState | null
}

/** `Num RefCount Protocol Flags Type St Inode Path`; a listener has __SO_ACCEPTCON (bit 16 of Flags) and St 01. */
const PROC: Form = {
  form: 'proc',
  header: /^Num\s+RefCount\s/,
  state: (line) => {
    const [, flags, st] =
      /^[0-9a-f]+:\s+[0-9a-f]+\s+[0-9a-f]+\s+([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]{2})\s/i.exec(line) ?? []
    if (flags === undefined || st === undefined) return null
    if (st === '03') return 'connected'
    return st === '01' && (parseInt(flags, 16) & 0x10000) !== 0 ? 'listening' : 'other'
  },
}

const SS: Form = {
  form: 'ss',
  header: /^Netid\s+State\s/,
  state: (line) => {
    const state = /^u_\w+\s+(\S+)\s+\d+\s+\d+\s/.exec(line)?.[1]
    if (state === undefined) return null
    return state === 'LISTEN' ? 'listening' : state === 'ESTAB' ? 'connected' : 'other'
  },
}

const NETSTAT: Form = {
  form: 'netstat',
  header: /^(Active (UNIX domain sockets|Internet connections)|Proto\s+(RefCnt|Recv-Q)\s)/,
  state: (line) => {
    const [, flags, rest] = /^unix\s+\d+\s+\[([^\]]*)\]\s+(.*)/.exec(line) ?? []
    if (flags === undefined || rest === undefined) return null
    const [, state] = rest.split(/\s+/, 2)
    return flags.includes('ACC') || state === 'LISTENING' ? 'listening' : state === 'CONNECTED' ? 'connected' : 'other'
  },
}

/**
 * Reads any of the listings people and collectors take:
 *
 *     0000000063d0a4c9: 00000002 00000000 00010000 0001 01 34100 @CAgentStream_CloudAgentInfo_config_default_fluent.socket@@@@@@
 *     u_str LISTEN 0 128 @CAgentStream_CloudAgentInfo_config_default_fluent.socket@@@@@@ 34098  * 0
 *     unix  2      [ ACC ]     STREAM     LISTENING     34100    @CAgentStream_CloudAgentInfo_config_default_fluent.socket@@@@@@
 *
 * that is `/proc/net/unix`, `ss -x[a]` (also among other families, also with processes) and `netstat -x[a]`, whole or grepped.
 * Fails with `sockets-unrecognised` when no line has one of these forms.
 */
export function parseUnixSockets(bytes: Uint8Array): Parsed<UnixSockets> {
  const read = readLines(bytes, 'The socket listing')
  if (!read.ok) return read
  const lines = read.value
  const form = [PROC, SS, NETSTAT].find(({ header, state }) => lines.some((l) => header.test(l) || state(l) !== null))
  if (form === undefined) {
    const expected = 'The socket listing should be /proc/net/unix or the output of ss or netstat'
    return failed('sockets-unrecognised', `${expected}, but none of its ${lines.length} lines has such a form.`)
  }

  const sockets: AgentSocket[] = []
  let total = 0
  let showsListeners = form === PROC
  let showsConnections = form === PROC
  lines.forEach((line, index) => {
    const state = form.state(line)
    if (state === null) return
    total++
    showsListeners ||= state === 'listening'
    showsConnections ||= state === 'connected'
    const word = line.split(/\s+/).find((candidate) => candidate.includes('CAgentStream_'))
    if (word === undefined) return
    const name = trimPadding(word)
    const extension = /CAgentStream_CloudAgentInfo_([^/]{1,100}?)_default_fluent\.socket/.exec(name)?.[1] ?? null
    sockets.push({ name, extension, state, line: index + 1, text: line })
  })
  return parsed({ form: form.form, showsListeners, showsConnections, total, sockets })
}

/** The kernel pads an abstract name to 108 bytes with NULs, which print as `@` or stay NUL; the first one marks it abstract. */
function trimPadding(word: string): string {
  const name = word.replaceAll('\0', '@')
  let end = name.length
  while (end > 1 && name[end - 1] === '@') end--
  return name.slice(0, end)
}
