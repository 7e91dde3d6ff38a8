import { noAccess } from '../../src/sources/no-access.js'

const error = (code: string, message: string): Error => Object.assign(new Error(`${code}: ${message}`), { code })

test.each([
  [
    'ENOENT',
    "no such file or directory, open 'x'",
    'a/x does not exist.',
    'a/x cannot be written: there is no folder a.',
  ],
  ['ENOTDIR', "not a directory, open 'x'", 'a/x does not exist.', 'a/x cannot be written: there is no folder a.'],
  ['EACCES', "permission denied, open 'x'", 'a/x may not be read.', 'a/x may not be written.'],
  ['EISDIR', 'illegal operation on a directory, read', 'a/x is a folder.', 'a/x is a folder.'],
  ['EIO', 'i/o error, read', 'a/x cannot be read: i/o error.', 'a/x cannot be written: i/o error.'],
])('%s is one sentence', (code, message, read, written) => {
  expect(noAccess('a/x', error(code, message))).toBe(read)
  expect(noAccess('a/x', error(code, message), 'written')).toBe(written)
})

test('what is no error of the system keeps its words', () => {
  expect(noAccess('x', new Error('x is no longer an ordinary file'))).toBe(
    'x cannot be read: x is no longer an ordinary file.',
  )
})
