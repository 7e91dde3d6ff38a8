import fc from 'fast-check'
import { hintOf, recognise, type InventoryHint } from '../../src/parsers/inventory-record.js'
import type { JsonObject } from '../../src/parsers/json.js'

/** The fields of the published picture of the database, in its order. */
const FILE: JsonObject = {
  CollectionName: '/etc/apport/crashdb.conf',
  FileContentChecksum: '0000000000000000000000000000000000000000000000000000000000000001',
  FileSystemPath: '/etc/apport/crashdb.conf',
  ChangeType: 'StartTracking',
  Size: 1216,
  Owner: 'root',
  Group: 'root',
  ItemType: 'File',
  Name: 'crashdb.conf',
  Mode: 420,
  Contents: '',
  DateModified: '2026-01-05 23:03:54',
  DateCreated: '2026-01-08T21:42:41Z',
  FileContentBlobLink: '',
  IsInventorySnapShot: false,
  FileMetaDatacheckSum: '11000000000000000001',
}
const PACKAGE: JsonObject = {
  Name: 'bash',
  CurrentVersion: '5.2.15-2+b8',
  Architecture: 'amd64',
  Publisher: 'Example <packages@example.com>',
}
const SERVICE: JsonObject = {
  SvcName: 'test.service',
  SvcDisplayName: 'A test',
  SvcState: 'Running',
  SvcStartupType: 'Enabled',
  SvcRunlevels: 'multi-user.target',
  SvcController: 'systemd',
  SvcPath: '/etc/systemd/system/test.service',
}

const kind = (value: JsonObject, hint: InventoryHint = null): string | undefined => recognise(value, hint)?.kind

function recased(value: JsonObject, change: (key: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [change(key), member]))
}

