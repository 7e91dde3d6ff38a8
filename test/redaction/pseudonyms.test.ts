import fc from 'fast-check'
import { pseudonyms } from '../../src/redaction/pseudonyms.js'
import { KEY } from '../support/redaction.js'

const stand = pseudonyms(KEY, false)
const octet = fc.integer({ min: 1, max: 254 })

test('a GUID stays a GUID, in its case, and proves its key', () => {
  fc.assert(
    fc.property(fc.uuid(), (guid) => {
      fc.pre(/[a-f]/.test(guid)) // one of digits alone has no case
      const made = stand.guid(guid)
      expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(made).not.toBe(guid)
      expect(stand.guid(guid.toUpperCase())).toBe(made.toUpperCase())
      expect(stand.guid(guid.replaceAll('-', ''))).toBe(made.replaceAll('-', ''))
      expect(stand.isOwn(made)).toBe(true)
      expect(stand.isOwn(guid)).toBe(false)
      expect(pseudonyms(Buffer.from('another key'), false).guid(guid)).not.toBe(made)
    }),
  )
})

test('what lies in one net stays in one net, and no two addresses of it become one', () => {
  fc.assert(
    fc.property(octet, octet, octet, (a, b, c) => {
      const net = `${a}.${b}.${c}`
      const made = Array.from({ length: 256 }, (_, last) => stand.ipv4(`${net}.${last}`))
      expect(new Set(made).size).toBe(256)
      const prefix = (address: string): string => address.slice(0, address.lastIndexOf('.'))
      expect(new Set(made.map(prefix)).size).toBe(1)
      expect(made[0]).toMatch(/^2(?:4\d|5[0-4])\..*\.0$/)
    }),
    { numRuns: 20 },
  )
})

test.each([
  ['dcr-0000000000000000000000000000000a', (value: string) => stand.dcr(value), /^dcr-[0-9a-f]{32}$/],
  ['fd12:3456:789a::7', (value: string) => stand.ipv6(value), /^2001:db8(?::[0-9a-f]{4}){6}$/],
  ['00:0D:3A:12:34:56', (value: string) => stand.mac(value), /^00:00:5E:00:53:[0-9A-F]{2}$/],
  ['00-0d-3a-12-34-56', (value: string) => stand.mac(value), /^00-00-5e-00-53-[0-9a-f]{2}$/],
  ['someone@canarycorp.test', (value: string) => stand.email(value), /^mail-[0-9a-f]{10}@net-[0-9a-f]{10}\.invalid$/],
])('%s keeps its form', (value, make, form) => {
  expect(make(value)).toMatch(form)
  expect(make(value)).toBe(make(value))
})

test('names keep their kind and their case, and prove their key', () => {
  expect(stand.name('host', 'canary-vm')).toMatch(/^host-[0-9a-f]{10}$/)
  expect(stand.name('host', 'CANARY-VM')).toBe(stand.name('host', 'canary-vm').toUpperCase())
  expect(stand.name('storage', 'stcanary01')).toMatch(/^st[0-9a-f]{10}$/)
  expect(stand.name('domain', 'canarycorp.test')).toMatch(/^net-[0-9a-f]{10}\.invalid$/)
  expect(stand.isOwn(stand.name('host', 'canary-vm'))).toBe(true)
  expect(stand.isOwn('host-0123456789')).toBe(false)
})
