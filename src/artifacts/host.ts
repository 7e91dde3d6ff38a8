import { parseDf } from '../parsers/df.js'
import { parseDpkgStatus } from '../parsers/dpkg-status.js'
import { parseHostname } from '../parsers/hostname.js'
import { parseInstanceMetadata } from '../parsers/instance-metadata.js'
import { parseOsRelease } from '../parsers/os-release.js'
import { artifact, pack, packNames } from './artifact.js'

export const osRelease = artifact(
  'osRelease',
  'the operating system’s os-release',
  { host: ['etc/os-release', 'usr/lib/os-release'], loose: ['os-release'] },
  { how: 'bytes', parse: parseOsRelease },
  { command: pack('os-release', '/etc/os-release'), marksHost: false },
)

export const hostname = artifact(
  'hostname',
  'the host’s name',
  { host: ['etc/hostname'] },
  { how: 'bytes', parse: parseHostname },
  { command: pack('hostname', '/etc/hostname'), marksHost: false },
)

export const hostPackages = artifact(
  'hostPackages',
  'the package database of dpkg',
  { host: ['var/lib/dpkg/status'] },
  { how: 'bytes', parse: parseDpkgStatus },
  { command: pack('dpkg-status', '/var/lib/dpkg/status'), marksHost: false },
)

/** What the platform says of the machine; a collector asked, ct-diag never does. */
export const instanceMetadata = artifact(
  'identity',
  'the platform’s metadata of the machine',
  { collector: ['sos_commands/azure/instance_metadata.json'], loose: ['instance_metadata.json'] },
  { how: 'bytes', parse: parseInstanceMetadata },
  {
    // The id alone: the whole answer holds keys and custom data.
    command: `printf '{"resourceId":"%s"}' "$(curl -s -H Metadata:true --noproxy '*' 'http://169.254.169.254/metadata/instance/compute/resourceId?api-version=2021-02-01&format=text')" > instance_metadata.json`,
    marksHost: false,
  },
)

export const diskFree = artifact(
  'diskFree',
  'the free space of the file systems',
  {
    collector: ['sos_commands/filesys/df_*'],
    // A sosreport has it at its top as well, under the bare name.
    loose: ['df.txt', 'df-*.txt', 'df_*.txt', 'df'],
  },
  { how: 'bytes', parse: parseDf },
  { command: 'df -Pk > df.txt', marksHost: false },
)

/** Names only: the Azure Connected Machine agent’s folder, or its service. The value is which of them. */
export const arcAgent = artifact(
  'arcConfig',
  'the Azure Connected Machine agent’s folder or service',
  {
    host: [
      'var/opt/azcmagent',
      'etc/systemd/system/himdsd.service',
      'etc/systemd/system/multi-user.target.wants/himdsd.service',
      'usr/lib/systemd/system/himdsd.service',
      'lib/systemd/system/himdsd.service',
    ],
    collector: ['Arc/localconfig.json'],
  },
  { how: 'name', parse: (relative) => (relative.endsWith('.service') ? ('service' as const) : ('folder' as const)) },
  { command: packNames('ct-arc', 1, '/var/opt/azcmagent'), marksHost: false },
)
