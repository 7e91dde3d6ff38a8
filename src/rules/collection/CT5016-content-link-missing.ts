import { ctDb, fileJson } from '../../artifacts/collection.js'
import { configCache, settingsOf } from '../../facts/ct-dcrs.js'
import { isOlder, trackedFiles } from '../../facts/tracked-files.js'
import { trackedPaths } from '../../facts/tracked-paths.js'
import { LIMITS } from '../../knowledge/limits.js'
import { LINKS } from '../../knowledge/links.js'
import { finding, rule, unknown } from '../../model/rule.js'

const FILES_MAX = 5000

export const contentLinkMissing = rule({
  id: 'CT5016',
  name: 'content-link-missing',
  title: 'File contents are to be uploaded, but no file has a link to its content',
  group: 'collection',
  severity: 'warning',
  confidence: 'possible',
  docs: {
    what: 'Looks for the link to the uploaded content, FileContentBlobLink, on files whose content the rule uploads.',
    why: 'Without it the portal shows that a file changed, and not what changed.',
    how: 'Applies when the rule switches upload on, names a storage account, and an enabled path uploads contents. Fires when such files are tracked and not one of them has a link. It is likelier when some of them have changed since tracking began. Files over 5 MB do not count.',
    limits:
      'It is not documented whether a file that has not changed yet has a link. A record without a place for the link proves nothing.',
    fix: [
      'Give the machine’s managed identity the role Storage Blob Data Contributor on the container `changetrackingblob`: `az role assignment create --role "Storage Blob Data Contributor" --assignee PRINCIPAL-ID --scope STORAGE-ACCOUNT-ID`.',
      'Check the version of the extension: `ls -d /var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-*`. Before 2.22.0.0 the upload does not work on Linux.',
      'Change a tracked file, wait for one file run, and look again.',
    ],
    proof: 'A new bundle, taken after a tracked file was changed, no longer shows CT5016.',
    links: [LINKS.overview],
  },
  needs: { cache: configCache, paths: trackedPaths },
  optional: { files: trackedFiles },
  *check({ cache, paths, files }) {
    const uploading = paths.all.filter(({ dcr, entry }) => {
      const to = settingsOf(dcr).find(
        ({ settings: { enableUpload, uploadSetting } }) =>
          enableUpload?.value === true &&
          (uploadSetting?.blobEndpoint ?? uploadSetting?.storageAccountResourceId ?? '') !== '',
      )
      return to !== undefined && entry.uploadContent === true
    })
    if (uploading.length === 0) return
    if (files == null) {
      yield unknown('Neither File.json nor a database with tracked files is in the input.', [ctDb, fileJson])
      return
    }
    const wanted = files.files
      .slice(0, FILES_MAX)
      .filter(
        ({ record: { path, size } }) =>
          (size ?? 0) <= LIMITS.fileBytes && uploading.some(({ pattern }) => pattern.matches(path)),
      )
    if (wanted.some(({ record }) => record.contentLink !== null)) return
    const [first, ...others] = wanted.filter(({ record }) => record.linksContent)
    if (first === undefined) {
      if (wanted.length > 0) yield unknown('The records of tracked files have no place for a link.', [ctDb])
      return
    }
    if (cache.ctDcrs.length > 1)
      yield unknown('Several rules compete, and which one the agent follows decides about uploads.', [ctDb])
    else if (isOlder(files, paths.since)) yield unknown(`${files.path} was written before the cached rule.`, [fileJson])
    else {
      const changed = [first, ...others].filter(
        ({ record }) => record.changeType !== null && !/^StartTracking$/i.test(record.changeType),
      )
      yield finding({
        subject: 'files',
        message: `The contents of ${others.length + 1} tracked files are to be uploaded, and none has a link to its content; ${changed.length} of them changed since tracking began.`,
        evidence: [(changed[0] ?? first).at, ...uploading.slice(0, 2).map(({ at }) => at)],
        data: { files: others.length + 1, changed: changed.length },
        ...(changed.length > 0 ? { confidence: 'likely' as const } : {}),
      })
    }
  },
})
