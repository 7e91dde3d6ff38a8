import { existsSync, readFileSync } from 'node:fs'
import { parseUnixSockets, type UnixSockets } from '../../src/parsers/unix-sockets.js'
import { expectNeverThrows } from '../support/parsers.js'

const DATA = '@CAgentStream_CloudAgentInfo_ChangeTracking-Linux_default_fluent.socket'
const CONFIG = '@CAgentStream_CloudAgentInfo_config_default_fluent.socket'
const PADDED = DATA.padEnd(108, '@')

/** The kernel's form, as published; identifiers made up. */
const PROC = `Num       RefCount Protocol Flags    Type St Inode Path
000000001bb06f39: 00000003 00000000 00000000 0001 03 34144 ${PADDED}
0000000000c7d2b0: 00000003 00000000 00000000 0001 03 33175
0000000063d0a4c9: 00000002 00000000 00010000 0001 01 34100 ${PADDED}
0000000063d0a4ca: 00000002 00000000 00010000 0001 01 34098 ${CONFIG.padEnd(108, '@')}
0000000063d0a4cb: 00000002 00000000 00010000 0001 01 20001 /run/dbus/system_bus_socket
`
/** iproute2's form. */
const SS_HEADER = 'Netid State  Recv-Q Send-Q Local Address:Port   Peer Address:Port Process\n'
const SS_CONNECTED = `u_str ESTAB  0      0      ${PADDED} 34144            * 33175\n`
const SS_LISTENING = `u_str LISTEN 0      128    ${PADDED} 34100            * 0\n`
const SS_OTHER = 'u_str ESTAB  0      0      /run/systemd/journal/stdout 20002            * 20003\n'
const SS_TCP = 'tcp   LISTEN 0      128    127.0.0.1:2121   0.0.0.0:*   users:(("change_tracking",pid=9937,fd=3))\n'

const parse = (text: string): UnixSockets => {
  const result = parseUnixSockets(Buffer.from(text))
  if (!result.ok) throw new Error('no socket listing')
  return result.value
}
const code = (text: string): string | undefined => {
  const result = parseUnixSockets(Buffer.from(text))
  return result.ok ? undefined : result.problems[0].code
}

