import { Chalk, type ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import wrapAnsi from 'wrap-ansi'
import type { Rule } from '../model/rule.js'
import type { RenderOptions } from './renderer.js'
import { fold } from './wrap.js'

/** Columns that names and titles need at least. */
const REST_MIN = 24

/** The catalogue as a table: id, severity, hop, name and title. Where there is no room for one, as blocks. */
export function ruleTable(rules: readonly Rule[], { color, unicode, width }: RenderOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 })
  const fixed = [8, 10, 12] as const
  const rest = Math.min(width, 120) - fixed[0] - fixed[1] - fixed[2] - 5
  // Of a column of three letters nobody reads a title.
  if (rest < REST_MIN) return rules.map((rule) => block(rule, paint, width)).join('\n')
  const ascii = {
    mid: '-',
    'left-mid': '+',
    'mid-mid': '+',
    'right-mid': '+',
    top: '-',
    'top-mid': '+',
    'top-left': '+',
    'top-right': '+',
  }
  const asciiRest = {
    bottom: '-',
    'bottom-mid': '+',
    'bottom-left': '+',
    'bottom-right': '+',
    left: '|',
    right: '|',
    middle: '|',
  }
  const table = new Table({
    head: ['id', 'severity', 'hop', 'rule'],
    colWidths: [...fixed, rest],
    style: { head: color ? ['bold'] : [], border: [] },
    ...(unicode ? {} : { chars: { ...ascii, ...asciiRest } }),
  })
  for (const { id, severity, group, name, title } of rules) {
    const text = wrapAnsi(`${paint.bold(name)}\n${title}`, rest - 2, { hard: true })
    table.push([id, severity, group, text])
  }
  return `${table.toString()}\n`
}

function block({ id, severity, group, name, title }: Rule, paint: ChalkInstance, width: number): string {
  const texts = [paint.bold(name), title].map((text) => fold(text, 2, width))
  return `${[`${id}  ${severity}  ${group}`, ...texts].join('\n')}\n`
}