describe('recognise', () => {
  it('reads a tracked file', () => {
    expect(recognise(FILE, null)).toEqual({
      kind: 'file',
      path: '/etc/apport/crashdb.conf',
      checksum: '0000000000000000000000000000000000000000000000000000000000000001',
      metaChecksum: '11000000000000000001',
      size: 1216,
      owner: 'root',
      group: 'root',
      mode: '420',
      dateModified: '2026-01-05 23:03:54',
      dateCreated: '2026-01-08T21:42:41Z',
      contentLink: null,
      linksContent: true,
      hasContents: false,
      changeType: 'StartTracking',
      snapshot: false,
      unknownKeys: 0,
    })
  })

  it('reads a package', () => {
    expect(recognise(PACKAGE, null)).toEqual({
      kind: 'package',
      name: 'bash',
      version: '5.2.15-2+b8',
      architecture: 'amd64',
      publisher: 'Example <packages@example.com>',
      size: null,
      installedAt: null,
      status: null,
      changeType: null,
      unknownKeys: 0,
    })
  })

  it('reads a service', () => {
    expect(recognise(SERVICE, null)).toEqual({
      kind: 'service',
      name: 'test',
      display: 'A test',
      state: 'Running',
      startup: 'Enabled',
      runlevels: 'multi-user.target',
      controller: 'systemd',
      path: '/etc/systemd/system/test.service',
      changeType: null,
      unknownKeys: 0,
    })
  })

  it.each([
    ['file', FILE],
    ['package', PACKAGE],
    ['service', SERVICE],
  ])('does not mind the case of a %s’s keys', (_, value) => {
    const expected = recognise(value, null)
    expect(expected).not.toBeNull()
    expect(
      recognise(
        recased(value, (key) => key.toLowerCase()),
        null,
      ),
    ).toEqual(expected)
    expect(
      recognise(
        recased(value, (key) => key.toUpperCase()),
        null,
      ),
    ).toEqual(expected)
  })

  it.each<[string, JsonObject, Record<string, unknown>]>([
    [
      'other names of a file',
      {
        Path: '/a',
        Checksum: 'ab',
        FileMetadataChecksum: '1',
        FileSize: '7',
        ModifiedDate: 'm',
        CreatedDate: 'c',
        ChangeCategory: 'Modified',
      },
      {
        path: '/a',
        checksum: 'ab',
        metaChecksum: '1',
        size: 7,
        dateModified: 'm',
        dateCreated: 'c',
        changeType: 'Modified',
      },
    ],
    [
      'the first absolute path',
      { CollectionName: 'crashdb.conf', FileSystemPath: 'etc/x', DestinationPath: '/etc/x' },
      { path: '/etc/x' },
    ],
    ['a mode as text', { ...FILE, Mode: '0644' }, { mode: '0644' }],
    ['a size that is no number', { ...FILE, Size: 'big' }, { size: null }],
    ['a negative size', { ...FILE, Size: -1 }, { size: null }],
    ['a snapshot as text', { ...FILE, IsInventorySnapShot: 'True' }, { snapshot: true }],
    ['a blank link', { ...FILE, FileContentBlobLink: ' ' }, { contentLink: null, linksContent: true }],
    [
      'a link with a signature',
      { ...FILE, FileContentBlobLink: 'https://example.com/c/b?sv=1&sig=abc' },
      { contentLink: 'https://example.com/c/b' },
    ],
    [
      'rpm’s names of a package',
      { SoftwareName: 'bash', Version: '0:5.1-2', Arch: 'x86_64', Packager: 'p', InstallTime: 1767600000, Size: 7 },
      { name: 'bash', version: '0:5.1-2', architecture: 'x86_64', publisher: 'p', installedAt: '1767600000', size: 7 },
    ],
    [
      'dpkg’s names of a package',
      { Package: 'bash', Version: '5.2', Maintainer: 'm', 'Installed-Size': '7164', Status: 'install ok installed' },
      { name: 'bash', publisher: 'm', size: 7164, status: 'install ok installed' },
    ],
    [
      'systemd’s names of a service',
      {
        Names: 'ssh.service sshd.service',
        Description: 'd',
        SubState: 'running',
        UnitFileState: 'enabled',
        WantedBy: 'multi-user.target',
        FragmentPath: '/lib/ssh.service',
      },
      {
        name: 'ssh',
        display: 'd',
        state: 'running',
        startup: 'enabled',
        runlevels: 'multi-user.target',
        path: '/lib/ssh.service',
      },
    ],
    [
      'run levels as a list',
      { ...SERVICE, SvcRunlevels: ['a.target', 'b.target'] },
      { runlevels: 'a.target b.target' },
    ],
    ['unknown keys, counted', { ...PACKAGE, Colour: 'red', Shape: { round: true }, Nothing: null }, { unknownKeys: 2 }],
  ])('reads %s', (_, value, expected) => {
    expect(recognise(value, null)).toMatchObject(expected)
  })

  it.each<[string, JsonObject, InventoryHint, string]>([
    ['a file that looks like a package', { ...PACKAGE, FileSystemPath: '/usr/bin/bash' }, 'software', 'file'],
    [
      'a unit file that is tracked',
      { ...FILE, FileSystemPath: '/etc/systemd/system/a.service', Name: 'a.service' },
      'services',
      'file',
    ],
    ['a service with a version', { ...PACKAGE, SubState: 'running' }, 'software', 'service'],
    ['a service in the list of files', SERVICE, 'files', 'service'],
    ['a package in the list of services', PACKAGE, 'services', 'package'],
    [
      'a package with the empty fields of every kind',
      { ...PACKAGE, FileSystemPath: '', FileContentChecksum: '', SvcName: '', SubState: null, SvcRunlevels: [] },
      null,
      'package',
    ],
    ['a name in the list of packages', { Name: 'bash' }, 'software', 'package'],
    ['a name in the list of services', { Name: 'ssh' }, 'services', 'service'],
    ['a path in the list of files', { Path: '/etc/hosts' }, 'files', 'file'],
    ['a type of its own against the list', { CollectionName: 'ssh', ItemType: 'Daemon' }, 'software', 'service'],
    ['a record with attributes', { Name: 'bash', Attributes: { a: { b: 1 } } }, 'software', 'package'],
  ])('takes %s for what it is', (_, value, hint, expected) => {
    expect(kind(value, hint)).toBe(expected)
  })

  it.each<[string, JsonObject, InventoryHint]>([
    ['nothing', {}, 'software'],
    ['a name alone', { Name: 'bash' }, null],
    ['a version alone', { Version: '1' }, 'software'],
    ['a name with a version', { Name: 'bash', Version: '1' }, null],
    ['a package without a name', { CurrentVersion: '1', Architecture: 'amd64' }, null],
    ['a blank name', { Name: ' ' }, 'software'],
    ['a file without a path', { FileContentChecksum: 'ab' }, 'files'],
    ['a relative path', { FileSystemPath: 'etc/hosts' }, 'files'],
    ['a name in the list of files', { Name: 'crashdb.conf' }, 'files'],
    ['a service without a name', { SubState: 'running' }, 'services'],
    ['a path without a hint', { Path: '/etc/hosts' }, null],
    ['a configuration', { level: 'INFO', port: 18080 }, 'services'],
    ['a named wrapper', { Name: 'vm-01', Packages: [PACKAGE] }, 'software'],
    ['a wrapper with a version', { Name: 'agent', Version: '2.35.0.0', Publisher: 'p', Packages: [PACKAGE] }, null],
    ['a wrapper around a map', { Name: 'agent', inner: { bash: PACKAGE } }, 'software'],
    ['names that are objects', { Name: { first: 'bash' }, Version: { major: 1 }, Architecture: { a: 1 } }, null],
  ])('refuses %s', (_, value, hint) => {
    expect(recognise(value, hint)).toBeNull()
  })

  it('tells that there are contents, and keeps none', () => {
    const record = recognise({ ...FILE, Contents: 'canary-7f3a' }, null)
    expect(record).toMatchObject({ hasContents: true })
    expect(JSON.stringify(record)).not.toContain('canary-7f3a')
  })

  it('does not take a prototype for a field', () => {
    const value = JSON.parse('{"__proto__":{"Name":"x"},"constructor":"y","toString":"z"}') as JsonObject
    expect(recognise(value, 'software')).toBeNull()
  })

  it('never throws', () => {
    const keys = fc.constantFrom(...Object.keys(FILE), ...Object.keys(PACKAGE), ...Object.keys(SERVICE), 'Packages')
    const hints = fc.constantFrom<InventoryHint>(null, 'files', 'software', 'services')
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), hints, (value, hint) => {
        const record = recognise(value as JsonObject, hint)
        expect(record === null || ['file', 'package', 'service'].includes(record.kind)).toBe(true)
      }),
    )
  })
})

describe('hintOf', () => {
  it.each([
    ['files', { ItemType: 'File' }],
    ['files', { configChangeType: 'Files' }],
    ['software', { ConfigChangeType: 'Software.Packages' }],
    ['software', { ConfigDataType: 'Software' }],
    ['services', { ConfigChangeType: 'Daemons' }],
    [null, { Type: 'JsonData' }],
    [null, { ConfigChangeType: 'Registry' }],
    [null, { ItemType: 1 }],
    [null, { Name: 'File' }],
    [null, {}],
  ])('says %s for %j', (expected, value) => {
    expect(hintOf(value as JsonObject)).toBe(expected)
  })
})
