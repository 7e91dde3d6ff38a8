import { listeningPortsText, parseListeningPorts, type ListeningPorts } from '../../src/parsers/listening-ports.js'

/** As kernels, iproute2 and net-tools print it; addresses of documentation. */
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0849 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 34098 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1080 1 0000000000000000 100 0 0 10 0
   2: 0A0200C0:46A0 0B0200C0:01BB 01 00000000:00000000 02:00000000 00000000     0        0 5 1 0000000000000000 20 4 30 10 -1
`
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:46A0 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 8 1 0000000000000000 100 0 0 10 0
   2: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1 0000000000000000 100 0 0 10 0
`
const SS = `State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
LISTEN 0      4096       127.0.0.1:2121       0.0.0.0:*    users:(("program",pid=7,fd=3))
LISTEN 0      128             [::]:22            [::]:*
LISTEN 0      128                *:18080            *:*
`
const ALL = `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
u_str LISTEN 0      128    @a 34098               * 0
udp   UNCONN 0      0      0.0.0.0:68      0.0.0.0:*
tcp   LISTEN 0      128    0.0.0.0:22      0.0.0.0:*    users:(("sshd",pid=1,fd=3))
tcp   ESTAB  0      0      192.0.2.10:18080 192.0.2.11:443
`
const NETSTAT = `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 127.0.0.1:2121          0.0.0.0:*               LISTEN      7/program
tcp        0      0 192.0.2.10:18080        192.0.2.11:443          ESTABLISHED 8/other
tcp6       0      0 :::22                   :::*                    LISTEN      1/sshd
`

const parse = (text: string): ReturnType<typeof parseListeningPorts> => parseListeningPorts(Buffer.from(text))
function valueOf(text: string): ListeningPorts {
  const found = parse(text)
  if (!found.ok) throw new Error(found.problems[0].message)
  return found.value
}

test.each<[string, string, string[], boolean]>([
  ['/proc/net/tcp', TCP, ['127.0.0.1:2121 2', '0.0.0.0:22 3'], false],
  ['/proc/net/tcp6', TCP6, ['[::]:18080 2', '[::1]:631 3', '[2001:db8:0:0:0:0:0:1]:80 4'], false],
  ['ss -ltn', SS, ['127.0.0.1:2121 2', '[::]:22 3', '*:18080 4'], true],
  ['ss of all sockets', ALL, ['0.0.0.0:22 4'], true],
  ['netstat', NETSTAT, ['127.0.0.1:2121 3', ':::22 5'], true],
  ['picked out lines', SS.split('\n').slice(1, 2).join('\n'), ['127.0.0.1:2121 1'], false],
  ['UNIX sockets alone', ALL.split('\n').slice(0, 2).join('\n'), [], false],
  ['a kernel without a listener', TCP.split('\n', 1).join(''), [], false],
])('%s', (_, text, expected, whole) => {
  const { ports, whole: told } = valueOf(text)
  expect(ports.map(({ address, port, line }) => `${address}:${String(port)} ${String(line)}`)).toEqual(expected)
  expect(told).toBe(whole)
})

test.each([
  ['empty', ''],
  ['all-nul', '\0\0\0'],
  ['ports-unrecognised', 'port 2121 is taken\n'],
  ['ports-unrecognised', '0: 0100007F:0849\n'],
])('refuses: %s', (code, text) => {
  expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
})

test('a port beyond the last one is none', () => {
  expect(valueOf(SS.replace(':2121', ':70000')).ports).toHaveLength(2)
})

test('as text it says the same, and not who is connected', () => {
  const both = [TCP, TCP6].flatMap((text) => valueOf(text).ports)
  const text = listeningPortsText(both)
  const short = ({ address, port }: { address: string; port: number }): string => `${address} ${String(port)}`
  expect(valueOf(text).ports.map(short)).toEqual(both.map(short))
  expect(valueOf(text).whole).toBe(true)
  expect(text).not.toContain('192.0.2')
})
