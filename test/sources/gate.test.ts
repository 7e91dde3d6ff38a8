import { entryGate, type Member } from '../../src/sources/gate.js'
import type { SourceProblem } from '../../src/model/source.js'

function pass(...members: Member[]): { paths: (string | undefined)[]; problems: SourceProblem[] } {
  const problems: SourceProblem[] = []
  const gate = entryGate((problem) => problems.push(problem))
  const paths = members.map((member) => gate.admit(member))
  gate.close()
  return { paths, problems }
}

const symlink = (name: string, target: string): Member => ({ name, link: { target, hard: false } })

test.each<[what: string, member: Member, path: string | undefined, code: string]>([
  ['a name that climbs', { name: '../../etc/passwd' }, undefined, 'entry-name-refused'],
  ['a name that climbs with backslashes', { name: 'a\\..\\b' }, undefined, 'entry-name-refused'],
  ['the folder above', { name: '..' }, undefined, 'entry-name-refused'],
  ['a bell in a name', { name: 'a\u0007b' }, undefined, 'entry-name-refused'],
  ['an absolute name', { name: '/etc/hostname' }, 'etc/hostname', 'entry-name-absolute'],
  ['a drive letter', { name: 'C:\\logs\\x' }, 'C:/logs/x', 'entry-name-absolute'],
  ['a link that climbs out', symlink('a/b', '../../x'), 'a/b', 'entry-link-outside'],
  ['a link that climbs out and comes back', symlink('a/b', '../../a/x'), 'a/b', 'entry-link-outside'],
  ['a hard link that climbs', { name: 'a/b', link: { target: '../x', hard: true } }, 'a/b', 'entry-link-outside'],
  ['a device', { name: 'x/sda', device: true }, 'x/sda', 'entry-device'],
])('tells %s', (_, member, path, code) => {
  const { paths, problems } = pass(member)
  expect(paths).toEqual([path])
  expect(problems).toMatchObject([{ code, name: member.name, path: path ?? null }])
})

test.each<[what: string, member: Member, path: string | undefined]>([
  ['the top folder', { name: './' }, undefined],
  ['a dot in front', { name: './a/b' }, 'a/b'],
  ['two dots inside a name', { name: 'a/b..c' }, 'a/b..c'],
  ['a colon inside a name', { name: 'dcr-0a:CTDataSource-Linux:X' }, 'dcr-0a:CTDataSource-Linux:X'],
  ['a link to a neighbour', symlink('a/b/c', '../d'), 'a/b/c'],
  ['a link up to the top', symlink('a/b', '../x'), 'a/b'],
  ['a link to the machine’s root', symlink('etc/localtime', '/usr/share/zoneinfo/UTC'), 'etc/localtime'],
  ['a hard link by its name from the top', { name: 'a/b', link: { target: 'c/d', hard: true } }, 'a/b'],
])('says nothing of %s', (_, member, path) => {
  expect(pass(member)).toEqual({ paths: [path], problems: [] })
})

test('a flood is counted, not told one by one', () => {
  const { problems } = pass(...Array.from({ length: 1000 }, (_, index) => ({ name: `/x${index}` })))
  expect(problems).toHaveLength(21)
  expect(problems.at(-1)?.message).toContain('980')
})

test.each<[what: string, path: string, target: string, hard: boolean, inside: string | undefined]>([
  ['a neighbour', 'a/b', 'c', false, 'c'],
  ['one up to the top', 'a/b', '../c', false, '../c'],
  ['one from the machine’s root', 'a/b/c', '/usr/x', false, '../../usr/x'],
  ['a hard link, named from the top', 'a/b/c', 'd/e', true, '../../d/e'],
  ['one that leads out', 'a/b', '../../c', false, undefined],
  ['one that leads out of the machine’s root', 'a/b', '/../c', false, undefined],
  ['one with a line break', 'a/b', 'c\nd', false, undefined],
  ['one without a target', 'a/b', '', false, undefined],
])('a link to %s', (_, path, target, hard, inside) => {
  expect(entryGate(() => undefined).linkInside(path, { target, hard })).toBe(inside)
})
