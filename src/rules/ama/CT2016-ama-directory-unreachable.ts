import { amaDirectoryModes, mdsdInfo } from '../../artifacts/ama.js'
import { amaFolderModes } from '../../facts/ama-folder-modes.js'
import { atEvent } from '../../facts/log-view.js'
import { runningAma } from '../../facts/running-ama.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import type { NameiFolder } from '../../parsers/namei.js'

/** The user the daemon runs as, with the group of the same name. */
const USER = 'syslog'
/** What the daemon reads and writes; other folders of the agent are root's alone. */
const OWN = /^(?:\/etc\/opt\/microsoft|\/var\/opt\/microsoft|\/(?:var\/)?run)\/azuremonitoragent(?:\/|$)/

export const amaDirectoryUnreachable = rule({
  id: 'CT2016',
  name: 'ama-directory-unreachable',
  title: 'The Azure Monitor Agent may not enter its own folders',
  group: 'ama',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Reads owner and mode of every folder on the way to the agent’s configuration, data and run-time folders.',
    why: 'The daemon runs as user syslog. Hardening scripts that take the rights of others away from /etc/opt/microsoft or /var/opt/microsoft lock it out: it reads no rule and writes no cache.',
    how: 'Fires when the mode gives user syslog no right to pass a folder, or none to list the chunk folder. Owner and group syslog count with their own bits. A right that only another group gives is not judged, as its members are unknown; root’s group has none. Where all of the agent’s own folders belong to one other user, they are not judged either: that may be its user.',
    limits:
      'Access control lists do not show. Not every system runs the daemon as syslog: when its start line says user 0, the rule does not apply.',
    fix: [
      'Give the right back on each folder named: `sudo chmod o+rx FOLDER`.',
      'Take the folder out of the hardening script, or it comes back.',
      '`sudo systemctl restart azuremonitoragent`.',
    ],
    proof: '`sudo -u syslog ls /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks` lists files.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { paths: amaFolderModes },
  optional: { running: runningAma },
  causes: ['CT1001', 'CT2004', 'CT2008', 'CT2012', 'CT6001'],
  *check({ paths, running }) {
    if (paths.every(({ path }) => !OWN.test(path))) {
      yield unknown('No list of owners and modes of the agent’s folders is in the input.', [amaDirectoryModes])
      return
    }
    if (running?.uid === '0') {
      yield notApplicable('The daemon runs as root.')
      return
    }
    const owners = new Set(
      paths.flatMap(({ folders }) => folders.filter(({ path }) => OWN.test(path)).map(({ owner }) => owner)),
    )
    // Whom all of the agent's own folders belong to may be its user by another name, or by a number.
    const [other = USER] = owners.size === 1 && !owners.has('root') && !owners.has(USER) ? owners : []
    const judged = new Set<string>()
    for (const { file, path, folders } of paths) {
      if (!OWN.test(path)) continue
      for (const folder of folders) {
        if (judged.has(folder.path)) continue
        judged.add(folder.path)
        const wants = folder.path.endsWith('/configchunks') ? 'rx' : 'x'
        const refused = [...wants].some((right) => refuses(folder, right))
        if (!refused || folder.owner === running?.uid) continue
        if (other !== USER && folder.owner === other) {
          yield unknown(
            `it belongs to ${folder.owner}, who may be the user that the daemon runs as.`,
            [mdsdInfo],
            folder.path,
          )
          continue
        }
        yield finding({
          subject: folder.path,
          message: `${folder.path} has mode ${folder.mode} and belongs to ${folder.owner}:${folder.group}, so user ${USER} cannot ${wants === 'x' ? 'pass' : 'list'} it.`,
          evidence: [atLine(file, folder.line, folder.text), ...(running == null ? [] : [atEvent(running.event)])],
          remedy: [
            `\`sudo chmod o+${wants} ${folder.path}\``,
            'Take the folder out of the hardening script, or it comes back.',
            '`sudo systemctl restart azuremonitoragent`.',
          ],
          data: { mode: folder.mode, owner: folder.owner, group: folder.group },
        })
      }
    }
  },
})

/** Surely refused: the bits that apply to the user lack the right. */
function refuses({ mode, owner, group }: NameiFolder, right: string): boolean {
  const bits = { user: mode.slice(1, 4), group: mode.slice(4, 7), other: mode.slice(7, 10) }
  // s and t stand for x with something more; their capitals for its lack.
  const gives = (part: string): boolean => (right === 'x' ? /[xst]/.test(part) : part.includes(right))
  if (owner === USER) return !gives(bits.user)
  if (group === USER) return !gives(bits.group)
  if (gives(bits.other)) return false
  return group === 'root' || !gives(bits.group)
}
