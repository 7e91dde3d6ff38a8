import { lowDisk } from '../../src/rules/host/CT8001-low-disk.js'
import { osUnsupported } from '../../src/rules/host/CT8002-os-unsupported.js'
import { arcOnAzureVm } from '../../src/rules/host/CT8003-arc-on-azure-vm.js'
import { AMA_LOG, amaOut, CHUNK_FILE, df, healthyHost, HostTree, MACHINE, ps } from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const list = 'df.txt'
const disk = (free: Readonly<Record<string, number>>): HostTree => host.with(list, df(free))

describeRule(lowDisk, {
  found: [
    {
      name: '/var is a file system of its own',
      host: disk({ '/': 9000, '/var': 499 }),
      subjects: ['/var'],
      cites: [`${list}:3`],
      says: ['499 MB are free on /var; 500 MB are needed.'],
      data: [{ freeMb: 499, folders: ['/var'] }],
    },
    {
      name: 'one file system holds all three',
      host: disk({ '/': 120 }),
      subjects: ['/'],
      says: ['on /, which holds /etc, /opt, /var;'],
      data: [{ freeMb: 120, folders: ['/etc', '/opt', '/var'] }],
    },
    {
      name: 'two of them',
      host: disk({ '/': 300, '/opt': 0, '/var': 5000 }),
      subjects: ['/', '/opt'],
      cites: ['df.txt:2', 'df.txt:3'],
      data: [
        { freeMb: 300, folders: ['/etc'] },
        { freeMb: 0, folders: ['/opt'] },
      ],
    },
    {
      name: 'a list for people',
      host: host.with(
        list,
        'Filesystem      Size  Used Avail Use% Mounted on\nudev            1.9G     0  1.9G   0% /dev\n/dev/sda1        29G   29G   88M 100% /\n',
      ),
      subjects: ['/'],
    },
    {
      name: 'a sosreport',
      host: host
        .without(/^df/)
        .with(
          'sos_commands/filesys/df_-al_-x_autofs',
          'Filesystem     1K-blocks    Used Available Use% Mounted on\nsysfs                  0       0         0    - /sys\n/dev/sda1       30298176 5242880  25038912  18% /\n/dev/sdb1       10255636 9944096    304260  98% /var\n',
        ),
      subjects: ['/var'],
    },
  ],
  ok: [
    { name: 'exactly 500 MB', host: disk({ '/': 500 }) },
    {
      name: 'other file systems are full',
      host: disk({ '/': 9000, '/home': 0, '/var/lib/docker': 1, '/boot': 20, '/v': 0 }),
    },
    {
      name: 'the root is full, and the three lie elsewhere',
      host: disk({ '/': 3, '/etc': 900, '/opt': 900, '/var': 900 }),
    },
    {
      name: 'mounted twice, the later one on top',
      host: host.with(list, `${df({ '/': 9000, '/var': 2 })}${df({ '/var': 9000 }).split('\n')[1] ?? ''}\n`),
    },
    {
      name: 'a pseudo file system without any size',
      host: host.with(list, `${df({ '/': 9000 })}none 0 0 0 - /var\n`),
    },
  ],
  unknown: [
    {
      name: 'a list of inodes',
      host: host.with(list, 'Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 100 99 1 99% /\n'),
    },
    { name: 'a list of other folders', host: disk({ '/home': 1 }) },
    {
      name: 'the program of that name instead of its output',
      host: host.without(/^df/).with('usr/bin/df', '\x7fELF\x02\x01'),
    },
  ],
})

const os = (text: string): HostTree => host.with('etc/os-release', text)
const release = (id: string, version: string): HostTree =>
  os(`PRETTY_NAME="Made-up ${id}"\nID="${id}"\nVERSION_ID="${version}"\n`)

