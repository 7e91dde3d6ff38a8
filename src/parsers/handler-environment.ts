import { LIMITS, type ReadingLimits } from '../model/limits.js'
import { failed, parsed, type Parsed } from '../model/parsed.js'
import { arrayOf, child, isObject, parseJsonValue, rootOf, stringOf, type Segments } from './json.js'

/** Where an extension keeps its files, as the guest agent told it. */
export interface HandlerEnvironment {
  readonly name: string | null
  readonly version: string | null
  readonly logFolder: string | null
  readonly configFolder: string | null
  readonly statusFolder: string | null
  readonly heartbeatFile: string | null
  readonly eventsFolder: string | null
  /** Of the object that holds the folders. */
  readonly segments: Segments
}

/**
 * Reads HandlerEnvironment.json, an array of one or that one object alone:
 *
 *     [{"name": "…", "version": 1.0, "handlerEnvironment": {"logFolder": "/var/log/azure/…", "configFolder": "…/config", "statusFolder": "…/status", "heartbeatFile": "…/heartbeat.log"}}]
 *
 * Fails with `handler-environment-missing` when no object `handlerEnvironment` is there.
 */
export function parseHandlerEnvironment(bytes: Uint8Array, limits: ReadingLimits = LIMITS): Parsed<HandlerEnvironment> {
  const json = parseJsonValue(bytes, 'HandlerEnvironment.json', limits)
  if (!json.ok) return json
  const [root = rootOf(null)] = arrayOf(rootOf(json.value))
  const folders = child(root, 'handlerEnvironment')
  if (!isObject(folders.value)) {
    const message = 'HandlerEnvironment.json should have an object "handlerEnvironment", but has none.'
    return failed('handler-environment-missing', message)
  }
  const value = {
    name: stringOf(child(root, 'name')),
    version: stringOf(child(root, 'version')),
    logFolder: stringOf(child(folders, 'logFolder')),
    configFolder: stringOf(child(folders, 'configFolder')),
    statusFolder: stringOf(child(folders, 'statusFolder')),
    heartbeatFile: stringOf(child(folders, 'heartbeatFile')),
    eventsFolder: stringOf(child(folders, 'eventsFolder')) ?? stringOf(child(folders, 'eventsFolder_preview')),
    segments: folders.segments,
  }
  return parsed(value, json.problems)
}
