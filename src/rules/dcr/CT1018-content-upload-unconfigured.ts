import { configCache, dcrLabel, settingsOf, trackedEntries } from '../../facts/ct-dcrs.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import type { CtSettings } from '../../parsers/config-chunk.js'

export const contentUploadUnconfigured = rule({
  id: 'CT1018',
  name: 'content-upload-unconfigured',
  title: 'File contents are to be uploaded, but the rule does not say where to',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the entries that ask for the upload of file contents with the rule’s storage settings.',
    why: 'Contents go to a storage account that the rule has to name, and only while uploading is switched on. Otherwise changes of a file arrive without its content.',
    how: 'Fires when an enabled entry has uploadContent true, and the rule has no `uploadSetting` with a storage account or a blob address, or has enableUpload false. An absent enableUpload does not count as off.',
    limits: 'Whether contents are really missing shows only in the workspace.',
    fix: [
      'Link a storage account (portal: Change Tracking, Settings, File Content), or set uploadContent false where nobody needs contents.',
      'Give the machine’s managed identity the role Storage Blob Data Contributor on the container changetrackingblob.',
      'Wait for the next fetch of the rule, about 5 minutes.',
    ],
    proof: 'The cached rule shows `uploadSetting` with a blobEndpoint, and enableUpload is not false.',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT5016'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      const [faulty] = settingsOf(dcr).flatMap(({ path, settings }) => {
        const entry = trackedEntries(settings).find(({ uploadContent }) => uploadContent === true)
        const fault = faultOf(settings)
        return entry === undefined || fault === null ? [] : [{ path, settings, entry, fault }]
      })
      if (faulty === undefined) continue
      const { path, settings, entry, fault } = faulty
      const { enableUpload, uploadSetting } = settings
      const wanting = trackedEntries(settings).filter(({ uploadContent }) => uploadContent === true).length
      yield finding({
        subject: dcr.id,
        message: `${wanting === 1 ? 'One tracked path' : `${wanting} tracked paths`} of ${dcrLabel(dcr)} ${wanting === 1 ? 'asks' : 'ask'} for the upload of contents, but the rule ${fault}.`,
        evidence: [
          atJson(path, entry.segments, { name: entry.name, destinationPath: entry.path, uploadContent: true }),
          ...(enableUpload?.value === false ? [atJson(path, enableUpload.segments, enableUpload.raw)] : []),
          ...(uploadSetting === null ? [] : [atJson(path, uploadSetting.segments, storage(uploadSetting))]),
        ],
        data: { entries: wanting },
      })
    }
  },
})

function faultOf({ enableUpload, uploadSetting }: CtSettings): string | null {
  if (uploadSetting === null) return 'has no uploadSetting'
  const named = Object.values(storage(uploadSetting)).some((value) => (value ?? '').trim() !== '')
  if (!named) return 'names no storage account in uploadSetting'
  return enableUpload?.value === false ? 'has enableUpload false' : null
}

function storage({ storageAccountResourceId, blobEndpoint }: NonNullable<CtSettings['uploadSetting']>): {
  storageAccountResourceId: string | null
  blobEndpoint: string | null
} {
  return { storageAccountResourceId, blobEndpoint }
}
