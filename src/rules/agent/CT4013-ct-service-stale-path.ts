import { ctHandlerState, cxpUnit } from '../../artifacts/agent.js'
import { compareVersions, ctVersions } from '../../facts/versions.js'
import { absence, atEntry, atLine } from '../../model/locator.js'
import { finding, notApplicable, rule, unknown } from '../../model/rule.js'
import { ctDirectories, execStart } from '../../parsers/systemd-unit.js'
import { LINKS } from '../../knowledge/links.js'

export const ctServiceStalePath = rule({
  id: 'CT4013',
  name: 'ct-service-stale-path',
  title: 'cxp.service starts the agent with the folder of another version',
  group: 'agent',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Compares the extension folder in the service’s ExecStart with the folders that are there.',
    why: 'The agent reads its settings from the folder that ExecStart names. After an update that broke off, the service still names the old one, and fails or runs with old settings.',
    how: 'Takes the unit systemd would use (/etc before /usr/lib before /lib). Fires when its folder is not among those collected, or is older than the newest one whose HandlerState is not short of Enabled.',
    limits:
      'While an update is running both versions exist; the newest then is not Enabled yet, and the answer is unknown.',
    fix: [
      'Let the newest version write the service again: `sudo sh -c "cd /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-NEWEST && ./cta_linux_handler install && ./cta_linux_handler enable"`.',
      '`sudo systemctl daemon-reload && sudo systemctl restart cxp.service`.',
    ],
    proof: '`systemctl show cxp.service -p ExecStart` names the newest folder below /var/lib/waagent.',
    links: [LINKS.extensions],
  },
  needs: { unit: cxpUnit, versions: ctVersions },
  optional: { state: ctHandlerState },
  causes: ['CT3002', 'CT4012', 'CT4014', 'CT5001', 'CT5002', 'CT5020'],
  *check({ unit, versions, state }) {
    const [newest] = versions
    const used = unit.good.toSorted((a, b) => precedence(a.path) - precedence(b.path))[0]
    if (newest === undefined || used === undefined) return
    const start = execStart(used.value)
    const named = start === null ? undefined : ctDirectories(start.words)[0]
    if (start === null || named === undefined) {
      yield notApplicable(`ExecStart of ${used.path} names no extension folder.`)
      return
    }
    const there = versions.some(({ version }) => version === named.version)
    if (there && compareVersions(named.version, newest.version) >= 0) return
    const newestState = state?.good.find(({ path }) => path.startsWith(`${newest.path}/`))?.value
    if (there && newestState !== undefined && newestState.toLowerCase() !== 'enabled') {
      yield unknown(`Version ${newest.version} is ${newestState}: an update is under way or broke off.`, [
        ctHandlerState,
      ])
      return
    }
    yield finding({
      subject: 'cxp.service',
      message: `cxp.service starts the agent with the folder of version ${named.version}, ${there ? 'which is not the newest' : 'which does not exist'}; the newest is ${newest.version}.`,
      evidence: [
        atLine(used.path, start.entry.line, start.entry.text),
        ...versions.map(({ path }) => atEntry(path)),
        ...(there ? [] : [absence([named.path])]),
      ],
      data: { named: named.version, newest: newest.version, present: versions.map(({ version }) => version) },
    })
  },
})

/** The order in which systemd looks. */
function precedence(path: string): number {
  return /(^|\/)etc\/systemd\//.test(path) ? 0 : /(^|\/)usr\/lib\/systemd\//.test(path) ? 1 : 2
}
