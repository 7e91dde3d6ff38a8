import { ctExtensionMultipleVersions } from '../../src/rules/agent/CT4002-ct-extension-multiple-versions.js'
import { ctExtensionOutdated } from '../../src/rules/agent/CT4003-ct-extension-outdated.js'
import { ctExtensionKnownIssue } from '../../src/rules/agent/CT4004-ct-extension-known-issue.js'
import { contentUploadNeedsUpgrade } from '../../src/rules/agent/CT4021-content-upload-needs-upgrade.js'
import type { Rule } from '../../src/model/rule.js'
import {
  AMA,
  CHUNK_FILE,
  CHUNKS,
  CT,
  CT_LOG,
  ctChunk,
  cxpService,
  DCR_A,
  DCR_D,
  EXT,
  healthyHost,
  HostTree,
  linuxSettings,
  processes,
  WORKER,
} from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const host = healthyHost()
const UNIT = 'usr/lib/systemd/system/cxp.service'
const COMMANDS = `${CT_LOG}/CommandExecution.log`

function folder(version: string): string {
  return `var/lib/waagent/${CT}-${version}`
}

/** The healthy host with another version wherever it shows. */
function of(version: string, base = host): HostTree {
  const entries = [...base.entries].map(([path, { content, ...rest }]) => {
    const text = typeof content === 'string' ? content.replaceAll('2.35.0.0', version) : content
    return [path.replaceAll('2.35.0.0', version), { ...rest, content: text }] as const
  })
  return new HostTree(new Map(entries))
}

/** Nothing that shows a version. */
const versionless = host.without(/ChangeTracking-Linux-2|cxp\.service|^ps-ef|CommandExecution/)

describeRule(ctExtensionMultipleVersions, {
  found: [
    {
      name: 'an older one is enabled too',
      host: host.with(`${folder('2.9.0.0')}/config/HandlerState`, 'Enabled'),
      subjects: ['ChangeTracking-Linux'],
      cites: [EXT, folder('2.9.0.0')],
      data: [{ versions: ['2.35.0.0', '2.9.0.0'] }],
    },
    {
      name: 'an update that broke off',
      host: host.with(`${folder('2.36.0.0')}/config/HandlerState`, 'FailedUpgrade'),
      subjects: ['ChangeTracking-Linux'],
      cites: [
        'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.36.0.0',
        'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0',
      ],
    },
    {
      name: 'only its name is known',
      host: host.folder(folder('2.30.1.0')),
      subjects: ['ChangeTracking-Linux'],
      cites: [
        'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0',
        'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.30.1.0',
      ],
    },
  ],
  ok: [
    {
      name: 'one left behind by an update, not installed any more',
      host: host.with(`${folder('2.9.0.0')}/config/HandlerState`, 'NotInstalled\n'),
    },
    { name: 'a zip of another version', host: host.with(`${folder('2.9.0.0')}.zip`, 'x') },
    { name: 'another extension in two versions', host: host.folder(`var/lib/waagent/${AMA}-1.36.1`) },
    { name: 'a folder whose end is no version', host: host.folder(folder('backup')) },
  ],
})

/** Rules about one version find it in the same places. */
function describeVersion(rule: Rule, bad: readonly string[], good: readonly string[]): void {
  const [first = '', ...others] = bad
  describeRule(rule, {
    found: [
      { name: first, host: of(first), subjects: [first], cites: [folder(first)] },
      ...others.map((version) => ({ name: version, host: of(version), subjects: [version] })),
      {
        name: 'the service names it, no folder was collected',
        host: versionless.with(UNIT, cxpService(first)),
        subjects: [first],
        cites: [`${UNIT}:7`],
      },
      {
        name: 'a process runs with it',
        host: versionless.with('ps-ef.txt', processes([WORKER.replace('2.35.0.0', first)])),
        subjects: [first],
        cites: ['ps-ef.txt:4'],
      },
      {
        name: 'the guest agent last ran a command of it',
        host: versionless.with(COMMANDS, of(first).entries.get(COMMANDS)?.content ?? ''),
        subjects: [first],
        cites: [COMMANDS],
      },
      {
        name: 'a newer folder is there, not installed yet',
        host: of(first).with(`${folder('2.36.0.0')}/config/HandlerState`, 'NotInstalled'),
        subjects: [first],
      },
    ],
    ok: [
      ...good.map((version) => ({ name: version, host: of(version) })),
      {
        name: 'a folder of it was left behind',
        host: host.with(`${folder(first)}/config/HandlerState`, 'NotInstalled'),
      },
      { name: 'a folder of it beside a newer one', host: host.folder(folder(first)) },
      { name: 'its zip was left behind', host: host.with(`${folder(first)}.zip`, 'x') },
      { name: 'another extension has it', host: host.folder(`var/lib/waagent/${AMA}-${first}`) },
    ],
    unknown: [{ name: 'nothing shows the version', host: versionless }],
  })
}

