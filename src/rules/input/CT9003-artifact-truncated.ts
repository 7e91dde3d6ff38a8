import { collectorResults, cutCopy, isOurs } from '../../artifacts/collector.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry, atLine, type Locator } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

export const artifactTruncated = rule({
  id: 'CT9003',
  name: 'artifact-truncated',
  title: 'A collector cut or dropped a file',
  group: 'input',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Looks for files of the two agents that a collector packed only in part, or not at all.',
    why: 'What lies in the missing part cannot be judged. A log without its beginning shows no start and no older failure; a list without its head cannot be read.',
    how: 'The guest agent’s collector renames what it cuts to `truncated_…` and writes every cut, every file it left out, and that the archive was full into `results.txt`. A sosreport adds `.tailed`. Files that this program does not read do not count.',
    limits:
      'A collector that cuts without a trace is not noticed. An archive that broke off on its way is another matter: it is among the problems of the input.',
    fix: [
      'Ask for the file itself: `sudo tar -czf /tmp/ct-file.tgz PATH`.',
      'When a log is too large to send, take its rotated files too, or only its end together with its beginning: `sudo sh -c "head -n 2000 FILE; tail -n 200000 FILE"`.',
    ],
    proof: 'The next analysis no longer shows CT9003.',
    links: [LINKS.extensions],
  },
  needs: {},
  optional: { results: collectorResults, copies: cutCopy },
  *check({ results, copies }) {
    for (const { path, value } of copies?.good ?? [])
      yield cut(path, `${path} holds only the last part of ${value}.`, atEntry(path))
    for (const { path, value } of results?.good ?? []) {
      const renamed = new Set(copies?.good.map((copy) => flat(copy.value)))
      for (const { file, line, text } of value.truncated)
        if (isOurs(file) && !renamed.has(flat(file)))
          yield cut(file, `The collector packed only the last part of ${file}.`, atLine(path, line, text))
      for (const { file, line, text } of value.discarded)
        if (isOurs(file))
          yield cut(file, `The collector left ${file} out, because it is large.`, atLine(path, line, text))
      if (value.full !== null) {
        const { line, text } = value.full
        yield cut(
          path,
          'The collector’s archive was full, so files of lower priority are missing without a word.',
          atLine(path, line, text),
        )
      }
    }
  },
})

function cut(subject: string, message: string, at: Locator): ReturnType<typeof finding> {
  return finding({ subject, message, evidence: [at] })
}

/** The new name has underscores where the path has slashes. */
function flat(path: string): string {
  return path.replace(/^[/_]+/, '').replaceAll('/', '_')
}
