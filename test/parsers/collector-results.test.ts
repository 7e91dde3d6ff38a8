import { parseCollectorResults } from '../../src/parsers/collector-results.js'
import { expectNeverThrows } from '../support/parsers.js'

const RESULTS = [
  '2026-01-10T10:00:00Z INFO Starting log collection at 2026-01-10T10:00:00Z',
  '2026-01-10T10:00:00Z INFO Using log collection mode normal',
  '2026-01-10T10:00:01Z INFO Adding file /var/log/waagent.log, size 123 b',
  '2026-01-10T10:00:02Z INFO Adding truncated file /var/log/azure/x/cta_linux_agent.log, size 40000000 b',
  '2026-01-10T10:00:02Z WARNING Discarding large binary file /var/log/azure/x/cta_linux_agent-1.log.gz, size 50000000 b',
  'total 12',
  'drwxr-xr-x 2 root root 4096 Jan 10 09:00 x',
  '2026-01-10T10:00:03Z INFO Archive too big, done with adding files.',
  '',
].join('\n')

describe('results.txt of the guest agent’s collector', () => {
  const value = (text: string): unknown => {
    const result = parseCollectorResults(Buffer.from(text))
    return result.ok ? result.value : result.problems[0].code
  }
  test('start, what was cut, what was left out, and that it was full', () => {
    expect(value(RESULTS)).toMatchObject({
      started: { time: Date.parse('2026-01-10T10:00:00Z'), line: 1 },
      truncated: [{ file: '/var/log/azure/x/cta_linux_agent.log', line: 4 }],
      discarded: [{ file: '/var/log/azure/x/cta_linux_agent-1.log.gz', line: 5 }],
      full: { line: 8 },
    })
  })
  test('what it lists of folders, and of nothing else', () => {
    const listing = [
      '2026-01-10T10:00:04Z INFO Output of command [ls -alF /var/lib/waagent]:',
      'total 40',
      'drwx------ 14 root root  4096 Jan 10 08:00 ./',
      'drwxr-xr-x 40 root root  4096 Jan 10  2025 ../',
      'drwxr-xr-x  5 root root  4096 Jan 10 08:00 Some.Extension-1.2.3/',
      '-rw-------  1 root root 12345 Jan 10 08:00 Some.Extension__1.2.3.zip',
      'lrwxrwxrwx  1 root root     7 Jan 10 08:00 link -> target',
      '',
      '2026-01-10T10:00:05Z INFO Output of command [df -h]:',
      'drwxr-xr-x  5 root root  4096 Jan 10 08:00 elsewhere/',
    ].join('\n')
    expect(value(`${RESULTS}${listing}\n`)).toMatchObject({
      listed: [
        { path: 'var/lib/waagent/Some.Extension-1.2.3', kind: 'directory', size: 4096, mtime: null },
        { path: 'var/lib/waagent/Some.Extension__1.2.3.zip', kind: 'file', size: 12345, mtime: null },
      ],
    })
    expect(value(RESULTS)).toMatchObject({ listed: [] })
  })
  test('Windows line ends', () => {
    expect(value(RESULTS.replaceAll('\n', '\r\n'))).toMatchObject({
      truncated: [{ text: expect.stringMatching(/b$/) as string }],
    })
  })
  test('a start without its own time takes the line’s', () => {
    expect(value('2026-01-10T10:00:05Z INFO Starting log collection\n')).toMatchObject({
      started: { time: Date.parse('2026-01-10T10:00:05Z') },
      truncated: [],
      full: null,
    })
  })
  test.each(['passed: 10\nfailed: 0\n', '2026-01-10 passed\n', '{"a":1}'])('another program’s: %j', (text) => {
    expect(value(text)).toBe('not-collector-results')
  })
  test('an empty one', () => {
    expect(value('')).toBe('empty')
  })
  test('never throws', () => {
    expectNeverThrows(parseCollectorResults, RESULTS)
  })
})
