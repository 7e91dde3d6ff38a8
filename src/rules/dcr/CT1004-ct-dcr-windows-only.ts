import { configChunk } from '../../artifacts/dcr.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { atEntry, atJson, baseName, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { ctDataSources, ctExtensions, type ConfigChunk } from '../../parsers/config-chunk.js'
import { LINKS } from '../../knowledge/links.js'

export const ctDcrWindowsOnly = rule({
  id: 'CT1004',
  name: 'ct-dcr-windows-only',
  title: 'The Change Tracking rule has settings for Windows only',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for Change Tracking rules that name ChangeTracking-Windows and none that names ChangeTracking-Linux.',
    why: 'On Linux only the ChangeTracking-Linux part of a rule counts. A rule without it gives the agent nothing to do.',
    how: 'Reads every file in `configchunks`. A rule with both parts is normal: the usual rule serves both systems.',
    limits: 'When a file of the cache cannot be read, that one could hold the Linux part; the answer is then unknown.',
    fix: [
      'Add the data source for Linux (extension ChangeTracking-Linux, streams ConfigurationChangeV2 and ConfigurationData) to the rule, or associate the machine with a rule that has it.',
      'Wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
    ],
    proof: `${COMMANDS.findCtChunks} names exactly one file.`,
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT3001', 'CT5001', 'CT5002', 'CT6001'],
  *check({ cache }) {
    const [first, ...others] = cache.windowsOnly
    if (cache.ctDcrs.length > 0 || first === undefined) return
    const [broken] = cache.unreadable
    if (broken !== undefined) {
      yield unknown(`${broken.path} cannot be read and could hold the settings for Linux.`, [configChunk])
      return
    }
    yield finding({
      subject: 'ChangeTracking-Linux',
      message: `The Change Tracking rule in ${baseName(first.path)} carries ChangeTracking-Windows only; this machine needs ChangeTracking-Linux.`,
      evidence: [atWindows(first), ...others.map(atWindows)],
      onlyIfWhole: true,
    })
  },
})

function atWindows({ path, chunk }: { readonly path: string; readonly chunk: ConfigChunk }): Locator {
  const part = ctExtensions(chunk, 'Windows')[0] ?? ctDataSources(chunk, 'Windows')[0]
  return part === undefined ? atEntry(path) : atJson(path, part.segments, { id: part.id })
}
