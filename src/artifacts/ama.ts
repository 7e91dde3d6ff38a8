import { AMA_EXTENSION } from '../knowledge/names.js'
import { parseMdsdLog } from '../parsers/mdsd-log.js'
import { parseMdsdQos } from '../parsers/mdsd-qos.js'
import { artifact, pack, packNames } from './artifact.js'
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
  { command: pack('ct-ama-logs', `/${LOGS}`) },
)

export const mdsdErr = artifact(
  'mdsdErr',
  'the Azure Monitor Agent’s error log mdsd.err',
  mdsdPlaces('mdsd.err'),
  { how: 'stream', parse: parseMdsdLog },
  { command: pack('ct-ama-logs', `/${LOGS}`) },
)

export const mdsdWarn = artifact(
  'mdsdWarn',
  'the Azure Monitor Agent’s warning log mdsd.warn',
  mdsdPlaces('mdsd.warn'),
  { how: 'stream', parse: parseMdsdLog },
  { command: pack('ct-ama-logs', `/${LOGS}`) },
)

export const mdsdQos = artifact(
  'mdsdQos',
  'the Azure Monitor Agent’s upload statistics mdsd.qos',
  mdsdPlaces('mdsd.qos'),
  { how: 'stream', parse: parseMdsdQos },
  { command: pack('ct-ama-logs', `/${LOGS}`) },
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
