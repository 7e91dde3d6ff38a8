import { configCache, dcrLabel, settingsOf } from '../../facts/ct-dcrs.js'
import { counted } from '../../model/count.js'
import { atJson } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'
import { LINKS } from '../../knowledge/links.js'

export const noTrackedFiles = rule({
  id: 'CT1009',
  name: 'no-tracked-files',
  title: 'File tracking is on, but no path is tracked',
  group: 'dcr',
  severity: 'warning',
  confidence: 'certain',
  docs: {
    what: 'Reads the list of tracked paths, fileSettings.fileInfo, of a rule with enableFiles true.',
    why: 'Without an enabled entry the Files worker has nothing to look at: no file ever appears.',
    how: 'Fires when fileInfo is missing, empty, or every entry has enabled false. An entry that does not say counts as enabled.',
    limits: 'Nothing known.',
    fix: [
      'Add the paths to track to the rule (portal: Change Tracking, Settings, Linux Files), or set enableFiles false when no file is to be tracked.',
      'Wait for the next fetch of the rule, about 5 minutes.',
    ],
    proof: '`File.json` beside the agent’s log lists the files after one file collection (15 minutes by default).',
    links: [LINKS.enable],
  },
  needs: { cache: configCache },
  causes: ['CT5003', 'CT5008', 'CT5009'],
  *check({ cache }) {
    for (const dcr of cache.ctDcrs) {
      for (const { path, settings } of settingsOf(dcr)) {
        const { enableFiles, fileInfo } = settings
        if (enableFiles?.value !== true || fileInfo?.some(({ enabled }) => enabled !== false) === true) continue
        const state =
          fileInfo === null
            ? 'has no fileInfo'
            : fileInfo.length === 0
              ? 'has an empty fileInfo'
              : `has ${counted(fileInfo.length, 'tracked path')}, ${fileInfo.length === 1 ? 'and it is' : 'all'} disabled`
        const disabled = fileInfo?.map(({ segments, name, path: tracked }) =>
          atJson(path, segments, { name, path: tracked, enabled: false }),
        )
        yield finding({
          subject: dcr.id,
          explains: ({ ruleId, subject }) => ruleId === 'CT5009' || subject === 'files',
          message: `${dcrLabel(dcr)} switches file tracking on, but ${state}.`,
          evidence: [atJson(path, enableFiles.segments, enableFiles.raw), ...(disabled ?? []).slice(0, 20)],
        })
      }
    }
  },
})
