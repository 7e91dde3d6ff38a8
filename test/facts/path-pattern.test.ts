import { pathPattern } from '../../src/facts/path-pattern.js'

function hits(pattern: string, path: string, recurse: boolean | null = true): boolean {
  const found = pathPattern(pattern, recurse)
  if (found === null) throw new Error(`${pattern} is unusable`)
  return found.matches(path)
}

test.each([
  ['/etc/.*.conf', '/etc/host.conf'],
  ['/etc/*.conf', '/etc/host.conf'],
  ['/etc/.*.conf', '/etc/apt/apt.conf.d/20snapd.conf'],
  ['/etc/.*', '/etc/passwd'],
  ['/etc/*', '/etc/passwd'],
  ['/etc/passwd', '/etc/passwd'],
  ['/etc/ssh/', '/etc/ssh/sshd_config'],
  ['/etc/ssh', '/etc/ssh/sshd_config'],
  ['//etc//*.conf', '/etc/host.conf'],
  ['/srv/app[0-9].log', '/srv/app7.log'],
  ['/srv/app\\d+.log', '/srv/app77.log'],
  ['/srv/[^a]pp', '/srv/bpp'],
  ['/srv/ab?c', '/srv/abc'],
  ['/srv/ab?c', '/srv/ac'],
  ['/srv/ab?c', '/srv/abxc'],
  ['/srv/^a.*z$', '/srv/abcz'],
  ['/srv/a\\.b', '/srv/a.b'],
  ['/srv/c++', '/srv/c++'],
  ['/srv/log(rotate|check)?.conf', '/srv/anything'],
  ['/srv/*/x.conf', '/srv/a/x.conf'],
  ['/*', '/x'],
])('%s reaches %s', (pattern, path) => {
  expect(hits(pattern, path)).toBe(true)
})

test.each([
  ['/etc/.*.conf', '/etc/passwd'],
  ['/etc/.*.conf', '/etc/host.conf.bak'],
  ['/etc/*.conf', '/etc/passwd'],
  ['/etc/**.conf', '/etc/passwd'],
  ['/etc/[.conf', '/etc/passwd'],
  ['/etc/*.conf', '/etcetera/host.conf'],
  ['/etc/passwd', '/etc/passwd-'],
  ['/srv/app[0-9].log', '/srv/appx.log'],
  ['/srv/[!a]pp', '/srv/app'],
  ['/srv/*/x.conf', '/etc/x.conf'],
  ['/srv/a\\.b', '/srv/axb'],
])('%s does not reach %s', (pattern, path) => {
  expect(hits(pattern, path)).toBe(false)
})

test('below the folder only when told to look there; silence counts as told', () => {
  expect(hits('/etc/*.conf', '/etc/a/b.conf', false)).toBe(false)
  expect(hits('/etc/*.conf', '/etc/b.conf', false)).toBe(true)
  expect(hits('/etc/*.conf', '/etc/a/b.conf', null)).toBe(true)
})

test.each(['', 'etc/x', '*', `/${'x'.repeat(2000)}`])('%s can track nothing', (pattern) => {
  expect(pathPattern(pattern, true)).toBeNull()
})

test('what is not understood says so', () => {
  expect(pathPattern('/etc/(a|b)', true)?.vague).toBe(true)
  expect(pathPattern('/srv/*/x', true)?.vague).toBe(true)
  expect(pathPattern('/etc/.*.conf', true)?.vague).toBe(false)
  expect(pathPattern('/etc/*.conf', true)?.vague).toBe(false)
})

test('a pattern made to be slow is not', () => {
  const evil = `/x/${'.*a'.repeat(300)}`
  expect(hits(evil, `/x/${'a'.repeat(250)}`)).toBe(false)
  expect(hits(`/x/${'a*'.repeat(400)}b`, `/x/${'a'.repeat(250)}`)).toBe(false)
})