describeVersion(
  ctExtensionOutdated,
  ['2.19.9.9', '2.9.0.0', '1.99.0.0'],
  ['2.20.0.0', '2.20', '2.20.0.1', '2.100.0.0', '3.0.0.0'],
)
describeVersion(
  ctExtensionKnownIssue,
  ['2.23.0.0', '2.24.0.0', '2.24'],
  ['2.22.0.0', '2.23.1.0', '2.25.0.0', '2.240.0.0', '99.0.0.0'],
)

const STORAGE = {
  storageAccountResourceId:
    '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-01/providers/Microsoft.Storage/storageAccounts/stexample01',
  blobEndpoint: 'https://stexample01.blob.core.windows.net/',
  managedIdentity: '',
}

interface Upload {
  readonly enableUpload?: unknown
  readonly uploadContent?: unknown
  readonly enabled?: boolean
  readonly storage?: boolean
  readonly enableFiles?: boolean
}

function uploading(
  { enableUpload, uploadContent, enabled = true, storage = true, enableFiles = true }: Upload,
  version = '2.21.0.0',
): HostTree {
  const chunk = ctChunk()
  const settings = linuxSettings(chunk)
  if (enableUpload !== undefined) settings['enableUpload'] = enableUpload
  settings['enableFiles'] = enableFiles
  const files = settings['fileSettings'] as { fileInfo: Record<string, unknown>[]; uploadSetting?: unknown }
  if (storage) files.uploadSetting = STORAGE
  Object.assign(files.fileInfo[0] ?? {}, { enabled }, uploadContent === undefined ? {} : { uploadContent })
  return of(version).with(CHUNK_FILE, JSON.stringify(chunk))
}

describeRule(contentUploadNeedsUpgrade, {
  found: [
    {
      name: 'switched on for the rule',
      host: uploading({ enableUpload: true, uploadContent: true }),
      subjects: [DCR_A],
      cites: [`${CHUNK_FILE}#/extensionConfigurations/ChangeTracking-Linux/0/extensionSettings/enableUpload`],
      data: [{ version: '2.21.0.0', minimum: '2.22.0.0' }],
    },
    {
      name: 'switched on, paths say nothing',
      host: uploading({ enableUpload: 'true' }),
      subjects: [DCR_A],
      cites: ['/enableUpload', 'Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.21.0.0'],
    },
    {
      name: 'a path asks for it and a storage account is set',
      host: uploading({ uploadContent: true }),
      subjects: [DCR_A],
      cites: ['/fileSettings/fileInfo/0'],
    },
  ],
  ok: [
    { name: 'the first version that can', host: uploading({ enableUpload: true, uploadContent: true }, '2.22.0.0') },
    { name: 'a newer one', host: uploading({ enableUpload: true }, '2.100.0.0') },
    { name: 'an old version, no upload', host: of('2.21.0.0') },
    { name: 'switched off although a path asks', host: uploading({ enableUpload: false, uploadContent: true }) },
    { name: 'switched on, but every path opts out', host: uploading({ enableUpload: true, uploadContent: false }) },
    { name: 'no storage account', host: uploading({ uploadContent: true, storage: false }) },
    { name: 'the path that asks is disabled', host: uploading({ uploadContent: true, enabled: false }) },
    { name: 'files are not tracked', host: uploading({ enableUpload: true, enableFiles: false }) },
    {
      name: 'only the Windows part uploads',
      host: of('2.21.0.0').edit(CHUNK_FILE, (text) => text.replace('"enableRegistry":true', '"enableUpload":true')),
    },
    {
      name: 'the chunk of another rule asks, without Change Tracking',
      host: of('2.21.0.0').with(`${CHUNKS}/9.json`, `{"enableUpload":true,"id":"${DCR_D}"}`),
    },
  ],
  unknown: [
    {
      name: 'nothing shows the version',
      host: uploading({ enableUpload: true }).without(/ChangeTracking-Linux-2|cxp\.service|^ps-ef|CommandExecution/),
    },
  ],
})
