import { amaDefaults } from '../../artifacts/ama.js'
import { LINKS } from '../../knowledge/links.js'
import { atEntry, atLine } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

export const amaDefaultsInvalid = rule({
  id: 'CT2009',
  name: 'ama-defaults-invalid',
  title: 'The Azure Monitor Agent is not told to fetch data collection rules',
  group: 'ama',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for `ENABLE_MCS=true` in /etc/default/azuremonitoragent.',
    why: 'Without it the agent runs in another mode: it asks for no data collection rule, so that there is nothing for Change Tracking.',
    how: 'Fires when the setting is missing or has another value. The last assignment of the file counts, as for the shell that reads it.',
    limits: 'A copy of the file from which lines were taken out looks the same.',
    fix: [
      'Let the extension write the file again: `sudo sh -c "cd /var/lib/waagent/Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-VERSION && ./shim.sh -enable"`.',
      'When it still is not there, remove the extension in the portal and install it again.',
    ],
    proof: '`grep ENABLE_MCS /etc/default/azuremonitoragent` says `export ENABLE_MCS=true`.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { defaults: amaDefaults },
  causes: ['CT1001', 'CT1002', 'CT2004', 'CT2006', 'CT2012', 'CT3001', 'CT3003', 'CT6001'],
  *check({ defaults }) {
    for (const { path, value } of defaults.good) {
      const setting = value.settings.get('ENABLE_MCS')
      if (setting?.value.trim().toLowerCase() === 'true') continue
      yield finding({
        subject: 'ENABLE_MCS',
        message:
          setting === undefined
            ? 'The defaults file of the Azure Monitor Agent does not set ENABLE_MCS.'
            : `The defaults file of the Azure Monitor Agent sets ENABLE_MCS to “${setting.value}” instead of true.`,
        evidence: [
          setting === undefined
            ? atEntry(path, `${value.settings.size} settings, no ENABLE_MCS`)
            : atLine(path, setting.line, setting.text),
        ],
      })
      return
    }
  },
})
