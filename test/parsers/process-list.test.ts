import { spawnSync } from 'node:child_process'
import type { Parsed } from '../../src/model/parsed.js'
import { parseProcessList, type ProcessList } from '../../src/parsers/process-list.js'
import { expectNeverThrows } from '../support/parsers.js'

const EXT = '/var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0'
const WORKER = `/opt/microsoft/changetracking/change_tracking_agent_linux_amd64 ${EXT}`
const DAEMON = `/usr/sbin/changetracking/changetracking ${WORKER}`
/** Rows as support notes print them; the header is that of procps. */
const EF_HEADER = 'UID        PID  PPID  C STIME TTY          TIME CMD'
const EF = `root  9934     1  0 07:49 ?  00:00:00 ${DAEMON}
root  9937  9934  0 07:49 ?  00:00:02 ${WORKER}
`
/** procps with threads, as a collector of support bundles runs it. */
const AUX_M = `USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root         1  0.3  0.0  44184 14204 ?        -    Jan10   0:12 /sbin/init
root         -  0.3    -      -     - -        Ss   Jan10   0:12 -
root      9937  0.0  0.1 712345 23456 ?        -    07:49   0:02 ${WORKER}
root         -  0.0    -      -     - -        Sl   07:49   0:02 -
`

const parse = (text: string): Parsed<ProcessList> => parseProcessList(Buffer.from(text))
const commands = (text: string): [number | null, string, number][] => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value.processes.map(({ pid, command, line }) => [pid, command, line])
}

describe('parseProcessList', () => {
  it('reads ps -ef with its header', () => {
    expect(parse(`${EF_HEADER}\n${EF}`)).toMatchObject({ ok: true, problems: [], value: { header: EF_HEADER } })
    expect(commands(`${EF_HEADER}\n${EF}`)).toEqual([
      [9934, DAEMON, 2],
      [9937, WORKER, 3],
    ])
  })

  it('reads it grepped', () => {
    expect(parse(EF)).toMatchObject({ value: { header: null, processes: [{ text: EF.split('\n')[0] }, {}] } })
    expect(commands(EF)).toEqual([
      [9934, DAEMON, 1],
      [9937, WORKER, 2],
    ])
    expect(commands('root 9 1 0 2025 pts/0 1-02:03:04 /bin/a b')).toEqual([[9, '/bin/a b', 1]])
  })

  it('reads ps aux with threads, and grepped without', () => {
    const expected = [
      [1, '/sbin/init', 2],
      [9937, WORKER, 4],
    ]
    expect(commands(AUX_M)).toEqual(expected)
    const row = `root      9937  0.0  0.1 712345 23456 ?        Sl   07:49   0:02 ${WORKER}\n`
    expect(commands(row)).toEqual([[9937, WORKER, 1]])
  })

  it('reads it drawn as a tree', () => {
    const drawn = `${EF_HEADER}\n${EF.replace(`00:00:02 ${WORKER}`, `00:00:02  |   \\_ ${WORKER}`)}root 9 1 0 07:49 ? 00:00:00 \\_ x | \\_ y\n`
    expect(commands(drawn)).toEqual([
      [9934, DAEMON, 2],
      [9937, WORKER, 3],
      [9, 'x | \\_ y', 4],
    ])
  })

  it('reads any columns that a header names', () => {
    expect(commands('note\n  PID COMMAND\n 7 mdsd -A  -R\n')).toEqual([[7, 'mdsd -A  -R', 3]])
    expect(commands('USER PID TTY CMD\nroot x ? a b\n')).toEqual([[null, 'a b', 2]])
  })

  it('keeps an empty table empty', () => {
    expect(parse(`${EF_HEADER}\n`)).toEqual({ ok: true, problems: [], value: { header: EF_HEADER, processes: [] } })
    expect(commands(`${EF_HEADER}\nroot 1 0\n\n`)).toEqual([])
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    ['bash: ps: command not found\n', 'processes-unrecognised'],
    [`${WORKER}\n`, 'processes-unrecognised'],
    ['root 9 1 0 07:49 ?\n', 'processes-unrecognised'],
    ['root nine 1 0 07:49 ? 00:00:00 /bin/a\n', 'processes-unrecognised'],
    ['USER NAME COMMAND\n', 'processes-unrecognised'],
    ['-rwxr-xr-x 1 root root 12345 Jan 10 07:49 change_tracking_agent_linux_amd64\n', 'processes-unrecognised'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  const list = spawnSync('ps', ['-ef'], { encoding: 'buffer' })
  ;(list.status === 0 ? it : it.skip)('finds this very process', () => {
    const result = parseProcessList(list.stdout)
    const pids = result.ok ? result.value.processes.map(({ pid }) => pid) : []
    expect(pids).toContain(process.pid)
  })

  it('never throws', () => {
    expectNeverThrows(parseProcessList, AUX_M)
  })
})
