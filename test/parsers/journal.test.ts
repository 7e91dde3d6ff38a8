import type { LogDigest } from '../../src/model/log-event.js'
import { parseJournal, type JournalEventKind } from '../../src/parsers/journal.js'
import { chunked, describeStream, valueOf } from '../support/parsers.js'

/** systemd's own wording around the unit's name; the host is made up. */
const SAMPLE = `Jan 10 07:59:59 vm-01 kernel: [1.0] x
Jan 10 08:00:01 vm-01 systemd[1]: cxp.service: Main process exited, code=exited, status=1/FAILURE
Jan 10 08:00:01 vm-01 systemd[1]: cxp.service: Failed with result 'exit-code'.
Jan 10 08:00:11 vm-01 systemd[1]: cxp.service: Scheduled restart job, restart counter is at 3.
Jan 10 08:00:11 vm-01 systemd[1]: Stopped Azure change tracking Parent Daemon.
Jan 10 08:00:12 vm-01 systemd[1]: Started cxp.service - Azure change tracking Parent Daemon.
Jan 10 08:00:13 vm-01 systemd[1]: cxp.service: Start request repeated too quickly.
`

const digest = async (text: string): Promise<LogDigest<JournalEventKind>> =>
  valueOf(await parseJournal(chunked(Buffer.from(text))))
const kinds = async (text: string): Promise<unknown[]> => (await digest(text)).series.map(({ kind }) => kind)

describe('parseJournal', () => {
  it('reads the sample', async () => {
    const { series, first, last } = await digest(SAMPLE)
    expect([first?.line, last?.line]).toEqual([1, 7])
    expect(series.map(({ kind, first: { line, fields } }) => [line, kind, fields])).toEqual([
      [2, 'exited', { code: 'exited', status: '1/FAILURE', stamp: 'Jan 10 08:00:01' }],
      [3, 'failed', { result: 'exit-code', stamp: 'Jan 10 08:00:01' }],
      [4, 'restart', { counter: '3', stamp: 'Jan 10 08:00:11' }],
      [5, 'stopped', { stamp: 'Jan 10 08:00:11' }],
      [6, 'started', { stamp: 'Jan 10 08:00:12' }],
      [7, 'gaveUp', { stamp: 'Jan 10 08:00:13' }],
    ])
  })

  it('keeps the distance of times without a year, the 29th of February among them', async () => {
    const { series } = await digest(
      'Feb 29 23:59:59 h systemd[1]: Started cxp.service.\nMar  1 00:00:01 h systemd[1]: Started cxp.service.\n',
    )
    expect((series[0]?.last.time ?? 0) - (series[0]?.first.time ?? 0)).toBe(2000)
  })

  it('knows the newest line after the turn of the year', async () => {
    const { series, last } = await digest(
      'Dec 31 23:59:59 h systemd[1]: Started cxp.service.\nJan  1 00:00:01 h systemd[1]: Stopped cxp.service.\nJan 30 00:00:01 h kernel: x\n',
    )
    expect(last?.line).toBe(3)
    expect((series[1]?.last.time ?? 0) - (series[0]?.last.time ?? 0)).toBe(2000)
  })

  it.each([
    ['2026-01-10T08:00:01+0000', '2026-01-10T08:00:01+0000'],
    ['2026-01-10T08:00:01.123456+00:00', '2026-01-10T08:00:01.123456+00:00'],
  ])('reads times such as %s', async (written, stamp) => {
    const { series } = await digest(`${written} vm-01 systemd[1]: Started cxp.service - x.\n`)
    expect(series[0]?.first.fields['stamp']).toBe(stamp)
    expect(Math.floor((series[0]?.first.time ?? 0) / 1000)).toBe(Date.UTC(2026, 0, 10, 8, 0, 1) / 1000)
  })

  it.each([
    'Jan 10 08:00:01 vm-01 systemd[1]: my-cxp.service.d: fine',
    'Jan 10 08:00:01 vm-01 sudo[7]: root : COMMAND=/bin/grep "cxp.service: Scheduled restart job, restart counter is at 9"',
    'Jan 10 08:00:01 vm-01 systemd[1]: Started ssh.service - like cxp.service.',
    'Jan 10 08:00:01 vm-01 systemd[1]: cxp.service: Deactivated successfully.',
    'Jan 10 08:00:01 vm-01 systemd[1]: cxp.service: Scheduled restart job.',
    'Jan 10 08:00:01 vm-01 systemd[1]: Starting cxp.service - x...',
  ])('makes nothing of %j', async (line) => {
    expect(await kinds(`${line}\n`)).toEqual([])
  })

  describeStream(parseJournal, SAMPLE)
})
