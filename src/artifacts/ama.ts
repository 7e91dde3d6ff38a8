import { AMA_EXTENSION } from '../knowledge/names.js'
import { parseAmaDefaults } from '../parsers/ama-defaults.js'
import { parseAmaOut } from '../parsers/ama-out.js'
import { parseMdsdLog } from '../parsers/mdsd-log.js'
import { parseMdsdQos } from '../parsers/mdsd-qos.js'
import { parseNamei } from '../parsers/namei.js'
import { artifact, pack, packNames } from './artifact.js'
import { isAmaOut, isMdsdErr, isMdsdInfo, isMdsdQos, isMdsdWarn } from './content.js'
import { versionIn } from './versioned-folder.js'

const LOGS = 'var/opt/microsoft/azuremonitoragent/log'

function mdsdPlaces(name: string): { host: string[]; collector: string[]; loose: string[] } {
  return { host: [`${LOGS}/${name}*`], collector: [`mdsd/logs/${name}*`], loose: [`${name}*`] }
}

export const mdsdInfo = artifact(
  'mdsdInfo',
  'the Azure Monitor Agent’s log mdsd.info',
  mdsdPlaces('mdsd.info'),
  { how: 'stream', parse: parseMdsdLog },
  { command: pack('ct-ama-logs', `/${LOGS}`), sniff: isMdsdInfo },
)

export const mdsdErr = artifact(
  'mdsdErr',
  'the Azure Monitor Agent’s error log mdsd.err',
  mdsdPlaces('mdsd.err'),
  { how: 'stream', parse: parseMdsdLog },
  { command: pack('ct-ama-logs', `/${LOGS}`), sniff: isMdsdErr },
)

export const mdsdWarn = artifact(
  'mdsdWarn',
  'the Azure Monitor Agent’s warning log mdsd.warn',
  mdsdPlaces('mdsd.warn'),
  { how: 'stream', parse: parseMdsdLog },
  { command: pack('ct-ama-logs', `/${LOGS}`), sniff: isMdsdWarn },
)

export const mdsdQos = artifact(
  'mdsdQos',
  'the Azure Monitor Agent’s upload statistics mdsd.qos',
  mdsdPlaces('mdsd.qos'),
  { how: 'stream', parse: parseMdsdQos },
  { command: pack('ct-ama-logs', `/${LOGS}`), sniff: isMdsdQos },
)

/** Names only; the value is the version. */
export const amaExtensionFolder = artifact(
  'amaExtensionDir',
  'the Azure Monitor Agent’s extension folder',
  { host: [`var/lib/waagent/${AMA_EXTENSION}-*`] },
  {
    how: 'name',
    parse: (relative, stat) => (stat.kind === 'directory' ? versionIn(relative, AMA_EXTENSION) : undefined),
  },
  { command: packNames('ct-folders', 1, '/var/lib/waagent', '/var/log/azure') },
)

/** It may hold a proxy's password, so only its other lines are asked for. */
export const amaDefaults = artifact(
  'amaDefaults',
  'the Azure Monitor Agent’s defaults file',
  {
    host: ['etc/default/azuremonitoragent'],
    collector: ['mdsd/azuremonitoragent'],
    loose: ['default/azuremonitoragent', 'azuremonitoragent-defaults*'],
  },
  { how: 'bytes', parse: parseAmaDefaults },
  {
    command:
      'sudo grep -vE "PASSWORD|USERNAME|ADDRESS" /etc/default/azuremonitoragent > azuremonitoragent-defaults.txt',
    marksHost: false,
  },
)

/** What the agent's own collector says of the machine. */
export const amaOut = artifact(
  'amaOut',
  'the overview amalinux.out of the Azure Monitor Agent’s own collector',
  { collector: ['amalinux.out'], loose: ['amalinux*.out'] },
  { how: 'bytes', parse: parseAmaOut },
  {
    command: `sudo sh -c 'cd /var/lib/waagent/${AMA_EXTENSION}-*/ama_tst && sh ama_troubleshooter.sh -L'`,
    marksHost: false,
    sniff: isAmaOut,
  },
)

export const amaDirectoryModes = artifact(
  'amaDirectoryModes',
  'the modes of the Azure Monitor Agent’s folders',
  { loose: ['namei*.txt', 'namei_-om*'] },
  { how: 'bytes', parse: parseNamei },
  {
    command:
      'sudo namei -om /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks /var/opt/microsoft/azuremonitoragent/events > namei-ama.txt',
    marksHost: false,
  },
)
