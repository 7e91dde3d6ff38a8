import { hostFilesText, parseHostFiles, type HostFiles } from '../../src/parsers/host-files.js'

const list: HostFiles = {
  written: 1_768_038_600_000,
  whole: true,
  files: [
    {
      path: '/etc/host “1”\n.conf',
      state: 'file',
      link: false,
      size: 9,
      mode: 420,
      mtime: 1_704_067_200_000,
      ctime: 1_704_067_200_123,
      sha256: '0f'.repeat(32),
    },
    {
      path: '/etc/gone',
      state: 'missing',
      link: false,
      size: null,
      mode: null,
      mtime: null,
      ctime: null,
      sha256: null,
    },
  ],
}
const text = hostFilesText(list)
const parse = (content: string): ReturnType<typeof parseHostFiles> => parseHostFiles(Buffer.from(content))

test.each<[string, HostFiles]>([
  ['a list', list],
  ['of no file', { written: null, whole: true, files: [] }],
  ['not whole', { ...list, whole: false }],
])('reads what was written: %s', (_, value) => {
  expect(parse(hostFilesText(value))).toEqual({ ok: true, value, problems: [] })
})

test.each([
  ['empty', ''],
  ['not-our-list', '{"path":"/etc/a","state":"file"}\n'],
  ['not-our-list', '{"trackedFiles":2,"files":0}\n'],
  ['not-our-list', 'tracked files\n'],
  ['not-our-list', '[1]\n'],
])('refuses: %s', (code, content) => {
  expect(parse(content)).toMatchObject({ ok: false, problems: [{ code }] })
})

test.each<[string, string[], string, number]>([
  ['a missing line', ['host-files-cut'], text.split('\n').slice(0, 2).join('\n'), 1],
  ['a cut line', ['host-files-line', 'host-files-cut'], text.slice(0, -20), 1],
  ['no number of files', ['host-files-cut'], text.replace('"files":2', '"more":2'), 2],
  ['a relative path', ['host-files-line', 'host-files-cut'], text.replace('"/etc/gone"', '"etc/gone"'), 1],
  ['a state nobody knows', ['host-files-line', 'host-files-cut'], text.replace('"missing"', '"lost"'), 1],
  ['two odd lines, told once', ['host-files-line', 'host-files-cut'], text.replaceAll('"state"', '"said"'), 0],
])('keeps the rest, which is no whole list any more: %s', (_, codes, content, files) => {
  const found = parse(content)
  expect(found.problems.map(({ code }) => code)).toEqual(codes)
  expect(found).toMatchObject({ ok: true, value: { whole: false } })
  expect(found.ok && found.value.files).toHaveLength(files)
})
