import { parseDf } from '../parsers/df.js'
import { parseDpkgStatus } from '../parsers/dpkg-status.js'
import { parseHostname } from '../parsers/hostname.js'
import { parseInstanceMetadata } from '../parsers/instance-metadata.js'
import { parseMounts } from '../parsers/mounts.js'
import { parseOsRelease } from '../parsers/os-release.js'
import { parsePackageList } from '../parsers/package-list.js'
import { parseUname } from '../parsers/uname.js'
import { artifact, pack, packNames } from './artifact.js'

export const osRelease = artifact(
  'osRelease',
  'the operating system’s os-release',
  {
    host: ['etc/os-release', 'usr/lib/os-release'],
    // The Azure Monitor Agent's collector has its text among the rest.
    collector: ['amalinux.out'],
    loose: ['os-release'],
  },
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
  { command: 'df -Pk > df.txt', live: [{ program: 'df', args: ['-Pk'], output: 'df.txt' }], marksHost: false },
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

export const mounts = artifact(
  'mounts',
  'the list of mounted file systems',
  {
    host: ['proc/mounts', 'proc/self/mounts', 'proc/1/mounts'],
    collector: ['sos_commands/filesys/mount_-l'],
    loose: ['proc_mounts*', 'proc-mounts*', 'mounts.txt', 'mount.txt'],
  },
  { how: 'bytes', parse: parseMounts },
  { command: 'cat /proc/mounts > proc-mounts.txt', marksHost: false },
)

export const uname = artifact(
  'uname',
  'the kernel’s name and the machine’s architecture',
  { collector: ['sos_commands/kernel/uname_-a'], loose: ['uname', 'uname.txt', 'uname_-a*', 'uname_-m*', 'uname-a*'] },
  { how: 'bytes', parse: parseUname },
  {
    command: 'uname -a > uname.txt',
    live: [{ program: 'uname', args: ['-a'], output: 'uname.txt' }],
    marksHost: false,
  },
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
    live: [
      {
        program: 'dpkg-query',
        args: ['-W', '-f', '${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Status}\\n'],
        output: 'host-packages.txt',
        wholeOnly: true,
      },
      {
        program: 'rpm',
        args: ['-qa', '--queryformat', '%{NAME}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\tinstalled\\n'],
        output: 'host-packages.txt',
        wholeOnly: true,
      },
    ],
    marksHost: false,
  },
)
