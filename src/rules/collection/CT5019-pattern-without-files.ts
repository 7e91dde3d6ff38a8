import { fileJson } from '../../artifacts/collection.js'
import { configChunk } from '../../artifacts/dcr.js'
import { configCache } from '../../facts/ct-dcrs.js'
import type { PathPattern } from '../../facts/path-pattern.js'
import { isOlder, trackedFiles } from '../../facts/tracked-files.js'
import { trackedPaths } from '../../facts/tracked-paths.js'
import { LIMITS } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

export const patternWithoutFiles = rule({
  id: 'CT5019',
  name: 'pattern-without-files',
  title: 'A tracked path reaches no file',
  group: 'collection',
  severity: 'info',
  confidence: 'likely',
  docs: {
    what: 'Compares each enabled path of the rule with the files of the agent’s last run.',
    why: 'Whoever entered the path expects files to be tracked there. None is.',
    how: 'Fires when no file of File.json, else of the database, lies where the path looks, in either spelling of wildcards. The list must be whole, newer than the rule, not empty, and below the limit of 500 files. With several rules only one is followed, so nothing is concluded. Patterns that cannot be understood are left open.',
    limits: 'It is no fault when there is no such file on this machine: one rule serves many.',
    fix: [
      'Look on the machine: `sudo ls -l FOLDER`.',
      'A wildcard belongs into the last part of the path only; folders on NFS are not supported; sub-folders need `recurse`.',
      'Correct the path in the rule, or disable the entry.',
    ],
    proof: 'After the next file run File.json names a file below that path.',
    links: [LINKS.overview],
  },
  needs: { cache: configCache, paths: trackedPaths },
  optional: { files: trackedFiles },
  *check({ cache, paths, files }) {
    if (paths.all.length === 0) {
      yield notApplicable('No cached rule has an enabled tracked path.')
      return
    }
    if (files == null) {
      yield unknown('Neither File.json nor a database with tracked files is in the input.', [fileJson])
      return
    }
    if (files.files.length === 0 && !files.partial) return
    const told = new Set<string>()
    const sorted = files.files.map(({ record }) => record.path).toSorted((a, b) => (a < b ? -1 : 1))
    for (const { path, pattern, at } of paths.all) {
      if (told.has(path) || reachesAny(pattern, sorted)) continue
      told.add(path)
      if (files.partial) yield unknown(`${files.path} was not read whole.`, [fileJson], path)
      else if (cache.ctDcrs.length > 1)
        yield unknown('several rules compete, and the agent follows one.', [configChunk], path)
      else if (isOlder(files, paths.since))
        yield unknown(`${files.path} was written before the cached rule.`, [fileJson], path)
      else if (files.files.length >= LIMITS.files)
        yield unknown('the limit of files is reached, so some are left out.', [fileJson], path)
      else if (pattern.vague) yield unknown('the pattern cannot be understood.', [fileJson], path)
      else
        yield finding({
          subject: path,
          message: `None of the ${files.files.length} tracked files lies at ${path}.`,
          evidence: [at, atEntry(files.path, `${files.files.length} files`)],
          onlyIfWhole: true,
        })
    }
  },
})

/** Looks only at the files below the pattern's folder, which stand together: lists and rules can be long. */
function reachesAny({ root, matches }: PathPattern, sorted: readonly string[]): boolean {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < root) low = middle + 1
    else high = middle
  }
  for (let index = low; sorted[index]?.startsWith(root) === true; index++) {
    if (matches(sorted[index] ?? '')) return true
  }
  return false
}
