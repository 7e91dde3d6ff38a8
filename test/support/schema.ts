import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const schema: unknown = JSON.parse(readFileSync(join(__dirname, '..', '..', 'docs', 'report.schema.json'), 'utf8'))
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema as object)

/** Fails with every place at which the report leaves its schema. */
export function expectValid(report: unknown): void {
  // What a reader of the JSON gets, not what lies in memory.
  if (!validate(JSON.parse(JSON.stringify(report)))) throw new Error(JSON.stringify(validate.errors, null, 2))
}
