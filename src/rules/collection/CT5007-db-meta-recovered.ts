import { ctDb, databasePath } from '../../artifacts/collection.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import { wasCutOff } from '../../model/artifact.js'
import { atBytes, atEntry, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const dbMetaRecovered = rule({
  id: 'CT5007',
  name: 'db-meta-recovered',
  title: 'One of the database’s two meta pages is bad',
  group: 'collection',
  severity: 'info',
  confidence: 'certain',
  docs: {
    what: 'Checks both meta pages of changetracking.db.',
    why: 'The format keeps two, written in turns, so that one good page is enough. A bad one means that the last write was broken off: by a crash, a full disk, or a copy taken during it.',
    how: 'Fires when one meta page is valid and the other is not. What is shown of the database is then its state before the broken write.',
    limits: 'A plain copy of the file taken while the agent writes looks the same.',
    fix: [
      'Nothing has to be repaired: the agent uses the good page and writes the other one anew.',
      `To be sure, take a copy with the agent stopped: ${COMMANDS.copyDatabase}.`,
    ],
    proof: 'An analysis of that copy no longer shows CT5007.',
    links: [LINKS.overview],
  },
  needs: { db: ctDb },
  *check({ db }) {
    for (const entry of db.good) {
      const { path, value } = entry
      const bad = value.metas.findIndex(({ valid }) => !valid)
      if (bad < 0 || value.metas.every(({ valid }) => !valid)) continue
      if (wasCutOff(entry)) {
        yield unknown(`${path} did not arrive whole.`, [ctDb], databasePath(path))
        continue
      }
      const damage = value.damage.find(({ code, page }) => code.startsWith('meta-') && (page === null || page === bad))
      const why = damage?.message ?? value.metas[bad]?.reason ?? 'It is not valid.'
      yield finding({
        subject: databasePath(path),
        message: `Meta page ${bad} of ${baseName(path)} is bad; its state of transaction ${value.txid} could be read.`,
        evidence: [damage?.offset == null ? atEntry(path, why) : atBytes(path, damage.offset, value.pageSize, why)],
        data: { page: bad, txid: value.txid },
      })
    }
  },
})
