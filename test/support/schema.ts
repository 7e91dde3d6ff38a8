import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const schema: unknown = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'report.schema.json'), 'utf8'))
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).addSchema(schema as object, 'report')

function expectMatch(part: string, value: unknown): void {
  const validate = ajv.getSchema(part)
  if (validate === undefined) throw new Error(`The schema has no ${part}`)
  // What a reader of the JSON gets, not what lies in memory.
  if (validate(JSON.parse(JSON.stringify(value))) !== true) throw new Error(JSON.stringify(validate.errors, null, 2))
}

/** Fails with every place at which the report leaves its schema. */
export function expectValid(report: unknown): void {
  expectMatch('report', report)
}

/** The same for a line of ndjson. */
export function expectValidLine(line: unknown): void {
  expectMatch('report#/$defs/line', line)
}