describe('parseUnixSockets', () => {
  it('reads /proc/net/unix', () => {
    const { sockets, ...listing } = parse(PROC)
    expect(listing).toEqual({ form: 'proc', showsListeners: true, showsConnections: true, total: 5 })
    expect(sockets.map(({ name, extension, state, line }) => [name, extension, state, line])).toEqual([
      [DATA, 'ChangeTracking-Linux', 'connected', 2],
      [DATA, 'ChangeTracking-Linux', 'listening', 4],
      [CONFIG, 'config', 'listening', 5],
    ])
    expect(sockets[2]?.text).toBe(PROC.split('\n')[4])
  })

  it('reads NUL bytes where the kernel prints @', () => {
    const { sockets } = parse(PROC.replaceAll('@', '\0'))
    expect(sockets.map(({ name }) => name)).toEqual([DATA, DATA, CONFIG])
  })

  it('tells listening from a socket that merely is not connected', () => {
    const row = (flags: string, st: string): string => `0: 00000002 00000000 ${flags} 0001 ${st} 1 ${DATA}`
    const state = (flags: string, st: string): unknown => parse(row(flags, st)).sockets[0]?.state
    expect(state('00010000', '01')).toBe('listening')
    expect(state('00000000', '01')).toBe('other')
    expect(state('00000000', '02')).toBe('other')
    expect(state('00010000', '03')).toBe('connected')
  })

  it('knows that plain ss shows connections only', () => {
    expect(parse(SS_CONNECTED)).toMatchObject({ form: 'ss', showsListeners: false, total: 1 })
    expect(parse(SS_HEADER + SS_CONNECTED + SS_OTHER)).toMatchObject({ showsListeners: false, total: 2 })
    expect(parse(SS_HEADER)).toMatchObject({
      form: 'ss',
      showsListeners: false,
      showsConnections: false,
      total: 0,
      sockets: [],
    })
  })

  it('knows that a listing of listeners shows no connection', () => {
    expect(parse(SS_HEADER + SS_LISTENING)).toMatchObject({ showsListeners: true, showsConnections: false })
    expect(parse(SS_LISTENING + SS_OTHER)).toMatchObject({ showsListeners: true, showsConnections: true })
    expect(parse(PROC.split('\n')[3] ?? '')).toMatchObject({ form: 'proc', showsConnections: true })
  })

  it('reads ss with listeners, among other families and with processes', () => {
    const processes = SS_LISTENING.replace(
      '\n',
      ' users:(("mdsd",pid=2056,fd=12)) ino:34100 dev:0/0\n\t skmem:(r0,rb212992)\n',
    )
    const listing = parse(SS_HEADER + SS_TCP + processes + SS_CONNECTED)
    expect(listing).toMatchObject({ form: 'ss', showsListeners: true, total: 2 })
    expect(listing.sockets.map(({ name, state, line }) => [name, state, line])).toEqual([
      [DATA, 'listening', 3],
      [DATA, 'connected', 5],
    ])
    expect(parse(SS_HEADER + SS_TCP).showsListeners).toBe(false)
  })

  it('reads netstat, with and without the program', () => {
    const listing = parse(`Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 127.0.0.1:2121          0.0.0.0:*               LISTEN
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  3      [ ]         STREAM     CONNECTED     34144    2056/mdsd            ${PADDED}
unix  2      [ ACC ]     STREAM     LISTENING     34100    -                    ${PADDED}
unix  2      [ ]         DGRAM                    20004    ${CONFIG}
`)
    expect(listing).toMatchObject({ form: 'netstat', showsListeners: true, total: 3 })
    expect(listing.sockets.map(({ state }) => state)).toEqual(['connected', 'listening', 'other'])
    expect(parse(`unix  3      [ ]         STREAM     CONNECTED     34144    ${DATA}`).showsListeners).toBe(false)
  })

  it('takes the name with or without its mark and directory', () => {
    const name = (path: string): unknown => parse(`u_str LISTEN 0 128 ${path} 1 * 0`).sockets[0]
    const bare = DATA.slice(1)
    expect(name(bare)).toMatchObject({ name: bare, extension: 'ChangeTracking-Linux' })
    expect(name(`/run/azuremonitoragent/${bare}`)).toMatchObject({
      name: `/run/azuremonitoragent/${bare}`,
      extension: 'ChangeTracking-Linux',
    })
  })

  it.each([
    ['another protocol', '@CAgentStream_Other_config_default_fluent.socket'],
    ['another ending', '@CAgentStream_CloudAgentInfo_config_default_fluent.sock'],
    ['a directory where the name should be', '@CAgentStream_CloudAgentInfo_a/b_default_fluent.socket'],
    ['no name at all', '@CAgentStream_CloudAgentInfo__default_fluent.socket'],
  ])('gives %s no extension', (_, path) => {
    expect(parse(`u_str LISTEN 0 128 ${path} 1 * 0`).sockets).toMatchObject([{ extension: null }])
  })

  it.each(['/run/AgentStream', '@CloudAgentInfo_config_default_fluent.socket', '@cagentstream_cloudagentinfo_x'])(
    'leaves %s out',
    (path) => {
      expect(parse(`u_str LISTEN 0 128 ${path} 1 * 0`)).toMatchObject({ total: 1, sockets: [] })
    },
  )

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    ['bash: ss: command not found\n', 'sockets-unrecognised'],
    [`${DATA}\n`, 'sockets-unrecognised'],
    ['tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n', 'sockets-unrecognised'],
  ])('refuses %j', (text, expected) => {
    expect(code(text)).toBe(expected)
  })

  const own = '/proc/net/unix'
  ;(existsSync(own) ? it : it.skip)('counts the sockets of this very machine', () => {
    const text = readFileSync(own)
    const listing = parseUnixSockets(text)
    const rows = text.toString().trimEnd().split('\n').length - 1
    expect(listing).toMatchObject({ ok: true, value: { form: 'proc', total: rows } })
  })

  it('never throws', () => {
    expectNeverThrows(parseUnixSockets, PROC)
  })
})
