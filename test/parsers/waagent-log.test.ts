import type { EventSeries } from '../../src/model/log-event.js'
import { parseWaagentLog } from '../../src/parsers/waagent-log.js'
import type { InstallEventKind } from '../../src/parsers/command-log.js'
import { describeStream, streamed, valueOf } from '../support/parsers.js'

const CT = 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
const AMA = 'Microsoft.Azure.Monitor.AzureMonitorLinuxAgent'

/** Every line form is public in the guest agent's source. */
const SAMPLE = `2026-01-10T08:10:02.000000Z ERROR ExtHandler ExtHandler Event: name=${CT}, op=Install, message=[ExtensionOperationError] Non-zero exit code: 126, /var/lib/waagent/${CT}-2.35.0.0/cta_linux_handler install
WARNING: /var is mounted with the noexec flag, which can prevent execution of VM Extensions.
[stdout]

[stderr]
/bin/sh: 1: /var/lib/waagent/${CT}-2.35.0.0/cta_linux_handler: Permission denied, duration=0
`

const parse = streamed(parseWaagentLog)
const seriesOf = async (text: string): Promise<readonly EventSeries<InstallEventKind>[]> =>
  valueOf(await parse(text)).series

describe('parseWaagentLog', () => {
  it('reads the sample', async () => {
    const time = Date.UTC(2026, 0, 10, 8, 10, 2)
    expect(
      (await seriesOf(SAMPLE)).map(({ kind, subject, first }) => [kind, subject, first.line, first.time, first.fields]),
    ).toEqual([
      [
        'nonZeroExit',
        '',
        1,
        time,
        { code: '126', command: `/var/lib/waagent/${CT}-2.35.0.0/cta_linux_handler install` },
      ],
      ['noexec', '', 2, time, { mount: '/var' }],
    ])
  })

  it('ignores the events of other extensions, their output included', async () => {
    expect(await seriesOf(SAMPLE.replaceAll(CT, AMA))).toEqual([])
    expect(
      await seriesOf(`2026-01-10T08:00:00.000000Z ERROR Event: name=${AMA}, message=x\n${CT}: Exec format error\n`),
    ).toEqual([])
  })

  it('tells events of several extensions apart', async () => {
    const dated = (name: string): string =>
      `2026-01-10T08:00:00.000000Z INFO ExtHandler [${name}-1.2] Enable extension: [x]\nExec format error\n`
    const series = await seriesOf(dated(AMA) + dated(CT) + dated(AMA))
    expect(series.map(({ kind, subject, count, first }) => [kind, subject, count, first.line])).toEqual([
      ['command', 'enable', 1, 3],
      ['execFormat', '', 1, 4],
    ])
  })

  it('takes the warning about a noexec mount, which names no extension', async () => {
    expect(
      await seriesOf(
        '2026-01-10T08:00:00.000000Z WARNING x The noexec flag is set on /var. This can prevent extensions from executing.\n',
      ),
    ).toMatchObject([{ kind: 'noexec', first: { fields: { mount: '/var' } } }])
  })

  it('judges lines above the first dated line by themselves', async () => {
    const series = await seriesOf(`Exec format error\n${CT}: Exec format error\n`)
    expect(series).toMatchObject([{ kind: 'execFormat', count: 1, first: { line: 2, time: null } }])
  })

  it('knows when the log begins and ends, whatever its lines are about', async () => {
    const result = await parse('2026-01-10T08:00:00.000000Z INFO a\n2026/01/11 08:00:00.000000 INFO b\n')
    expect(result).toMatchObject({ ok: true, value: { lines: 2, first: { line: 1 }, last: { line: 2 }, series: [] } })
  })

  describeStream(parseWaagentLog, SAMPLE)
})
