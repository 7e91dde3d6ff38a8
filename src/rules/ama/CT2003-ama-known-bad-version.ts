import { amaExtensionFolder, mdsdInfo } from '../../artifacts/ama.js'
import { configChunk } from '../../artifacts/dcr.js'
import { uname } from '../../artifacts/host.js'
import { architecture } from '../../facts/architecture.js'
import { atEvent } from '../../facts/log-view.js'
import { machineKind, resourceId } from '../../facts/machine-names.js'
import { runningAma } from '../../facts/running-ama.js'
import { amaVersions, compareVersions } from '../../facts/versions.js'
import { BAD_AMA_VERSIONS } from '../../knowledge/ama-versions.js'
import { LINKS } from '../../knowledge/links.js'
import type { Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'

/** What the kernel calls arm64. */
const ARM = 'aarch64'

export const amaKnownBadVersion = rule({
  id: 'CT2003',
  name: 'ama-known-bad-version',
  title: 'The Azure Monitor Agent has a version that is known to be bad',
  group: 'ama',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Compares the installed and the running version of the Azure Monitor Agent with a dated list of versions to avoid.',
    why: 'These versions lose data, do not start, or stop sending when their token expires. Other findings of the same hop are then often only its symptoms.',
    how: 'Takes the newest extension folder (or what the agent’s own collector says) and the last start in mdsd.info. Some versions are bad only on Arc-enabled servers or on arm64: these count only where the input shows that the machine is one. Versions not listed, newer ones among them, are not judged.',
    limits: 'The list is of May 2026 and holds only what was published.',
    fix: [
      'Update: `az vm extension set --publisher Microsoft.Azure.Monitor --name AzureMonitorLinuxAgent --vm-name VM --resource-group GROUP --enable-auto-upgrade true` (Arc: `az connectedmachine extension update`, at least version 1.29.6).',
    ],
    proof:
      '`sudo grep "START mdsd daemon" /var/opt/microsoft/azuremonitoragent/log/mdsd.info | tail -1` shows the new version.',
    links: [LINKS.amaVersions],
  },
  needs: { versions: amaVersions },
  optional: { running: runningAma, resource: resourceId, machine: architecture },
  causes: ['CT2004', 'CT2005', 'CT3001', 'CT3003', 'CT7001'],
  *check({ versions, running, resource, machine }) {
    const used = new Map<string, Locator>()
    const [newest] = versions
    if (newest !== undefined) used.set(newest.version, newest.at)
    if (running != null && !used.has(running.version)) used.set(running.version, atEvent(running.event))
    if (used.size === 0) {
      yield unknown('Nothing shows the version of the Azure Monitor Agent.', [amaExtensionFolder, mdsdInfo])
      return
    }
    const environment = resource == null ? 'unknown' : machineKind(resource)
    for (const [version, at] of used) {
      const bad = BAD_AMA_VERSIONS.find((row) => compareVersions(row.version, version) === 0)
      if (bad === undefined) continue
      const { where, trouble, source } = bad
      if (where === 'arc' && environment === 'azure-vm') continue
      if (where === 'arm64' && machine != null && machine.machine !== ARM) continue
      if ((where === 'arc' && environment !== 'arc') || (where === 'arm64' && machine == null)) {
        const kind = where === 'arc' ? 'Arc-enabled servers' : 'arm64'
        yield unknown(
          `This version is bad on ${kind} only, and nothing shows whether the machine is one.`,
          [where === 'arc' ? configChunk : uname],
          version,
        )
        continue
      }
      yield finding({
        subject: version,
        message: `Version ${version} of the Azure Monitor Agent is known to be bad: ${trouble}.`,
        evidence: [at],
        data: { version, source },
      })
    }
  },
})
