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
      cites: ['Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.35.8', 'status'],
    },
    {
      name: 'other extensions and their logs',
      host: bare.with(`var/log/azure/${AMA}/extension.log`, 'x'),
      subjects: ['ChangeTracking-Linux'],
      cites: [
        'Microsoft.Azure.Monitor.AzureMonitorLinuxAgent-1.35.8',
        'Microsoft.Azure.Monitor.AzureMonitorLinuxAgent',
      ],
    },
    {
      name: 'a package with a like name',
      host: bare.with(
        'var/lib/dpkg/status',
        `${dpkg}Package: my-change-tracking-retail\nStatus: install ok installed\nVersion: 1\n\nPackage: change-tracking-retail-doc\nStatus: install ok installed\nVersion: 1\n\n`,
      ),
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
      data: [{ state: 'Installed', version: '2.35.0.0' }],
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
      data: [{ named: '2.30.0.0', newest: '2.35.0.0', present: ['2.35.0.0'] }],
      says: ['which does not exist'],
    },
    {
      name: 'an older folder while the newest is enabled',
      host: host.with(`${newer}/config/HandlerState`, 'Enabled'),
      subjects: ['cxp.service'],
      cites: [
        'cxp.service:7',
        'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.100.1.0',
        'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0',
      ],
      data: [{ named: '2.35.0.0', newest: '2.100.1.0', present: ['2.100.1.0', '2.35.0.0'] }],
    },
    {
      name: 'the copy below /etc wins',
      host: host.with('etc/systemd/system/cxp.service', cxpService('2.30.0.0')),
      subjects: ['cxp.service'],
      cites: ['etc/systemd/system/cxp.service'],
    },
    {
      name: 'the copy below /usr/lib comes before the one below /lib',
      host: host
        .without(/cxp\.service$/)
        .with('lib/systemd/system/cxp.service', cxpService())
        .with('usr/lib/systemd/system/cxp.service', cxpService('2.30.0.0')),
      subjects: ['cxp.service'],
      cites: ['usr/lib/systemd/system/cxp.service'],
    },
    {
      name: 'an older folder, and the newest has no state',
      host: host.with(`${newer}/HandlerManifest.json`, '[]'),
      subjects: ['cxp.service'],
      says: ['which is not the newest'],
    },
    {
      name: 'the folder is gone, and the newest is not enabled yet',
      host: host.with(unit, cxpService('2.30.0.0')).with(`${EXT}/config/HandlerState`, 'Installed'),
      subjects: ['cxp.service'],
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
    { name: 'an older folder that is enabled too', host: host.with(`${older}/config/HandlerState`, 'Enabled') },
  ],
  notApplicable: [
    { name: 'no folder in ExecStart', host: host.edit(unit, (text) => text.replace(/ \/var\/lib\/waagent\S+/, '')) },
  ],
  unknown: [{ name: 'an update is under way', host: host.with(`${newer}/config/HandlerState`, 'Installed') }],
})
