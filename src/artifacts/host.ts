import { parseDpkgStatus } from '../parsers/dpkg-status.js'
import { parseHostname } from '../parsers/hostname.js'
import { parseOsRelease } from '../parsers/os-release.js'
import { parsePackageList } from '../parsers/package-list.js'
import { parseServiceList } from '../parsers/service-list.js'
import { artifact, pack } from './artifact.js'

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

export const packageList = artifact(
  'packageList',
  'a list of the host’s packages',
  {
    collector: ['installed-debs', 'installed-rpms', 'sos_commands/dpkg/dpkg_-l'],
    loose: [
      'host-packages.txt',
      'installed-debs',
      'installed-rpms',
      'dpkg-query*.txt',
      'dpkg_-l*',
      'dpkg-l*.txt',
      'rpm_-qa*',
      'rpm-qa*.txt',
    ],
  },
  { how: 'bytes', parse: parsePackageList },
  {
    command: `(dpkg-query -W -f '\${Package}\\t\${Version}\\t\${Architecture}\\t\${db:Status-Status}\\n' || rpm -qa --queryformat '%{NAME}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\tinstalled\\n') > host-packages.txt`,
    marksHost: false,
  },
)

export const hostServices = artifact(
  'hostServices',
  'systemd’s list of the host’s services',
  {
    collector: ['sos_commands/systemd/systemctl_list-unit-files', 'sos_commands/systemd/systemctl_show_service_--all'],
    loose: ['host-services.txt', 'systemctl-list-unit-files*', 'systemctl_list-unit-files*', 'list-unit-files*.txt'],
  },
  { how: 'bytes', parse: parseServiceList },
  {
    command: 'systemctl list-unit-files --no-pager --no-legend "*.service" > host-services.txt',
    marksHost: false,
  },
)
