import fc from 'fast-check'
import { liesOn, mountOf, parseMounts, type Mount } from '../../src/parsers/mounts.js'

/** Lines of the kernel's list; the devices are made up. */
const PROC = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
/dev/sda1 / ext4 rw,relatime,discard 0 0
/dev/mapper/rootvg-varlv /var xfs rw,seclabel,noexec,relatime 0 0
/dev/sdb1 /mnt/a\\040b ext4 rw,noexec 0 0
`
/** What mount prints for the same. */
const COMMAND = `/dev/sda1 on / type ext4 (rw,relatime,discard) [cloudimg-rootfs]
/dev/mapper/rootvg-varlv on /var type xfs (rw,noexec,relatime)
`

function mountsOf(text: string): readonly Mount[] {
  const result = parseMounts(Buffer.from(text))
  if (!result.ok) throw new Error(result.problems[0].message)
  return result.value
}

describe('parseMounts', () => {
  it('reads the kernel’s list', () => {
    expect(mountsOf(PROC).map(({ point, type, line }) => [point, type, line])).toEqual([
      ['/sys', 'sysfs', 1],
      ['/', 'ext4', 2],
      ['/var', 'xfs', 3],
      ['/mnt/a b', 'ext4', 4],
    ])
    expect(mountsOf(PROC)[2]?.options).toEqual(['rw', 'seclabel', 'noexec', 'relatime'])
  })

  it('reads what mount prints', () => {
    expect(mountsOf(COMMAND).map(({ point, options }) => [point, options])).toEqual([
      ['/', ['rw', 'relatime', 'discard']],
      ['/var', ['rw', 'noexec', 'relatime']],
    ])
  })

  it('passes over other lines, CRLF included', () => {
    expect(mountsOf(`what is this\r\n${PROC.split('\n')[1] ?? ''}\r\n${'x'.repeat(9999)}`)).toHaveLength(1)
  })

  it.each([
    ['', 'empty'],
    ['\0\0', 'all-nul'],
    ['no mounts\n', 'mounts-unrecognised'],
  ])('fails on %j', (text, code) => {
    expect(parseMounts(Buffer.from(text))).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => typeof parseMounts(bytes).ok === 'boolean'))
  })
})

describe('mountOf', () => {
  const at = (...points: string[]): Mount[] =>
    points.map((point, index) => ({ point, type: 'x', options: [], line: index + 1, text: '' }))

  it.each([
    [['/', '/var', '/var/lib'], '/var/lib'],
    [['/var/lib', '/'], '/var/lib'],
    [['/', '/var/libs', '/var/lib/waagentx'], '/'],
    [['/', '/var/lib/waagent'], '/var/lib/waagent'],
    [['/tmp'], undefined],
  ])('of %j is the longest', (points, expected) => {
    expect(mountOf(at(...points), '/var/lib/waagent')?.point).toBe(expected)
  })

  it('takes the last of two at one place', () => {
    expect(mountOf(at('/', '/var', '/var'), '/var/lib/waagent')?.line).toBe(3)
  })

  it('knows what lies on a mount', () => {
    expect([
      liesOn('/var/lib', '/var'),
      liesOn('/variable', '/var'),
      liesOn('/var', '/var'),
      liesOn('/x', '/'),
    ]).toEqual([true, false, true, true])
  })
})
