import { writeFileSync } from 'node:fs'
import { catalogue } from '../../src/commands/catalogue.js'
import { EXIT, exitCode } from '../../src/commands/exit-code.js'
import { analyzeSource, assembleReport } from '../../src/engine/analyze.js'
import { InputRefused, openSource } from '../../src/sources/open.js'
import { OPTIONS } from './analyze.js'
import { expectValid } from './schema.js'

/** Numbers that are the same in every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

/** Analyses one file in this process, checks the report, and gives the exit code that the program would have. */
export async function exitOf(file: string): Promise<number> {
  try {
    const result = await analyzeSource(await openSource(file), catalogue, OPTIONS)
    const report = assembleReport([result], [], 0, OPTIONS)
    expectValid(report)
    // A rule that crashes is a bug of ours, whatever the input; so is a parser that throws.
    for (const { outcomes } of report.hosts) expect(outcomes.filter(({ status }) => status === 'error')).toEqual([])
    expect(report.problems.filter(({ code }) => code === 'parser-failed')).toEqual([])
    return exitCode(report, 0, 'error')
  } catch (error) {
    if (error instanceof InputRefused) return EXIT.refused
    throw error
  }
}

/** Flips bytes, and cuts now and then. */
export function damaged(original: Uint8Array, random: (below: number) => number): Uint8Array {
  const end = random(4) === 0 ? 1 + random(original.length) : original.length
  const bytes = Uint8Array.from(original.subarray(0, end))
  for (let flips = 1 + random(8); flips > 0; flips--) bytes[random(bytes.length)] = random(256)
  return bytes
}

export async function exitOfBytes(bytes: Uint8Array, file: string): Promise<number> {
  writeFileSync(file, bytes)
  return exitOf(file)
}
