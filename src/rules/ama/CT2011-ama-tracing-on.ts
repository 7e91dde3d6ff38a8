import { amaDefaults } from '../../artifacts/ama.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

export const amaTracingOn = rule({
  id: 'CT2011',
  name: 'ama-tracing-on',
  title: 'Tracing of the Azure Monitor Agent was left on',
  group: 'ama',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Looks for the option `-T` in MDSD_OPTIONS of /etc/default/azuremonitoragent.',
    why: 'With tracing the agent writes every payload into mdsd.info: customer data in a log, logs that rotate within minutes and so hide older lines, and a disk that fills up.',
    how: 'Fires when the option is there with any flags but 0.',
    limits: 'Support may have asked for it; then it is to be taken back afterwards.',
    fix: [
      'When the extension’s settings hold `traceFlags`: remove them there, and deploy the extension again.',
      'Else remove `-T FLAGS` from MDSD_OPTIONS: `sudo sed -i -E "s/-T *0x[0-9a-fA-F]+ *//" /etc/default/azuremonitoragent`.',
      '`sudo systemctl restart azuremonitoragent`.',
    ],
    proof: '`grep MDSD_OPTIONS /etc/default/azuremonitoragent` shows no -T.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { defaults: amaDefaults },
  *check({ defaults }) {
    for (const { path, value } of defaults.good) {
      const setting = value.settings.get('MDSD_OPTIONS')
      if (setting === undefined || value.traceFlags === null || /^0(?:x0+)?$/i.test(value.traceFlags)) continue
      const flags = value.traceFlags === '' ? '' : ` ${value.traceFlags}`
      yield finding({
        subject: 'MDSD_OPTIONS',
        message: `MDSD_OPTIONS of the Azure Monitor Agent carries -T${flags}: it traces into mdsd.info.`,
        evidence: [atLine(path, setting.line, setting.text)],
        data: { flags: value.traceFlags },
      })
      return
    }
  },
})
