import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { catalogue } from '../../src/commands/catalogue.js'
import { analyzeSource, assembleReport } from '../../src/engine/analyze.js'
import type { Report } from '../../src/model/report.js'
import { openSource } from '../../src/sources/open.js'
import { OPTIONS } from '../support/analyze.js'
import { scratch, tarOf } from '../support/archives.js'
import { HostTree } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'
import { expectValid } from '../support/schema.js'

const folder = scratch()
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 60)

let seed = 20260110
function random(below: number): number {
  seed = (seed * 1103515245 + 12345) % 2 ** 31
  return seed % below
}

async function analyze(bytes: Uint8Array): Promise<Report> {
  const file = join(folder, 'fuzzed')
  writeFileSync(file, bytes)
  const result = await analyzeSource(await openSource(file), catalogue, OPTIONS)
  const report = assembleReport([result], [], 0, OPTIONS)
  expectValid(report)
  // A rule that crashes is a bug of ours, whatever the input.
  for (const { outcomes } of report.hosts) expect(outcomes.filter(({ status }) => status === 'error')).toEqual([])
  return report
}

/** The sample without its filler, so that flips hit what matters. */
async function sample(name: keyof typeof SAMPLES): Promise<Uint8Array> {
  const small = [...SAMPLES[name]().entries].filter(([path]) => !/dpkg\/status/.test(path))
  return tarOf(new HostTree(new Map(small)).entries)
}

test.each(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[])('flipped bytes of a tar of %s', async (name) => {
  const original = await sample(name)
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = new Uint8Array(original)
    for (let flips = 1 + random(200); flips > 0; flips--) bytes[random(bytes.length)] = random(256)
    await analyze(bytes)
  }
})

test('flipped bytes and cuts of a tar.gz', async () => {
  const original = gzipSync(await sample('two-dcrs'))
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = new Uint8Array(
      original.subarray(0, round % 2 === 0 ? original.length : 20 + random(original.length - 20)),
    )
    for (let flips = random(4); flips > 0; flips--) bytes[20 + random(bytes.length - 20)] = random(256)
    await analyze(bytes)
  }
})

test('members swapped with each other', async () => {
  const entries = [...SAMPLES['two-dcrs']().entries]
  for (let round = 0; round < ROUNDS / 2; round++) {
    const swapped = entries.map(([path]): [string, (typeof entries)[number][1]] => [
      path,
      entries[random(entries.length)]?.[1] ?? { content: '' },
    ])
    await analyze(await tarOf(new Map(swapped)))
  }
})
