import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readLines } from './text.js'

export interface ListeningPort {
  /** As people write it: `0.0.0.0`, `127.0.0.1`, `[::]`, `*`. */
  readonly address: string
  readonly port: number
  readonly line: number
  readonly text: string
}

/** A listing of TCP sockets, cut down to those that listen. */
export interface ListeningPorts {
  readonly ports: readonly ListeningPort[]
  /** Every listener of both families shows, so that a port that is not here is free. */
  readonly whole: boolean
}

/** `sl local_address rem_address st …`, state 0A. */
const PROC = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /i
const SS = /^(?:tcp\s+)?LISTEN\s+\d+\s+\d+\s+(\S+):(\d{1,5})\s/
const NETSTAT = /^tcp6?\s+\d+\s+\d+\s+(\S+):(\d{1,5})\s+\S+\s+LISTEN\b/
const HEADER = /^(?:Netid\s+)?State\s+Recv-Q\s|^Proto\s+Recv-Q\s/
const PROC_HEADER = /^\s*sl\s+local_address\s/

/**
 * Reads `/proc/net/tcp` and `tcp6`, `ss -ltn` and `netstat -ltn`, also with processes or among other sockets:
 *
 *        0: 0100007F:0849 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 34098 1 …
 *     LISTEN 0      4096       127.0.0.1:2121      0.0.0.0:*
 *     tcp        0      0 127.0.0.1:2121          0.0.0.0:*               LISTEN      1234/program
 *
 * The kernel's own shows one family each. Fails with `ports-unrecognised` when no line has one of these forms.
 */
export function parseListeningPorts(bytes: Uint8Array): Parsed<ListeningPorts> {
  const read = readLines(bytes, 'The list of ports')
  if (!read.ok) return read
  const ports: ListeningPort[] = []
  let [headed, known] = [false, false]
  for (const [index, text] of read.value.entries()) {
    headed ||= HEADER.test(text)
    const kernel = PROC.exec(text)
    known ||= headed || kernel !== null || PROC_HEADER.test(text)
    const [address = '', port = -1] = kernel === null ? printed(text) : fromKernel(kernel)
    if (port >= 0 && port <= 65_535) ports.push({ address, port, line: index + 1, text })
  }
  if (!known && ports.length === 0) {
    const expected = 'The list of ports should be /proc/net/tcp or the output of ss or netstat'
    return failed('ports-unrecognised', `${expected}, but none of its ${read.value.length} lines has such a form.`)
  }
  // A list of other sockets has the same header, and a machine where nothing listens is hardly ever seen.
  return parsed({ ports, whole: headed && ports.length > 0 })
}

/** The same as text, in the form of `ss -ltn`: what is connected to whom is not in it. */
export function listeningPortsText(ports: readonly ListeningPort[]): string {
  const rows = ports.map(({ address, port }) => `LISTEN 0      0      ${`${address}:${port}`.padEnd(24)} *:*\n`)
  return `State  Recv-Q Send-Q Local Address:Port       Peer Address:Port\n${rows.join('')}`
}

function printed(text: string): [address: string, port: number] | [] {
  const [, address, port] = SS.exec(text) ?? NETSTAT.exec(text) ?? []
  return address === undefined ? [] : [address, Number(port)]
}

function fromKernel([, hex = '', port = '', state]: RegExpExecArray): [address: string, port: number] | [] {
  if (state?.toUpperCase() !== '0A') return []
  // Each word of four bytes lies in memory as the processor keeps it: the last byte first.
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).toReversed().map((byte) => parseInt(byte, 16)))
  return [bytes.length === 4 ? bytes.join('.') : `[${sixteen(bytes)}]`, parseInt(port, 16)]
}

function sixteen(bytes: readonly number[]): string {
  const group = (at: number): string => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16)
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map(group).join(':')
  return groups.replace(/^(?:0:){7}/, '::').replace(/^::0$/, '::')
}
