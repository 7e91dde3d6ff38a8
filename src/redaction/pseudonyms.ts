import { createHmac } from 'node:crypto'

/** What a name names. It decides what its pseudonym looks like. */
export type NameKind = 'host' | 'user' | 'group' | 'resource' | 'rule' | 'storage' | 'domain'

/**
 * Stands one value in for another, the same for the same key, value and kind. Each stays of its form: a GUID a GUID, an
 * address an address of a range that nobody uses, a subnet a subnet, a domain one that ends in `.invalid`. The last digits of
 * GUIDs, rule ids and names prove that a pseudonym was made with this key.
 */
export interface Pseudonyms {
  guid(value: string): string
  /** `dcr-` and 32 hex digits. */
  dcr(value: string): string
  ipv4(value: string): string
  ipv6(value: string): string
  mac(value: string): string
  email(value: string): string
  name(kind: NameKind, value: string): string
  /** Whether it is a pseudonym of this key, or of a range that only pseudonyms are in. */
  isOwn(value: string): boolean
  /** Every pair so far, originals as first spelt; only when they are kept. */
  readonly pairs: ReadonlyMap<string, string>
}

/** Pseudonyms remembered to save time; what is forgotten comes out the same again. */
const MEMO_MAX = 50_000
const PREFIX: Readonly<Record<NameKind, string>> = {
  host: 'host-',
  user: 'user-',
  group: 'rg-',
  resource: 'res-',
  rule: 'rule-',
  storage: 'st',
  domain: 'net-',
}

