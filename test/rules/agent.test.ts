import { ctExtensionMissing } from '../../src/rules/agent/CT4001-ct-extension-missing.js'
import { ctHandlerNotEnabled } from '../../src/rules/agent/CT4005-ct-handler-not-enabled.js'
import { ctServiceStalePath } from '../../src/rules/agent/CT4013-ct-service-stale-path.js'
import { AMA, CT, cxpService, EXT, healthyHost } from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const bare = host.without(/ChangeTracking-Linux-|changetracking|cxp\.service|var\/log\/azure|^var\/lib\/dpkg/)
const dpkg = 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2+b8\n\n'
const older = `var/lib/waagent/${CT}-2.9.0.0`
const newer = `var/lib/waagent/${CT}-2.100.1.0`
const unit = 'usr/lib/systemd/system/cxp.service'

describeRule(ctExtensionMissing, {
  found: [
    {
      name: 'other extensions and a package list, nothing of it',
      host: bare.with('var/lib/dpkg/status', dpkg),
      subjects: ['ChangeTracking-Linux'],
    },
    {
      name: 'other extensions and their logs',
      host: bare.with(`var/log/azure/${AMA}/extension.log`, 'x'),
      subjects: ['ChangeTracking-Linux'],
    },
  ],
  ok: [
    { name: 'only its logs are left', host: bare.with(`var/log/azure/${CT}/cta_linux_agent.log`, 'x') },
    {
      name: 'only its package is installed',
      host: bare.with(
        'var/lib/dpkg/status',
        `${dpkg}Package: change-tracking-retail\nStatus: install ok installed\nArchitecture: amd64\nVersion: 0.1\n\n`,
      ),
    },
    {
      name: 'only its zip is left',
      host: bare.with('var/lib/dpkg/status', dpkg).with(`var/lib/waagent/${CT}-2.35.0.0.zip`, 'x'),
    },
    {
      name: 'only its service is there',
      host: bare.with('var/lib/dpkg/status', dpkg).with('etc/systemd/system/cxp.service', cxpService()),
    },
  ],
  unknown: [{ name: 'one witness is too few', host: bare }],
})

describeRule(ctHandlerNotEnabled, {
  found: [
    {
      name: 'installed, not enabled',
      host: host.with(`${EXT}/config/HandlerState`, 'Installed'),
      subjects: ['2.35.0.0'],
      cites: [`${EXT}/config/HandlerState:1`],
    },
    {
      name: 'an update that failed',
      host: host.with(`${EXT}/config/HandlerState`, 'FailedUpgrade\n'),
      subjects: ['2.35.0.0'],
    },
  ],
  ok: [
    { name: 'a newline after the word', host: host.with(`${EXT}/config/HandlerState`, 'Enabled\n') },
    { name: 'an older version left behind', host: host.with(`${older}/config/HandlerState`, 'NotInstalled') },
    {
      name: 'another extension is not enabled',
      host: host.with(`var/lib/waagent/${AMA}-1.35.8/config/HandlerState`, 'Installed'),
    },
  ],
  unknown: [{ name: 'the newest version has none', host: host.with(`${newer}/HandlerManifest.json`, '[]') }],
})

describeRule(ctServiceStalePath, {
  found: [
    {
      name: 'the folder is gone',
      host: host.with(unit, cxpService('2.30.0.0')),
      subjects: ['cxp.service'],
      cites: [`${unit}:7`],
    },
    {
      name: 'an older folder while the newest is enabled',
      host: host.with(`${newer}/config/HandlerState`, 'Enabled'),
      subjects: ['cxp.service'],
    },
    {
      name: 'the copy below /etc wins',
      host: host.with('etc/systemd/system/cxp.service', cxpService('2.30.0.0')),
      subjects: ['cxp.service'],
      cites: ['etc/systemd/system/cxp.service'],
    },
  ],
  ok: [
    {
      name: 'an older folder left behind: 2.9 is older than 2.35',
      host: host.with(`${older}/config/HandlerState`, 'NotInstalled'),
    },
    {
      name: 'the copy below /lib is old, the one below /etc is right',
      host: host.with(unit, cxpService('2.30.0.0')).with('etc/systemd/system/cxp.service', cxpService()),
    },
    { name: 'a quoted path', host: host.edit(unit, (text) => text.replace(/ (\/var\/lib\/waagent\S+)/, ' "$1"')) },
    { name: 'a newer zip is no folder', host: host.with(`var/lib/waagent/${CT}-2.40.0.0.zip`, 'x') },
  ],
  notApplicable: [
    { name: 'no folder in ExecStart', host: host.edit(unit, (text) => text.replace(/ \/var\/lib\/waagent\S+/, '')) },
  ],
  unknown: [{ name: 'an update is under way', host: host.with(`${newer}/config/HandlerState`, 'Installed') }],
})
