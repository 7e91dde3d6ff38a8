import { LINKS } from '../../knowledge/links.js'
import { isLimit } from '../../model/artifact.js'
import { inputItself } from '../../model/input.js'
import { atEntry } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

export const limitReached = rule({
  id: 'CT9007',
  name: 'limit-reached',
  title: 'A safety limit stopped reading',
  group: 'input',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Tells which files were not read to their end because they are larger, deeper or longer than an honest one would be.',
    why: 'What lies beyond was not looked at. A finding may be missing, so the exit code is 4 where nothing else is found.',
    how: 'Files that are kept whole have a largest size, JSON a largest depth, log lines a largest length, lists a largest number of records. Whatever was left unread for one of these reasons is named.',
    limits: 'A real file can be that large. What was read of it counts.',
    fix: [
      'Look at the file named: `ls -l FILE; head -c 400 FILE`.',
      'When it is what it claims to be, take the part that matters: `head -c 8000000 FILE > part`.',
    ],
    proof: 'The next analysis no longer shows CT9007.',
    links: [LINKS.overview],
  },
  needs: { input: inputItself },
  *check({ input }) {
    const told = new Set<string>()
    for (const { code, message, path, at } of input.problems) {
      const subject = path ?? 'input'
      if (!isLimit({ code }) || told.has(subject)) continue
      told.add(subject)
      const here = path ?? ''
      yield finding({
        subject,
        message: path === null || message.includes(path) ? message : `${path}: ${message}`,
        evidence: [at === undefined ? atEntry(here, message) : { path: here, at, snippet: null }],
        data: { limit: code },
      })
    }
  },
})
