import { Chalk, type ChalkInstance } from 'chalk'
import { duration } from '../model/time.js'
import { counted } from '../model/count.js'
import type { ClockSkew, TimelineEvent, TimelineHead, TimelineHost, TimelineLog } from '../model/timeline.js'
import { CLOCK } from './clock-words.js'
import { visible } from './escape.js'
import type { RenderOptions } from './renderer.js'
import { ascii, columnsOf, shortened, wrap } from './wrap.js'

const LABEL = 10
/** Time and hop. */
const FIXED = 21
const SOURCE_MAX = 24
/** Narrower, the source stands behind the text. */
const TEXT_MIN = 30

/** Which hosts, which logs, and how their clocks differ: what a reader has to know before the first event. */
export function timelineHead(head: TimelineHead, options: RenderOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 })
  const row = (label: string, text: string): string =>
    `${paint.dim(label.padEnd(LABEL))}${hanging(visible(text), LABEL, options.width)}`
  const window =
    head.windowSeconds === null ? 'everything' : `the last ${duration(head.windowSeconds * 1000)} before that`
  const only = head.only === null ? '' : `; only ${head.only.join(', ')}`
  const lines = [
    paint.bold(`ct-diag ${head.tool.version}`),
    ...(head.input === null ? [] : [row('Input', head.input.name)]),
  ]
  for (const host of head.hosts)
    lines.push(
      row('Host', `${host.host}${host.root === '' ? '' : ` (below ${host.root})`}`),
      row('As of', `${host.asOf.time} (${CLOCK[host.asOf.source]})`),
      row('Window', `${window}${only}`),
      ...host.logs.map((log, index) => row(index === 0 ? 'Logs' : '', spanOf(log))),
      ...clocks(host).map((text, index) => row(index === 0 ? 'Clocks' : '', text)),
    )
  if (head.interrupted) lines.push(row('', 'Interrupted: the input was not read to its end.'))
  const text = `${lines.join('\n')}\n`
  return options.unicode ? text : ascii(text)
}

function spanOf({ source, first, last, lines }: TimelineLog): string {
  if (lines === 0) return `${source}: empty`
  const span = first === null || last === null ? 'no line with a full date' : `${first} to ${last}`
  return `${source}: ${span}, ${counted(lines, 'line')}`
}

/** One sentence for all logs of which the same is known. */
function clocks({ logs }: TimelineHost): string[] {
  const sentences = new Map<string, string[]>()
  for (const log of logs) {
    const against = logs.find(({ path }) => path === log.skew?.against)?.source
    const sentence = skewSentence(log.skew, against ?? log.skew?.against ?? '')
    sentences.set(sentence, [...(sentences.get(sentence) ?? []), log.source])
  }
  return [...sentences].map(([sentence, names]) => `${names.join(', ')}: ${sentence}`)
}

function skewSentence(skew: ClockSkew | null, against: string): string {
  if (skew === null) return 'cannot be told'
  const { how, seconds } = skew
  const by = duration(Math.abs(seconds) * 1000)
  switch (how) {
    case 'file-time':
      return seconds === 0 ? 'the same as the file’s time' : `${by} ahead of the file’s time`
    case 'same-event':
      return seconds === 0
        ? `the same as ${against}, by the same command`
        : `${by} ${seconds > 0 ? 'ahead of' : 'behind'} ${against}, by the same command`
    case 'zone':
      return `local time${seconds === 0 ? ', which is UTC' : `, ${by} ${seconds > 0 ? 'ahead of' : 'behind'} UTC and shown in UTC`}, by the file’s time`
    case 'backwards':
      return `was set back by ${by} while it was written`
    case 'bundle-time':
      return `at least ${by} ahead of the time this bundle was taken`
  }
}

/** One event, in as few lines as the width allows. Days are headings. */
export function timelineLines(head: TimelineHead, options: RenderOptions): (event: TimelineEvent) => string {
  const paint = new Chalk({ level: options.color ? 1 : 0 })
  const several = head.hosts.length > 1
  const wanted = head.hosts.flatMap(({ host, logs }) =>
    logs.map(({ source, lines }) => columnsOf(visible(sourceOf({ host, source, line: lines }, several)))),
  )
  const widest = Math.min(
    SOURCE_MAX,
    wanted.reduce((most, one) => Math.max(most, one), 0),
  )
  const column = options.width - FIXED - widest - 1 >= TEXT_MIN ? widest : 0
  const indent = FIXED + (column === 0 ? 0 : column + 1)
  let day = ''
  return (event) => {
    const heading = event.time.slice(0, 10) === day ? '' : `\n${paint.bold(`${event.time.slice(0, 10)} UTC`)}\n`
    day = event.time.slice(0, 10)
    const source = sourceOf(event, several)
    const text = `${sentence(event, options.unicode)}${column === 0 ? ` (${visible(source)})` : ''}`
    const front = [
      `${event.time.slice(11, 19)}${event.local ? '~' : ' '}`,
      event.hop.padEnd(FIXED - 11),
      ...(column === 0 ? [] : [paint.dim(padded(shortened(source, column, options.unicode), column))]),
    ].join(' ')
    const body = colour(event, paint)(hanging(visible(text), indent, options.width))
    const lines = `${heading}${front} ${body}\n`
    return options.unicode ? lines : ascii(lines)
  }
}

function padded(text: string, column: number): string {
  return text + ' '.repeat(Math.max(0, column - columnsOf(text)))
}

function sourceOf({ host, source, line }: Pick<TimelineEvent, 'host' | 'source' | 'line'>, several: boolean): string {
  return `${several ? `${host} ` : ''}${source}${line === null ? '' : `:${line}`}`
}

function sentence({ mark, text, count, time, until, amount }: TimelineEvent, unicode: boolean): string {
  const notes: string[] = []
  if (count > 1) notes.push(`${unicode ? '×' : 'x'} ${count}`)
  if (until !== null) notes.push(`until ${until.slice(0, 10) === time.slice(0, 10) ? until.slice(11, 19) : until}`)
  const range = amount !== null && amount.least !== amount.most ? `; from ${amount.least} to ${amount.most}` : ''
  return `${mark === null ? '' : `${mark}: `}${text}${notes.length === 0 ? '' : ` (${notes.join(' ')}${range})`}`
}

function colour({ mark }: TimelineEvent, paint: ChalkInstance): (text: string) => string {
  if (mark === null) return (text) => text
  return { error: paint.red, warning: paint.yellow, restart: paint.cyan, gap: paint.magenta }[mark]
}

function hanging(text: string, indent: number, width: number): string {
  return wrap(text, Math.max(10, width - indent)).replaceAll('\n', `\n${' '.repeat(indent)}`)
}
