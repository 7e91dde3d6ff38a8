import { collectorResults, markers } from '../../artifacts/collector.js'
import { artifacts } from '../../artifacts/index.js'
import { LINKS } from '../../knowledge/links.js'
import { homePath } from '../../model/artifact.js'
import { seen } from '../../model/fact.js'
import { absence } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

const OF_A_MACHINE = artifacts.filter((artifact) => !markers.includes(artifact))

export const nothingRecognised = rule({
  id: 'CT9001',
  name: 'nothing-recognised',
  title: 'Nothing in this input belongs to Change Tracking or the Azure Monitor Agent',
  group: 'input',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for any artifact that ct-diag knows, at any depth of the input.',
    why: 'Without one there is nothing to judge.',
    how: 'Fires when not a single entry of the input has a known place or name.',
    limits: 'Files that were renamed are not recognised.',
    fix: [
      'Check that this is the right file, and that it was not cut to nothing on its way.',
      'Ask for the folders of the agents: `sudo tar -czf ct-evidence.tgz --exclude="*.settings" /etc/opt/microsoft/azuremonitoragent/config-cache /var/opt/microsoft/azuremonitoragent/log /var/log/azure /opt/microsoft/changetrackingdata /proc/net/unix`.',
    ],
    proof: 'The next analysis names a host and its hops.',
    links: [LINKS.overview],
  },
  needs: {},
  optional: Object.fromEntries(
    // Many programs write a results.txt; only its lines tell whose it is.
    OF_A_MACHINE.map((artifact) => [artifact.id, artifact.id === collectorResults.id ? artifact : seen(artifact)]),
  ),
  *check(found) {
    if (Object.values(found).some((artifact) => artifact !== undefined)) return
    const looked = OF_A_MACHINE.map(homePath)
    yield finding({
      subject: 'input',
      message: `None of the ${OF_A_MACHINE.length} artifacts that ct-diag knows is in this input.`,
      evidence: [absence(looked)],
    })
  },
})
