import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readText } from './text.js'

/**
 * Reads `/etc/hostname`, one name on a line; comments and blank lines may come before it:
 *
 *     vm-01
 *
 * Fails with `hostname-odd` when the line is no host name.
 */
export function parseHostname(bytes: Uint8Array): Parsed<string> {
  const text = readText(bytes, 'The host name file')
  if (!text.ok) return text
  const lines = text.value.split(/[\r\n]+/).map((line) => line.trim())
  const name = lines.find((line) => line !== '' && !line.startsWith('#')) ?? ''
  if (/^[A-Za-z0-9_][\w.-]{0,252}$/.test(name)) return parsed(name)
  return failed(
    'hostname-odd',
    `The host name file should hold a host name, but holds ${name.length} other characters.`,
  )
}
