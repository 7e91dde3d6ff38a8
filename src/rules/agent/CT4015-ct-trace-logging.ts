import { applicationYml } from '../../artifacts/agent.js'
import { ofNewest } from '../../facts/versions.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

export const ctTraceLogging = rule({
  id: 'CT4015',
  name: 'ct-trace-logging',
  title: 'Verbose logging was left on in the Change Tracking agent',
  group: 'agent',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Reads the log levels in the agent’s application.yml.',
    why: 'TRACE and DEBUG fill the log within hours. Its older part, which would show when something stopped, is rotated away, and the disk fills.',
    how: 'Looks at application.yml in the folder of the newest version. Fires for each of agent, handler and watcher whose level is TRACE or DEBUG, and when enabledebuglogs is true.',
    limits: 'While somebody is chasing a fault it is on for a reason.',
    fix: [
      'In application.yml below /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-VERSION set `level: INFO` and `enabledebuglogs: false`.',
      '`sudo systemctl restart cxp.service`.',
    ],
    proof:
      '`sudo sh -c "grep -iE \'level|debuglogs\' /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*/application.yml"` shows INFO and false.',
    links: [LINKS.extensions],
  },
  needs: { settings: applicationYml },
  causes: ['CT8001'],
  *check({ settings }) {
    const file = ofNewest(settings.good)
    if (file === undefined) return
    const { logs, debugLogs } = file.value
    const on = logs.flatMap(({ component, level }) =>
      level !== null && /^(?:trace|debug)$/i.test(String(level.value).trim())
        ? [{ subject: component, setting: level }]
        : [],
    )
    if (debugLogs?.on === true) on.push({ subject: 'enabledebuglogs', setting: debugLogs.setting })
    for (const { subject, setting } of on) {
      yield finding({
        subject,
        message: `application.yml sets ${setting.keys.join('.')} to ${setting.value}.`,
        evidence: [atLine(file.path, setting.line, setting.text)],
        data: { keys: setting.keys, value: setting.value },
      })
    }
  },
})
