/** Linux knows no longer path. */
export const NAME_MAX = 4096

/**
 * The name of an archive member as a map key: `/`-separated, without `.` parts and leading slash, NFC.
 * Undefined for a name that must not be trusted: a `..` part, a NUL or another control character,
 * more than 4096 characters, or nothing left.
 */
export function entryPath(name: string): string | undefined {
  if (name.length > NAME_MAX) return undefined
  const parts: string[] = []
  for (const part of name.normalize('NFC').replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue
    // eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
    if (part === '..' || /[\u0000-\u001f\u007f-\u009f]/.test(part)) return undefined
    parts.push(part)
  }
  return parts.length === 0 ? undefined : parts.join('/')
}
