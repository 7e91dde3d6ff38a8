import { failed, parsed, type Parsed } from '../model/parsed.js'
import { readText } from './text.js'

/**
 * Reads the guest agent's HandlerState, one word without a newline:
 *
 *     Enabled
 *
 * The others are `NotInstalled`, `Installed` and `FailedUpgrade`. Any single word passes, spelt as it is; more than one
 * fails with `handler-state-not-a-word`.
 */
export function parseHandlerState(bytes: Uint8Array): Parsed<string> {
  const text = readText(bytes, 'HandlerState')
  if (!text.ok) return text
  const word = text.value.replaceAll('\0', '').trim()
  if (/^[A-Za-z]{1,40}$/.test(word)) return parsed(word)
  return failed('handler-state-not-a-word', `HandlerState should hold one word, but holds ${word.length} characters.`)
}
