import { Flags } from '@oclif/core'
import { LIMITS } from '../model/limits.js'
import { FAIL_ON } from './exit-code.js'
import { FORMATS } from './output.js'

/** One value each time, so that an input can follow. */
export const repeatable = { multiple: true, multipleNonGreedy: true } as const

/** Flags shared by every command that reports. */
export const reportFlags = {
  format: Flags.string({ description: 'output format', options: [...FORMATS], default: 'terminal' }),
  json: Flags.boolean({ description: 'the same as --format json' }),
  output: Flags.string({ char: 'o', description: 'write the report to this file instead of standard output' }),
  report: Flags.string({
    description: 'write a report to a file as well, as FORMAT=FILE',
    ...repeatable,
    default: [],
  }),
  'fail-on': Flags.string({
    description: 'least severity of a finding that makes the exit code 3',
    options: [...FAIL_ON],
    default: 'error',
  }),
  only: Flags.string({
    description: 'only these rules: ids, names or globs such as CT7*',
    ...repeatable,
    delimiter: ',',
    default: [],
  }),
  skip: Flags.string({ description: 'all rules but these', ...repeatable, delimiter: ',', default: [] }),
  suppress: Flags.string({
    description: 'show a finding but do not count it: RULE, or RULE=SUBJECT with globs, such as CT1012=dcr-*',
    ...repeatable,
    default: [],
  }),
  suppressions: Flags.string({
    description: 'the same from a file, with reasons and expiry dates (docs/formats.md)',
    ...repeatable,
    default: [],
  }),
  'as-of': Flags.string({ description: 'judge ages against this time (ISO 8601) instead of the bundle’s own' }),
  verbose: Flags.boolean({ char: 'v', description: 'also show rules that passed or do not apply' }),
  color: Flags.boolean({ description: 'colour, where the terminal takes it', allowNo: true, default: true }),
  width: Flags.integer({ description: 'columns of the terminal report', min: 40 }),
  limit: Flags.string({
    description: `set a bound on what an input may cost, as KEY=NUMBER with K, M or G: ${Object.keys(LIMITS).join(', ')}`,
    ...repeatable,
    delimiter: ',',
    default: [],
  }),
}

/** Flags of the commands that report on one state of a machine. */
export const stateFlags = {
  ...reportFlags,
  baseline: Flags.string({
    description: 'an earlier report, in JSON or SARIF: SARIF then says what is new, unchanged, updated or absent',
  }),
}
