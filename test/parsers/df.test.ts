import { parseDf, type DiskFree } from '../../src/parsers/df.js'
import { expectNeverThrows } from '../support/parsers.js'

/** As coreutils prints it with -P -k; devices made up. */
const SAMPLE = `Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/root         30298176  5242880  25038912      18% /
tmpfs              1020304        0   1020304       0% /dev/shm
/dev/mapper/vg-var 10255636 9944096    304260      98% /var
`
const K = 1024
const M = 1024 * 1024

const parse = (text: string): DiskFree => {
  const result = parseDf(Buffer.from(text))
  if (!result.ok) throw new Error(result.problems[0].message)
  return result.value
}
const free = (text: string): (readonly [string, number])[] =>
  parse(text).mounts.map(({ mountPoint, available }) => [mountPoint, available] as const)
const code = (bytes: Uint8Array): string | undefined => {
  const result = parseDf(bytes)
  return result.ok ? undefined : result.problems[0].code
}

describe('parseDf', () => {
  it('reads a list', () => {
    expect(parse(SAMPLE).mounts).toEqual([
      { mountPoint: '/', available: 25_038_912 * K, line: 2, text: SAMPLE.split('\n')[1] },
      { mountPoint: '/dev/shm', available: 1_020_304 * K, line: 3, text: SAMPLE.split('\n')[2] },
      { mountPoint: '/var', available: 304_260 * K, line: 4, text: SAMPLE.split('\n')[3] },
    ])
  })

  it.each([
    ['1K-blocks', K],
    ['1024-blocks', K],
    ['512-blocks', 512],
    ['1M-blocks', M],
    ['1MB-blocks', 1_000_000],
    ['1B-blocks', 1],
    ['4K-blocks', 4 * K],
  ])('knows what one of %s is', (title, block) => {
    const text = `Filesystem ${title} Used Available Use% Mounted on\n/dev/sda1 100 30 70 30% /\n`
    expect(free(text)).toEqual([['/', 70 * block]])
  })

  it.each([
    ['88M', 88 * M],
    ['1.5G', 1.5 * 1024 * M],
    ['1,5G', 1.5 * 1024 * M],
    ['0', 0],
    ['512', 512],
    ['300K', 300 * K],
    ['2T', 2 * 1024 * 1024 * M],
    ['4MiB', 4 * M],
  ])('reads %s in a list for people', (value, bytes) => {
    const text = `Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1  29G   29G   ${value} 100% /\n`
    expect(free(text)).toEqual([['/', bytes]])
  })

  it.each([
    ['with the type', 'Filesystem Type 1K-blocks Used Available Use% Mounted on\n/dev/sda1 ext4 100 30 70 30% /\n'],
    [
      'broken in two by a long name',
      'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/mapper/long-name\n   100 30 70 30% /\n',
    ],
    ['with Windows line ends', 'Filesystem 1K-blocks Used Available Use% Mounted on\r\n/dev/sda1 100 30 70 30% /\r\n'],
    [
      'below the command that made it',
      '$ df -k\nFilesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 100 30 70 30% /\n',
    ],
    [
      'with blanks in the device’s name',
      'Filesystem 1K-blocks Used Available Use% Mounted on\n//host/my share 9 100 30 70 30% /\n',
    ],
  ])('reads one %s', (_, text) => {
    expect(free(text)).toEqual([['/', 70 * K]])
  })

  it('keeps blanks of a mount point, and space that is overdrawn', () => {
    const text = 'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sdb1 100 110 -10 110% /mnt/my disk\n'
    expect(free(text)).toEqual([['/mnt/my disk', -10 * K]])
  })

  it.each([
    ['a pseudo file system', 'proc 0 0 0 - /proc'],
    ['a file system that does not answer', '/dev/sdb1 - - - - /mnt'],
    ['a message', 'df: /mnt/x: Permission denied'],
    ['a row of other columns', '/dev/sda1 30% /'],
    ['a line without end', `/dev/${'a'.repeat(20_000)} 100 30 70 30% /`],
  ])('leaves out %s', (_, row) => {
    expect(free(`Filesystem 1K-blocks Used Available Use% Mounted on\n${row}\n`)).toEqual([])
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    ['df: command not found\n', 'df-unrecognised'],
    ['Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 100 99 1 99% /\n', 'df-unrecognised'],
    ['/dev/sda1 100 30 70 30% /\n', 'df-unrecognised'],
  ])('refuses %j', (text, expected) => {
    expect(code(Buffer.from(text))).toBe(expected)
  })

  it('finds nothing in the program of that name', () => {
    expect(parseDf(Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1'))).toEqual({
      ok: true,
      value: { mounts: [] },
      problems: [],
    })
  })

  it('never throws', () => {
    expectNeverThrows(parseDf, SAMPLE)
  })
})
