import { ctDb, databasePath } from '../../artifacts/collection.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { atProblem, wasCutOff } from '../../model/artifact.js'
import { counted } from '../../model/count.js'
import { seen } from '../../model/fact.js'
import { atBytes, atEntry, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const dbDamaged = rule({
  id: 'CT5006',
  name: 'db-damaged',
  title: 'The agent’s database is damaged',
  group: 'collection',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Reads every page of changetracking.db that its newest state uses.',
    why: 'The agent compares each run with this database. When it cannot be read, changes are missed, or the agent fails.',
    how: 'Fires when the file cannot be opened as a BoltDB file, or a page of its tree is damaged, missing or cut off. One bad meta page beside a good one is another rule’s matter.',
    limits:
      'A plain copy of the file taken while the agent writes can be torn although the original is whole. Stop the agent for a second copy to be sure.',
    fix: [
      `Take a second copy with the agent stopped: ${COMMANDS.copyDatabase}, and analyse it.`,
      'When that one is damaged too: stop the service, move the database away, start the service. The agent makes a new one; its first run reports the whole inventory again.',
      'Check the disk: `df -h /opt` and the kernel log.',
    ],
    proof: 'An analysis of a copy taken with the agent stopped no longer shows CT5006.',
    links: [LINKS.overview],
  },
  needs: { db: seen(ctDb) },
  causes: ['CT5008', 'CT5017'],
  *check({ db }) {
    const cut = [...db.bad, ...db.good].find(wasCutOff)
    if (cut !== undefined) {
      yield unknown(`${cut.path} did not arrive whole.`, [ctDb])
      return
    }
    for (const entry of db.bad) {
      yield finding({
        subject: databasePath(entry.path),
        message: `${baseName(entry.path)} cannot be read as the agent’s database. ${entry.problems[0].message}`,
        evidence: [atProblem(entry)],
        data: { problem: entry.problems[0].code },
      })
    }
    for (const { path, value } of db.good) {
      // One bad page can be reached, and told, more than once.
      const places = new Map(value.damage.map((item) => [`${item.code} ${item.page} ${item.offset}`, item]))
      const damage = [...places.values()].filter(({ code }) => !code.startsWith('meta-'))
      const [first] = damage
      if (first === undefined) continue
      const at = damage
        .slice(0, 10)
        .map(({ offset, message }) =>
          offset === null ? atEntry(path, message) : atBytes(path, offset, value.pageSize, message),
        )
      const [head = atEntry(path), ...rest] = at
      yield finding({
        subject: databasePath(path),
        message: `${baseName(path)} has ${counted(damage.length, 'damaged place')}; ${value.records.length} records could be read. ${first.message}`,
        evidence: [head, ...rest],
        data: {
          damaged: damage.length,
          codes: [...new Set(damage.map(({ code }) => code))],
          readable: value.records.length,
        },
      })
    }
  },
})
