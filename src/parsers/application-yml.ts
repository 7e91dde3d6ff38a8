import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import { readText } from './text.js'

/** One value of the file with the keys that lead to it. */
export interface YmlSetting {
  readonly keys: readonly string[]
  readonly value: string | number | boolean | null
  readonly line: number
  readonly text: string
}

/** The Change Tracking agent's own settings. `component`: `application` is the agent itself, then `handler`, `watcher`. */
export interface ApplicationYml {
  readonly logs: readonly {
    readonly component: string
    readonly level: YmlSetting | null
    readonly directory: YmlSetting | null
    readonly file: YmlSetting | null
  }[]
  /** `on`: the flag reads as true; null when it says neither. */
  readonly debugLogs: { readonly on: boolean | null; readonly setting: YmlSetting } | null
  /** Every key that ends in `SocketPath`. */
  readonly socketPaths: readonly YmlSetting[]
  /** Seconds between two looks at the rule. */
  readonly dataPullFrequency: YmlSetting | null
  /** Anything that names a TCP port: a key that ends in `port`, or an address with one. */
  readonly ports: readonly { readonly port: number; readonly setting: YmlSetting }[]
  /** All values in file order, the ones above and those nobody knows. */
  readonly settings: readonly YmlSetting[]
}

/** The library compares every key of a map with every other one. */
const BYTES_MAX = 64 * 1024
/** One bad line can make every later one look bad. */
const FAULTS_MAX = 20

/**
 * Reads application.yml, in short
 *
 *     application:
 *       debugport: 2121
 *       enabledebuglogs: false
 *       iSocketPath: '@CAgentStream_CloudAgentInfo_config_default_fluent.socket'
 *       log:
 *         filename: cta_linux_agent.log
 *         level: INFO
 *     watcher:
 *       log: {filename: cta_linux_watcher.log, level: INFO}
 *
 * Keys match ignoring case. A faulty spot is a problem (`yaml-fault`) and the rest is read. Fails with `yaml-not-a-map`,
 * `yaml-too-large` or `yaml-too-deep`.
 */
export function parseApplicationYml(bytes: Uint8Array): Parsed<ApplicationYml> {
  if (bytes.length > BYTES_MAX) {
    const message = `application.yml should have a few hundred bytes, but has ${bytes.length}.`
    return failed('yaml-too-large', message)
  }
  const text = readText(bytes, 'application.yml')
  if (!text.ok) return text
  try {
    return readDocument(text.value)
  } catch {
    return tooDeep()
  }
}

function tooDeep(): Parsed<never> {
  return failed('yaml-too-deep', 'application.yml should nest a few levels, but nests more than the stack can follow.')
}

function readDocument(text: string): Parsed<ApplicationYml> {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' })
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return tooDeep()
  const lines = text.split(/\r?\n/)
  const problems = document.errors.slice(0, FAULTS_MAX).map((error): Problem => {
    const { line } = lineCounter.linePos(error.pos[0])
    const message = `application.yml should be YAML, but line ${line} is faulty: ${error.code}.`
    return { code: 'yaml-fault', message, at: { kind: 'line', line } }
  })
  if (!isMap(document.contents)) {
    const [first] = problems
    const message = 'application.yml should hold keys and values, but holds something else.'
    return first === undefined ? failed('yaml-not-a-map', message) : failed('yaml-not-a-map', message, first.at)
  }

  const settings: YmlSetting[] = []
  collect(document.contents, [])
  return parsed(readSettings(settings), problems)

  /** Aliases are not followed: the file has none, and a few lines of them can stand for gigabytes. */
  function collect(node: unknown, keys: readonly string[]): void {
    if (isMap(node)) {
      for (const { key, value } of node.items) collect(value ?? key, [...keys, isScalar(key) ? String(key.value) : '?'])
    } else if (isSeq(node)) node.items.forEach((item, index) => collect(item, [...keys, String(index)]))
    else if (isScalar(node) && node.range) {
      const { line } = lineCounter.linePos(node.range[0])
      settings.push({ keys, value: plain(node.value), line, text: lines[line - 1] ?? '' })
    }
  }
}

function readSettings(settings: readonly YmlSetting[]): ApplicationYml {
  const components = [
    ...new Set(settings.filter((s) => endsIn(s, 'log', s.keys.at(-1) ?? '')).map((s) => s.keys[0] ?? '')),
  ]
  const debug = settings.find((setting) => endsIn(setting, 'enabledebuglogs'))
  return {
    logs: components.map((component) => {
      const own = settings.filter(({ keys }) => keys[0] === component)
      const pick = (key: string): YmlSetting | null => own.find((setting) => endsIn(setting, 'log', key)) ?? null
      return { component, level: pick('level'), directory: pick('filedir'), file: pick('filename') }
    }),
    debugLogs: debug === undefined ? null : { on: truth(debug.value), setting: debug },
    socketPaths: settings.filter(({ keys }) => /SocketPath$/i.test(keys.at(-1) ?? '')),
    dataPullFrequency: settings.find((setting) => endsIn(setting, 'datapullfrequency')) ?? null,
    ports: settings.flatMap((setting) => {
      const port = portOf(setting)
      return port === null ? [] : [{ port, setting }]
    }),
    settings,
  }
}

function endsIn({ keys }: YmlSetting, ...names: readonly string[]): boolean {
  const tail = keys.slice(-names.length)
  return tail.length === names.length && tail.every((key, index) => key.toLowerCase() === names[index]?.toLowerCase())
}

/** The agent reads YAML as Go does, for which `yes` and `on` are true as well. */
function truth(value: YmlSetting['value']): boolean | null {
  const word = String(value).toLowerCase()
  return ['true', 'yes', 'on'].includes(word) ? true : ['false', 'no', 'off'].includes(word) ? false : null
}

function portOf({ keys, value }: YmlSetting): number | null {
  const named = /port$/i.test(keys.at(-1) ?? '') ? /^\d{1,5}$/.exec(String(value))?.[0] : undefined
  const digits = named ?? (typeof value === 'string' ? /^\S{0,253}:(\d{1,5})(?:\/|$)/.exec(value)?.[1] : undefined)
  const port = Number(digits ?? 0)
  return port >= 1 && port <= 65535 ? port : null
}

function plain(value: unknown): YmlSetting['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}
