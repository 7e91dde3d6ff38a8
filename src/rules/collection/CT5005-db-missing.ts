import { ctAgentLog } from '../../artifacts/agent.js'
import { ctDb, ctDbFolder } from '../../artifacts/collection.js'
import { agentRuns } from '../../facts/agent-runs.js'
import { atEvent } from '../../facts/log-view.js'
import { LINKS } from '../../knowledge/links.js'
import { WORKERS } from '../../knowledge/names.js'
import { homePath } from '../../model/artifact.js'
import { seen } from '../../model/fact.js'
import { absence, atEntry } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

export const dbMissing = rule({
  id: 'CT5005',
  name: 'db-missing',
  title: 'The agent collects, but its database is missing',
  group: 'collection',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks for changetracking.db in its folder while the agent’s log shows runs.',
    why: 'The agent compares each run with the database. Without it every run starts anew, and changes cannot be told.',
    how: 'Fires when the folder of the database was collected, holds no database under its name, and the log has at least two runs of one worker.',
    limits: 'A collector that takes folders without their files looks the same.',
    fix: [
      'Look on the machine: `sudo ls -l /opt/microsoft/changetrackingdata/db`.',
      'When it is missing there: check free space and rights, `df -h /opt; sudo ls -ld /opt/microsoft/changetrackingdata`, then `sudo systemctl restart cxp.service`.',
      'When it is there, take it along: `sudo tar -czf /tmp/ct-db.tgz /opt/microsoft/changetrackingdata/db`.',
    ],
    proof: '`sudo ls -l /opt/microsoft/changetrackingdata/db/changetracking.db` shows a file.',
    links: [LINKS.overview],
  },
  needs: { runs: agentRuns, folder: ctDbFolder },
  optional: { db: seen(ctDb) },
  causes: ['CT5008'],
  *check({ runs, folder, db }) {
    if (db !== undefined) return
    const last = WORKERS.flatMap((worker) => runs.pauses(worker).slice(-1)).toSorted((a, b) => b.to.time - a.to.time)[0]
    // Its parent alone may stem from a list of folders that went no deeper.
    const place =
      folder.good.find(({ value }) => value.endsWith('/db')) ?? folder.good.find(({ kind }) => kind === 'file')
    if (place === undefined) {
      yield unknown('The folder of the database itself was not collected.', [ctDbFolder])
      return
    }
    if (last === undefined) {
      yield unknown('The log does not show two runs of a worker, so the database may not have been made yet.', [
        ctAgentLog,
      ])
      return
    }
    yield finding({
      subject: homePath(ctDb),
      message: `${place.path} was collected and holds no database, while the agent’s log shows runs.`,
      evidence: [absence([homePath(ctDb)]), atEntry(place.path), atEvent(last.to.event)],
    })
  },
})
