import { ctExtensionFolder } from '../../artifacts/agent.js'
import { configCache, dcrLabel, settingsOf } from '../../facts/ct-dcrs.js'
import { compareVersions, ctVersion } from '../../facts/versions.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { CONTENT_UPLOAD_VERSION } from '../../knowledge/ct-versions.js'
import { LINKS } from '../../knowledge/links.js'
import { atJson, type Locator } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import type { CtSettings } from '../../parsers/config-chunk.js'

export const contentUploadNeedsUpgrade = rule({
  id: 'CT4021',
  name: 'content-upload-needs-upgrade',
  title: 'This version of the extension cannot upload file contents',
  group: 'agent',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Looks whether the rule asks for the contents of tracked files, and whether the extension’s version can upload them.',
    why: `Before ${CONTENT_UPLOAD_VERSION.version} the upload of file contents does not work on Linux: changes arrive, their contents do not.`,
    how: `Fires when a Change Tracking rule has content upload on and the extension is older than ${CONTENT_UPLOAD_VERSION.version}. Upload is on when enableUpload is true and not every path opts out, or, without that setting, when an enabled path asks for it and a storage account is set.`,
    limits: 'That the setting is on does not say that anybody looks at the contents.',
    fix: [
      `Update the extension: ${COMMANDS.updateCt}.`,
      'Check that the machine’s identity is Storage Blob Data Contributor on the container changetrackingblob.',
    ],
    proof: 'After a change of a tracked file, its record has a FileContentBlobLink.',
    links: [LINKS.ctVersions],
  },
  needs: { cache: configCache, seen: ctVersion },
  causes: ['CT5016'],
  *check({ cache, seen }) {
    const asked = cache.ctDcrs.flatMap((dcr) => {
      const at = settingsOf(dcr).flatMap(({ path, settings }) => uploadOn(path, settings))[0]
      return at === undefined ? [] : [{ dcr, at }]
    })
    if (asked.length === 0) return
    if (seen === null) {
      yield unknown('Nothing that names the extension’s version was collected.', [ctExtensionFolder])
      return
    }
    if (compareVersions(seen.version, CONTENT_UPLOAD_VERSION.version) >= 0) return
    for (const { dcr, at } of asked) {
      yield finding({
        subject: dcr.id,
        message: `${dcrLabel(dcr)} asks for file contents; version ${seen.version} cannot upload them, ${CONTENT_UPLOAD_VERSION.version} can.`,
        evidence: [at, seen.at],
        data: { version: seen.version, minimum: CONTENT_UPLOAD_VERSION.version },
      })
    }
  },
})

/** Where the settings switch content upload on; nothing when they do not. */
function uploadOn(path: string, { enableFiles, enableUpload, fileInfo, uploadSetting }: CtSettings): Locator[] {
  if (enableFiles?.value === false || enableUpload?.value === false) return []
  const enabled = (fileInfo ?? []).filter(({ enabled: on }) => on !== false)
  if (enableUpload?.value === true) {
    const wanted = enabled.length === 0 || enabled.some(({ uploadContent }) => uploadContent !== false)
    return wanted ? [atJson(path, enableUpload.segments, true)] : []
  }
  const asks = enabled.find(({ uploadContent }) => uploadContent === true)
  if (asks === undefined || uploadSetting === null) return []
  return [atJson(path, asks.segments, { destinationPath: asks.path, uploadContent: true })]
}