export function pseudonyms(key: Uint8Array, keepPairs: boolean): Pseudonyms {
  const memo = new Map<string, string>()
  const pairs = new Map<string, string>()

  const digest = (kind: string, value: string): Buffer => createHmac('sha256', key).update(`${kind}\0${value}`).digest()
  const hex = (kind: string, value: string, length: number): string =>
    digest(kind, value).toString('hex').slice(0, length)
  /** `length` hex digits, of which the last `check` follow from those before. */
  const checked = (kind: string, value: string, length: number, check: number): string => {
    const head = hex(kind, value, length - check)
    return head + hex('check', head, check)
  }
  const held = new Map<string, boolean>()
  const holds = (digits: string, check: number): boolean => {
    const known = held.get(digits)
    if (known !== undefined) return known
    if (held.size >= MEMO_MAX) held.clear()
    const answer = hex('check', digits.slice(0, -check), check) === digits.slice(-check)
    held.set(digits, answer)
    return answer
  }

  /** As they were asked for: most things stand in a log many times. */
  const spelt = new Map<string, Map<string, string>>()
  const remember = (kind: string, value: string, make: (plain: string) => string): string => {
    let ofKind = spelt.get(kind)
    const again = ofKind?.get(value)
    if (again !== undefined) return again
    if (ofKind === undefined || ofKind.size >= MEMO_MAX) spelt.set(kind, (ofKind = new Map<string, string>()))
    const made = rememberPlain(kind, value, make)
    ofKind.set(value, made)
    return made
  }
  const rememberPlain = (kind: string, value: string, make: (plain: string) => string): string => {
    const plain = value.toLowerCase()
    const known = memo.get(`${kind}\0${plain}`)
    if (known !== undefined) return inCaseOf(value, known)
    const made = make(plain)
    if (memo.size >= MEMO_MAX) memo.clear()
    memo.set(`${kind}\0${plain}`, made)
    if (keepPairs) pairs.set(value, inCaseOf(value, made))
    return inCaseOf(value, made)
  }

  const orders = new Map<string, readonly number[]>()
  /** A permutation of 1 to 254 that depends on what stands before; 0 and 255 mean the net and everybody in it. */
  const octet = (before: string, value: number): number => {
    if (value === 0 || value === 255) return value
    if (orders.size > 1000) orders.clear()
    const order =
      orders.get(before) ??
      Array.from({ length: 254 }, (_, index) => ({ number: index + 1, rank: hex('octet', `${before}.${index}`, 12) }))
        .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
        .map(({ number }) => number)
    orders.set(before, order)
    return order[value - 1] ?? value
  }

  const guidDigits = (value: string): string => checked('guid', value.replaceAll('-', ''), 30, 4)

  const own = new Map<string, boolean>()
  const isMade = (value: string): boolean => {
    const plain = value.toLowerCase()
    if (/^dcr-[0-9a-f]{32}$/.test(plain)) return holds(plain.slice(4), 4)
    if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(plain)) {
      const digits = plain.replaceAll('-', '')
      return holds(digits.slice(0, 12) + digits.slice(13, 16) + digits.slice(17), 4)
    }
    if (/^(?:24\d|25[0-4])(?:\.\d{1,3}){3}$/.test(plain)) return true
    if (plain.startsWith('2001:db8:') || plain.endsWith('.invalid')) return true
    if (/^00([:-]?)00\1[5]e\1(?:00)\1(?:53)\1[0-9a-f]{2}/.test(plain)) return true
    const digits = /^(?:host-|user-|rg-|res-|rule-|st)([0-9a-f]{10})$/.exec(plain)?.[1]
    return digits !== undefined && holds(digits, 3)
  }

  return {
    pairs,
    guid: (value) =>
      remember('guid', value, (plain) => {
        const d = guidDigits(plain)
        const digits = `${d.slice(0, 12)}4${d.slice(12, 15)}8${d.slice(15)}`
        return plain.includes('-')
          ? [
              digits.slice(0, 8),
              digits.slice(8, 12),
              digits.slice(12, 16),
              digits.slice(16, 20),
              digits.slice(20),
            ].join('-')
          : digits
      }),
    dcr: (value) => value.slice(0, 4) + remember('dcr', value.slice(4), (plain) => checked('dcr', plain, 32, 4)),
    ipv4: (value) =>
      remember('ipv4', value, (plain) => {
        const [a = 0, b = 0, c = 0, d = 0] = plain.split('.').map(Number)
        const net = digest('net', `${a}.${b}`)
        const third = octet(`${a}.${b}`, c)
        return `${240 + ((net[0] ?? 0) % 15)}.${net[1] ?? 0}.${third}.${octet(`${a}.${b}.${c}`, d)}`
      }),
    ipv6: (value) =>
      remember('ipv6', value, (plain) => {
        const groups = groupsOf(plain)
        const start = groups.slice(0, 3).join(':')
        const net = groups.slice(0, 4).join(':')
        const own = hex('interface', groups.join(':'), 16)
        return ['2001:db8', hex('site', start, 4), hex('net', net, 4), ...(own.match(/.{4}/g) ?? [])].join(':')
      }),
    mac: (value) =>
      remember('mac', value.replaceAll('-', ':'), (plain) => {
        const digits = plain.replaceAll(':', '')
        const separator = plain.includes(':') ? ':' : ''
        return ['00', '00', '5e', '00', '53', hex('mac', digits, 2)].join(separator)
      }).replaceAll(':', value.includes('-') ? '-' : ':'),
    email: (value) =>
      remember(
        'email',
        value,
        (plain) =>
          `mail-${checked('email', plain, 10, 3)}@net-${checked('domain', plain.slice(plain.indexOf('@') + 1), 10, 3)}.invalid`,
      ),
    name: (kind, value) =>
      remember(
        kind,
        value,
        (plain) => PREFIX[kind] + checked(kind, plain, 10, 3) + (kind === 'domain' ? '.invalid' : ''),
      ),
    isOwn(value) {
      const known = own.get(value)
      if (known !== undefined) return known
      if (own.size >= MEMO_MAX) own.clear()
      const answer = isMade(value)
      own.set(value, answer)
      return answer
    },
  }
}
/** Some readers compare ignoring case and some do not, so a pseudonym is spelt as its original was. */
function inCaseOf(original: string, made: string): string {
  if (!/[a-z]/.test(original) && /[A-Z]/.test(original)) return made.toUpperCase()
  return /[A-Z]/.test(original) ? made.charAt(0).toUpperCase() + made.slice(1) : made
}

/** The eight groups of an IPv6 address, without leading zeros. */
export function groupsOf(address: string): string[] {
  const [left = '', right] = address.toLowerCase().split('::')
  const before = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? [] : right.split(':')
  const zeros =
    right === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''))
}
