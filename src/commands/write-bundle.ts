import { analyzeSource, assembleReport, type AnalyzeOptions } from '../engine/analyze.js'
import type { EntryPath } from '../model/locator.js'
import type { Manifest } from '../model/manifest.js'
import type { Report } from '../model/report.js'
import { iso } from '../model/time.js'
import { publishProven, type Leak } from '../redaction/index.js'
import type { ArchiveWriter } from '../sinks/archive.js'
import { inMemory, wholeOf } from '../sources/spool.js'
import { catalogue } from './catalogue.js'
import { learn, pack, type PackOptions } from './pack.js'

/** `interrupted` and `leaking` are not published. */
export type BundleOutcome =
  | { readonly outcome: 'written'; readonly manifest: Manifest; readonly bytes: number }
  | { readonly outcome: 'leaking'; readonly leaks: readonly [Leak, ...Leak[]] }
  | { readonly outcome: 'interrupted' }

/**
 * Packs a machine, cleaned, with the analysis of exactly what was packed, and publishes the archive once nothing is found in it
 * that must not be there.
 */
export async function writeBundle(
  archive: ArchiveWriter,
  options: PackOptions & AnalyzeOptions,
): Promise<BundleOutcome> {
  const { top, startedAt, redactor, signal, version, live } = options
  await learn(options)
  const packing = pack(archive, options)
  const report = assembleReport([await analyzeSource(packing.source, catalogue, options)], [], startedAt, options)
  // Another machine's tree was not taken now, but when its own files say.
  const takenAt = live === true ? iso(startedAt) : (report.hosts[0]?.asOf.time ?? iso(startedAt))
  const manifest: Manifest = { tool: { name: 'ct-diag', version }, takenAt, ...packing.contents() }
  const add = (name: EntryPath, text: string): Promise<void> => {
    const bytes = Buffer.from(text)
    const content = wholeOf(inMemory(bytes))
    return archive.addFile({ path: `${top}/${name}`, size: bytes.length, mtime: startedAt, content })
  }
  await add('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`)
  for (const [name, text] of await rendered(report)) await add(name, text)

  const proof = await publishProven(archive, redactor, signal)
  return proof.outcome === 'written' ? { ...proof, manifest } : proof
}

async function rendered(report: Report): Promise<[name: EntryPath, text: string][]> {
  const [{ json }, { terminal }] = await Promise.all([
    import('../renderers/json.js'),
    import('../renderers/terminal.js'),
  ])
  const options = { color: false, unicode: true, width: 80, verbose: true }
  return [
    ['report.json', [...json(report)].join('')],
    ['report.txt', terminal(report, options)],
  ]
}
