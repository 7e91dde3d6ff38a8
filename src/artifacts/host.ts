import { parseDpkgStatus } from '../parsers/dpkg-status.js'
import { parseHostname } from '../parsers/hostname.js'
import { parseOsRelease } from '../parsers/os-release.js'
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