describeRule(osUnsupported, {
  found: [
    {
      name: 'a distribution that is not on the list',
      host: release('fedora', '43'),
      subjects: ['fedora 43'],
      cites: ['etc/os-release:2', 'etc/os-release:3'],
      data: [{ id: 'fedora', versionId: '43' }],
    },
    {
      name: 'one derived from a supported one',
      host: os('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22.04"\n'),
      subjects: ['linuxmint 22.04'],
      cites: ['os-release:1', 'os-release:3'],
    },
    { name: 'a version too old', host: release('debian', '8'), subjects: ['debian 8'] },
    { name: 'a release between two long-term ones', host: release('ubuntu', '24.10'), subjects: ['ubuntu 24.10'] },
    { name: 'an Amazon Linux between the two', host: release('amzn', '2018.03'), subjects: ['amzn 2018.03'] },
    {
      name: 'no version, of a distribution that is not on the list',
      host: os('ID=arch\n'),
      subjects: ['arch'],
      data: [{ id: 'arch', versionId: null }],
    },
  ],
  ok: [
    ...(
      [
        ['ubuntu', '16.04'],
        ['ubuntu', '26.04'],
        ['rhel', '7.9'],
        ['rhel', '10.1'],
        ['almalinux', '9.6'],
        ['ol', '8.10'],
        ['sles', '15.7'],
        ['opensuse-leap', '15.6'],
        ['mariner', '2.0'],
        ['azurelinux', '3.0'],
        ['amzn', '2023'],
        ['rocky', '8.10'],
        ['UBUNTU', '22.04'],
      ] as const
    ).map(([id, version]) => ({ name: `${id} ${version}`, host: release(id, version) })),
    { name: 'newer than the list', host: release('ubuntu', '26.10') },
    { name: 'a new major version', host: release('debian', '14') },
    { name: 'a rolling release', host: release('opensuse-tumbleweed', '20260110') },
  ],
  unknown: [
    { name: 'no ID', host: os('PRETTY_NAME="x"\n') },
    { name: 'an unfinished release without a version', host: os('ID=debian\nPRETTY_NAME="Debian sid"\n') },
  ],
})

const ARC = MACHINE.replace('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines')
const info = `${AMA_LOG}/mdsd.info`
const arcServer = host
  .edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, ARC))
  .edit(info, (text) => text.replaceAll(MACHINE, ARC))
const nameless = host.without(/mdsd\.info/).edit(CHUNK_FILE, (text) => text.replaceAll(MACHINE, '/x'))
const folder = 'var/opt/azcmagent/localconfig.json'

describeRule(arcOnAzureVm, {
  found: [
    {
      name: 'the agent’s folder on an Azure VM',
      host: host.with(folder, '{}'),
      subjects: ['azcmagent'],
      cites: ['var/opt/azcmagent', info],
    },
    {
      name: 'its service, and a chunk that names the VM',
      host: host.without(/mdsd\.info/).with('etc/systemd/system/himdsd.service', '[Unit]\n'),
      subjects: ['azcmagent'],
      cites: [CHUNK_FILE],
    },
    {
      name: 'its process',
      host: host.with('ps-ef.txt', ps('/opt/azcmagent/bin/himds')),
      subjects: ['azcmagent'],
      cites: ['ps-ef.txt:7'],
    },
    {
      name: 'the chunk still names the VM, the agent took the Arc identity',
      host: host.edit(info, (text) => text.replaceAll(MACHINE, ARC)).with(folder, '{}'),
      subjects: ['azcmagent'],
      cites: ['azcmagent', '1000000000000000001.json#/channels/0'],
    },
    {
      name: 'the collector’s overview alone names the VM',
      host: nameless.with(folder, '{}').with('amalinux.out', amaOut()),
      subjects: ['azcmagent'],
      cites: ['amalinux.out:7'],
    },
    {
      name: 'the archive of the Azure Monitor Agent’s collector',
      host: new HostTree(
        new Map([
          ['amalogs-azurearc-2026-01-10T10.00.00/Arc/localconfig.json', { content: '{}' }],
          [
            'amalogs-azurearc-2026-01-10T10.00.00/mdsd/logs/mdsd.info',
            { content: String(host.entries.get(info)?.content) },
          ],
        ]),
      ),
      subjects: ['azcmagent'],
      cites: ['localconfig.json', 'mdsd.info:3'],
    },
  ],
  ok: [
    {
      name: 'somebody searched for the process',
      host: host.with('ps-ef.txt', ps('grep himds', 'vi /opt/azcmagent/himds')),
    },
    {
      name: 'guest configuration, which every VM can have',
      host: host.with('var/lib/GuestConfig/ext_mgr_logs/gc_ext.log', 'x'),
    },
    { name: 'the collector’s overview of an Azure VM', host: host.with('amalinux.out', amaOut()) },
    { name: 'another service', host: host.with('etc/systemd/system/himds-exporter.service', '[Unit]\n') },
  ],
  notApplicable: [
    { name: 'an Arc-enabled server', host: arcServer.with(folder, '{}') },
    { name: 'an Arc-enabled server, its folder not collected', host: arcServer.without(/^ps-ef/) },
  ],
  unknown: [
    { name: 'nothing says what kind of machine it is', host: nameless.with(folder, '{}') },
    { name: 'nothing would show the agent', host: host.without(/^ps-ef/) },
    {
      name: 'a list of processes that was searched',
      host: host.with('ps-ef.txt', `${ps().split('\n').slice(2, 4).join('\n')}\n`),
    },
  ],
})
