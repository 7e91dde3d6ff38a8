import { toBeValidSarifLog } from '@microsoft/jest-sarif'
import { parse } from 'csv-parse/sync'
import MarkdownIt from 'markdown-it'
import type { Log, Run } from 'sarif'
import { SaxesParser } from 'saxes'
import type { HostReport, Report } from '../../src/model/report.js'
import { expectValidLine } from './schema.js'

expect.extend({ toBeValidSarifLog })

/** Each reads a document as a program would that knows nothing of ct-diag, and fails where it is none. */
export function readSarif(text: string): Run {
  const log = JSON.parse(text) as Log
  expect(log).toBeValidSarifLog()
  const [run, ...others] = log.runs
  if (run === undefined || others.length > 0) throw new Error(`Expected one run, found ${log.runs.length}`)
  return run
}

export function readCsv(text: string): Record<string, string>[] {
  return parse(text, { columns: true, relax_column_count: false, record_delimiter: '\r\n' })
}

/** A host, or an input without one. */
export type Line = Partial<HostReport> & Pick<Report, 'problems'> & { readonly host: string | null }

export function readNdjson(text: string): Line[] {
  expect(text.endsWith('\n')).toBe(true)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const told = JSON.parse(line) as Line
      expectValidLine(told)
      return told
    })
}

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

export function readXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: { ...attributes }, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (words) => {
    const current = open.at(-1)
    if (current !== undefined) current.text += words
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(text).close()
  const [only, ...others] = root.children
  if (only === undefined || others.length > 0) throw new Error('Expected one element at the top')
  return only
}

/** What servers that read JUnit's XML agree on: elements in this order, with these attributes, and figures that add up. */
const JUNIT: Readonly<
  Record<string, { children: readonly string[]; needs: readonly string[]; may: readonly string[] }>
> = {
  testsuites: { children: ['testsuite'], needs: ['name', 'tests', 'failures', 'errors', 'time'], may: [] },
  testsuite: {
    children: ['properties', 'testcase', 'system-err'],
    needs: ['name', 'tests', 'failures', 'errors', 'skipped', 'time', 'timestamp', 'hostname'],
    may: [],
  },
  properties: { children: ['property'], needs: [], may: [] },
  property: { children: [], needs: ['name', 'value'], may: [] },
  testcase: { children: ['skipped', 'error', 'failure', 'system-out'], needs: ['name', 'classname', 'time'], may: [] },
  skipped: { children: [], needs: [], may: [] },
  error: { children: [], needs: ['message', 'type'], may: [] },
  failure: { children: [], needs: ['message', 'type'], may: [] },
  'system-out': { children: [], needs: [], may: [] },
  'system-err': { children: [], needs: [], may: [] },
}

export function readJunit(text: string): Element {
  const root = readXml(text)
  expect(root.name).toBe('testsuites')
  const visit = (element: Element): void => {
    const form = JUNIT[element.name]
    if (form === undefined) throw new Error(`JUnit has no element ${element.name}`)
    expect(Object.keys(element.attributes).toSorted()).toEqual([...form.needs].toSorted())
    const order = element.children.map(({ name }) => form.children.indexOf(name))
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    if (element.name === 'properties') expect(element.children.length).toBeGreaterThan(0)
    if (element.name === 'testsuite') {
      const cases = element.children.filter(({ name }) => name === 'testcase')
      const having = (what: string): string =>
        String(cases.filter(({ children }) => children.some(({ name }) => name === what)).length)
      expect(element.attributes).toMatchObject({
        tests: String(cases.length),
        failures: having('failure'),
        errors: having('error'),
        skipped: having('skipped'),
      })
      expect(element.attributes['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    }
    element.children.forEach(visit)
  }
  visit(root)
  for (const figure of ['tests', 'failures', 'errors']) {
    const sum = root.children.reduce((total, { attributes }) => total + Number(attributes[figure]), 0)
    expect(root.attributes[figure]).toBe(String(sum))
  }
  return root
}

/** As a ticket system with everything switched on: HTML passes, addresses become links, tables are tables. */
const reader = new MarkdownIt({ html: true, linkify: true })

export interface Reading {
  /** Types of all blocks, in order. */
  readonly blocks: readonly string[]
  /** Types of what is in their lines. */
  readonly inside: ReadonlySet<string>
  /** What a person reads, block by block. */
  readonly texts: readonly string[]
}

export function readMarkdown(text: string): Reading {
  const tokens = reader.parse(text, {})
  const lines = tokens.filter(({ type }) => type === 'inline')
  return {
    blocks: tokens.map(({ type }) => type),
    inside: new Set(lines.flatMap(({ children }) => (children ?? []).map(({ type }) => type))),
    texts: lines.map(({ children }) => (children ?? []).map(({ content }) => content).join('')),
  }
}
