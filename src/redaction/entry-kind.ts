import type { EntryPath } from '../model/locator.js'

/**
 * What may happen to an entry, by its name: `keys` never leave, `sealed` keeps its name and loses its content, `rows` keeps its
 * size too, `database` is rewritten, `content` is looked at.
 */
export type EntryClass =
  { readonly is: 'keys' | 'sealed'; readonly why: string } | { readonly is: 'rows' | 'database' | 'content' }

const KEYS =
  /(?:^|\/)(?:[^/]*\.(?:prv|pem|p12|pfx|key|jks|kdbx|keytab)|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|ssh_host_[^/]*_key|proc\/[^/]+\/environ|etc\/g?shadow-?|\.netrc|\.git-credentials|\.pgpass)$/i
const ENVIRONMENT = /(?:^|\/)[^/]*_environ(?:\.txt)?$/i
const PROVISIONING =
  /(?:^|\/)(?:ovf-env\.xml|var\/lib\/cloud\/.+|user-data[^/]*|cloud-config[^/]*|cloud-init[^/]*\.(?:ya?ml|cfg|json)|customdata[^/]*|managedidentity-[^/]*\.json)$/i
const ROWS = /(?:^|\/)azuremonitoragent\/events\/.+/
const DATABASE = /(?:^|\/)changetracking[^/]*\.db$/i

export function entryClass(path: EntryPath): EntryClass {
  const plain = path.replace(/\.gz$/i, '')
  if (KEYS.test(plain)) return { is: 'keys', why: 'Keys and passwords are never passed on' }
  if (ENVIRONMENT.test(plain)) return { is: 'sealed', why: 'the environment of a process' }
  if (PROVISIONING.test(plain)) return { is: 'sealed', why: 'what the machine was set up with' }
  if (ROWS.test(path)) return { is: 'rows' }
  return { is: DATABASE.test(path) ? 'database' : 'content' }
}

/** Why bytes cannot be cleaned; null for text. A log may hold blocks of NUL bytes after a crash. */
export function binaryKind(head: Uint8Array): string | null {
  for (const [magic, what] of MAGIC) if (magic.every((byte, index) => head[index] === byte)) return what
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return null
  let odd = 0
  let nuls = 0
  for (const byte of head) {
    if (byte === 0) nuls += 1
    else {
      // A NUL or a few are numbers, many in a row are a hole.
      if (nuls > 0 && nuls < 16) return 'It is binary'
      nuls = 0
      if (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) odd += 1
    }
  }
  return odd * 50 > head.length ? 'It is binary' : null
}

const MAGIC: readonly (readonly [magic: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'It is an archive inside the input'],
  [[0x50, 0x4b, 0x05, 0x06], 'It is an archive inside the input'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'It is compressed with xz'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'It is compressed with zstd'],
  [[0x42, 0x5a, 0x68], 'It is compressed with bzip2'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'It is an archive inside the input'],
  [[0x7f, 0x45, 0x4c, 0x46], 'It is a program'],
]

/** A tar header says so from byte 257 on. */
export function isTar(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar'
}
