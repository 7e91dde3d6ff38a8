import { fileJson } from '../../artifacts/collection.js'
import { configChunk } from '../../artifacts/dcr.js'
import { configCache, isDisabled } from '../../facts/ct-dcrs.js'
import { isOlder, trackedFiles } from '../../facts/tracked-files.js'
import { trackedPaths, type TrackedPath } from '../../facts/tracked-paths.js'
import { LINKS } from '../../knowledge/links.js'
import { baseName } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'

/** Documented are 500 files; beyond this many the rest says nothing new. */
const FILES_MAX = 5000

export const trackedFileOutsideDcr = rule({
  id: 'CT5009',
  name: 'tracked-file-outside-dcr',
  title: 'Files are tracked that no rule asks for',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the files of the agent’s last run with the tracked paths of every cached Change Tracking rule.',
    why: 'The agent works with other settings than the cached ones: an older rule, or one that is no longer assigned. Then the paths that matter may not be tracked.',
    how: 'A file counts as asked for when it lies where any enabled entry of any rule looks, in either spelling of wildcards; in doubt it does. File.json counts, else the database.',
    limits:
      'When a link is followed, the agent may report the file behind it. Files below /run, /usr and /lib whose name an entry asks for are therefore left out. When the rule is newer than the list, nothing is concluded.',
    fix: [
      'Restart the agent so that it fetches its settings again: `sudo systemctl restart cxp.service`, and wait for one file run.',
      'When the files stay: check which rule is assigned to the machine, and that it is the one that is cached.',
    ],
    proof: 'A new bundle, taken after one file run, no longer shows CT5009.',
    links: [LINKS.overview, LINKS.dcr],
  },
  needs: { cache: configCache, paths: trackedPaths },
  optional: { files: trackedFiles },
  *check({ cache, paths, files }) {
    if (cache.ctDcrs.length === 0) {
      yield notApplicable('No Change Tracking rule is cached.')
      return
    }
    if (isDisabled(cache, 'files')) {
      yield notApplicable('The rule does not collect files, so a list is left over from before.')
      return
    }
    if (files == null) {
      yield unknown('Neither File.json nor a database with tracked files is in the input.', [fileJson])
      return
    }
    const outside = files.files
      .slice(0, FILES_MAX)
      .filter(({ record: { path } }) => !paths.all.some((tracked) => reaches(tracked, path)))
    const [first, ...others] = outside.slice(0, 5).map(({ at }) => at)
    if (first === undefined) return
    if (paths.partial) yield unknown('Not every rule of the config cache can be read.', [configChunk])
    else if (isOlder(files, paths.since))
      yield unknown(`${files.path} was written before the cached rule, by another one’s settings.`, [fileJson])
    else
      yield finding({
        subject: 'files',
        message: `${outside.length} of ${files.files.length} tracked files lie where no enabled path of a cached rule looks, such as ${outside[0]?.record.path ?? ''}.`,
        evidence: [first, ...others, ...paths.all.slice(0, 3).map(({ at }) => at)],
        data: {
          outside: outside.slice(0, 20).map(({ record }) => record.path),
          paths: paths.all.slice(0, 20).map(({ path }) => path),
        },
      })
  },
})

function reaches({ pattern, entry }: TrackedPath, path: string): boolean {
  if (pattern.matches(path)) return true
  // The far end of a link: its name is asked for, its folder is not.
  const name = baseName(path)
  return (
    /^\/(?:run|usr|lib)\//.test(path) &&
    !/^never/i.test(entry.links ?? '') &&
    pattern.matches(`${pattern.root}/${name}`)
  )
}
