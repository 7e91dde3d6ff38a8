import { mdsdInfo } from '../../artifacts/ama.js'
import { amaInfo } from '../../facts/ama-log.js'
import { atEvent } from '../../facts/log-view.js'
import { runningAma } from '../../facts/running-ama.js'
import { amaVersions, compareVersions } from '../../facts/versions.js'
import { LINKS } from '../../knowledge/links.js'
import { amaExtensionFolder } from '../../artifacts/ama.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'

export const amaVersionMismatch = rule({
  id: 'CT2013',
  name: 'ama-version-mismatch',
  title: 'The running Azure Monitor Agent is not the installed version',
  group: 'ama',
  severity: 'warning',
  confidence: 'possible',
  docs: {
    what: 'Compares the version in the last start line of mdsd.info with the newest extension folder.',
    why: 'After an update that broke off, or was never followed by a restart, the old daemon goes on with its old faults, while portal and inventory show the new version.',
    how: 'Fires when the two differ. Missing parts of a version count as 0. The last start must be in the log, and the log must have been collected to its end.',
    limits:
      'That the daemon has the version of its extension holds for all versions seen so far, but is not documented. During an update both exist for some minutes.',
    fix: [
      '`sudo systemctl restart azuremonitoragent`, then look at the start line again.',
      'When it still shows the other version: `dpkg -s azuremonitoragent` or `rpm -q azuremonitoragent` shows which package is installed; remove the extension in the portal and install it again.',
    ],
    proof:
      '`sudo grep "START mdsd daemon" /var/opt/microsoft/azuremonitoragent/log/mdsd.info | tail -1` shows the version of the newest folder.',
    links: [LINKS.amaVersions],
  },
  needs: { running: runningAma, log: amaInfo, versions: amaVersions },
  *check({ running, log, versions }) {
    const [newest] = versions
    if (newest === undefined) {
      yield unknown('Nothing shows which version of the extension is installed.', [amaExtensionFolder])
      return
    }
    if (running === null || !log.whole) {
      yield unknown('mdsd.info does not show the last start of the daemon.', [mdsdInfo])
      return
    }
    if (compareVersions(running.version, newest.version) === 0) return
    const { time } = running.event
    yield finding({
      subject: 'mdsd',
      message: `The daemon ${time === null ? '' : `that started at ${iso(time)} `}has version ${running.version}, the newest installed extension ${newest.version}.`,
      evidence: [atEvent(running.event), newest.at],
      onlyIfWhole: true,
      data: { running: running.version, installed: newest.version },
    })
  },
})
