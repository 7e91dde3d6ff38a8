import { parseDpkgStatus } from '../parsers/dpkg-status.js'
import { parseHostname } from '../parsers/hostname.js'
import { parseMounts } from '../parsers/mounts.js'
import { parseOsRelease } from '../parsers/os-release.js'
import { parseUname } from '../parsers/uname.js'
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
  { command: 'uname -a > uname.txt', marksHost: false },
)
