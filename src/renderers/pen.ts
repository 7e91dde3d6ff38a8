import { Chalk, type ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import type { HopStatus } from '../model/report.js'
import type { Severity } from '../model/rule.js'
import type { RenderOptions } from './renderer.js'
import { ascii, shortened, wrap } from './wrap.js'

/** How this terminal is written on. */
export interface Pen {
  readonly paint: ChalkInstance
  readonly width: number
  readonly unicode: boolean
  readonly verbose: boolean
  readonly marks: Readonly<Record<HopStatus, string>>
  readonly severities: Readonly<Record<Severity, string>>
  /** Text that takes at most so many columns. */
  readonly ellipsis: (text: string, max: number) => string
}

const UNICODE_MARKS: Readonly<Record<HopStatus, string>> = { ok: '✔', degraded: '▲', broken: '✖', unknown: '?' }
const ASCII_MARKS: Readonly<Record<HopStatus, string>> = {
  ok: '[ok]',
  degraded: '[!!]',
  broken: '[XX]',
  unknown: '[??]',
}

export function makePen({ color, unicode, width, verbose }: RenderOptions): Pen {
  const paint = new Chalk({ level: color ? 1 : 0 })
  const marks = unicode ? UNICODE_MARKS : ASCII_MARKS
  return {
    paint,
    width: Math.max(40, Math.min(width, 120)),
    unicode,
    verbose,
    marks,
    severities: { error: marks.broken, warning: marks.degraded, info: unicode ? '·' : '[i]' },
    ellipsis: (text, max) => shortened(text, max, unicode),
  }
}

export function colourOf(status: HopStatus, paint: ChalkInstance): ChalkInstance {
  return { ok: paint.green, degraded: paint.yellow, broken: paint.red.bold, unknown: paint.magenta }[status]
}

export function severityColour(severity: Severity, paint: ChalkInstance): ChalkInstance {
  return { error: paint.red.bold, warning: paint.yellow, info: paint.cyan }[severity]
}

export function heading(text: string, { paint }: Pen): string {
  return paint.bold(text)
}

/** A table without lines. Cells come wrapped: cli-table3 loses text when it wraps by itself. */
export function plainTable(colWidths: number[]): Table.Table {
  const none = ''
  return new Table({
    colWidths,
    style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] },
    chars: {
      ...{ top: none, 'top-mid': none, 'top-left': none, 'top-right': none },
      ...{ bottom: none, 'bottom-mid': none, 'bottom-left': none, 'bottom-right': none },
      ...{ left: none, 'left-mid': none, mid: none, 'mid-mid': none, right: none, 'right-mid': none, middle: none },
    },
  })
}

export function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

export function indented(text: string, indent: number, { width, unicode }: Pen): string {
  const blank = ' '.repeat(indent)
  return wrap(unicode ? text : ascii(text), width - indent)
    .split('\n')
    .map((line) => blank + line)
    .join('\n')
}

/** A label, then text that wraps with a hanging indent. `label` may carry colour; its visible width is taken as `indent`. */
export function hanging(label: string, text: string, indent: number, pen: Pen, fold = wrap): string {
  const [first = '', ...rest] = fold(pen.unicode ? text : ascii(text), pen.width - indent).split('\n')
  // eslint-disable-next-line no-control-regex -- colour codes have no width
  const bare = label.replaceAll(/\u001b\[[0-9;]*m/g, '')
  const gap = ' '.repeat(Math.max(1, indent - bare.length))
  return [`${label}${gap}${first}`, ...rest.map((line) => ' '.repeat(indent) + line)].join('\n')
}
