import { parseSystemctlList } from '../parsers/systemctl-list.js'
import { parseSystemctlShow } from '../parsers/systemctl-show.js'
import { artifact } from './artifact.js'
import { isUnitState } from './content.js'

export const unitState = artifact(
  'unitState',
  'the state of the agents’ service units',
  {
    collector: ['sos_commands/systemd/systemctl_show_service_--all'],
    loose: ['systemctl-show*', 'systemctl_show*', 'unit-states*'],
  },
  { how: 'bytes', parse: parseSystemctlShow },
  {
    command:
      'systemctl show azuremonitoragent.service cxp.service -p Id,Names,LoadState,ActiveState,SubState,UnitFileState,Result,NRestarts,ExecMainStatus,FragmentPath > systemctl-show.txt',
    live: [
      {
        program: 'systemctl',
        args: [
          'show',
          'azuremonitoragent.service',
          'cxp.service',
          '-p',
          'Id,Names,LoadState,ActiveState,SubState,UnitFileState,Result,NRestarts,ExecMainStatus,FragmentPath',
        ],
        output: 'systemctl-show.txt',
      },
    ],
    marksHost: false,
    sniff: isUnitState,
  },
)

export const unitList = artifact(
  'unitList',
  'systemd’s list of service units',
  {
    collector: [
      'sos_commands/systemd/systemctl_list-units',
      'sos_commands/systemd/systemctl_list-units_--all',
      'sos_commands/systemd/systemctl_list-unit-files',
      'sos_commands/systemd/systemctl_status_--all',
    ],
    loose: [
      'host-services.txt',
      'list-unit-files*.txt',
      'systemctl-status*',
      'systemctl_status*',
      'systemctl_list-unit*',
      'systemctl-list-unit*',
    ],
  },
  { how: 'bytes', parse: parseSystemctlList },
  {
    command: 'systemctl list-unit-files --no-pager "*.service" > systemctl-list-unit-files.txt',
    live: [
      {
        program: 'systemctl',
        args: ['list-unit-files', '--no-pager', '*.service'],
        output: 'systemctl-list-unit-files.txt',
      },
    ],
    marksHost: false,
  },
)
