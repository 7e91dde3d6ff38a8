import { configChunk, mcsConfig } from '../../artifacts/dcr.js'
import { configCache } from '../../facts/ct-dcrs.js'
import { COMMANDS } from '../../knowledge/commands.js'
import { LINKS } from '../../knowledge/links.js'
import type { Evidence, Found } from '../../model/artifact.js'
import { absence, atEntry, atJson, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import type { McsConfig } from '../../parsers/mcsconfig.js'
import { compareAssignments } from './assignments.js'

export const chunkNotInMcsconfig = rule({
  id: 'CT1020',
  name: 'chunk-not-in-mcsconfig',
  title: 'The list of assigned rules and the cached rules disagree',
  group: 'dcr',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the Azure Monitor Agent’s list of assigned rules, mcsconfig, with the files in `configchunks` beside it.',
    why: 'At its start the agent reads the list, and for each rule in it the file. A file that the list does not name is a left-over and has no effect; a rule without its file cannot be loaded.',
    how: 'Reads `mcsconfig.lkg.json`, else `mcsconfig.latest.json`. A file and an entry belong together when the file name or the rule’s id says so; names are compared only where at least one of them fits. Rules that the list itself contains need no file.',
    limits:
      'The list’s form is known from Windows and concluded for Linux. A copy made while the agent fetches its rules can show both halves of a change.',
    fix: [
      'A file is missing: look on the machine, `sudo ls -l /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks`. When it is there, a collector left it out; take the folder again.',
      'Wait 15 minutes and take both again: the agent may have been at it.',
      '`sudo systemctl restart azuremonitoragent`, wait two minutes, compare again.',
      `If they still differ, move the cache away, so that the agent fetches its rules again: ${COMMANDS.moveConfigCache}.`,
    ],
    proof:
      '`sudo ls /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks` lists as many files as `mcsconfig.lkg.json` has configurations, under the names it gives.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { cache: configCache, lists: mcsConfig },
  causes: ['CT1002', 'CT2012'],
  *check({ cache, lists }) {
    const list = authoritative(lists)
    if (list === undefined) return
    const { folder, count, leftOver, missing } = compareAssignments(list, cache)
    const named = baseName(list.path)
    if (count === 0) {
      yield unknown(`No chunk lies beside ${list.path}, so they may be of different times.`, [[configChunk, mcsConfig]])
      return
    }
    if (list.value.configurations.some((c) => c.dcrId === null && c.contentFileName === null && !c.hasContent)) {
      yield unknown(`Entries of ${list.path} name neither a rule nor a file.`, [mcsConfig])
      return
    }
    for (const { path, name } of leftOver) {
      yield finding({
        subject: name,
        explains: ({ ruleId }) => ruleId === 'CT2012',
        message: `${baseName(path)} is cached, but ${named} does not name it: a left-over that the Azure Monitor Agent does not load at its start.`,
        evidence: [atEntry(path), atEntry(list.path, `${list.value.configurations.length} configurations`)],
      })
    }
    for (const { entry, name, open } of missing) {
      const { dcrId, contentFileName, segments } = entry
      if (open) {
        yield unknown('a file of configchunks that does not say its rule could be the one.', [configChunk], name)
        continue
      }
      yield finding({
        subject: name,
        message: `${named} names ${name}${contentFileName === null ? '' : ` in ${contentFileName}`}, but configchunks has no such file: the Azure Monitor Agent cannot load that rule.`,
        evidence: [
          atJson(list.path, segments, { configurationId: dcrId, contentFileName }),
          absence([folder + (contentFileName === null ? '*' : baseName(contentFileName))]),
        ],
      })
    }
  },
})

/** What the agent starts from, else what it got last. */
function authoritative({ good }: Found<McsConfig>): Evidence<McsConfig> | undefined {
  return (
    good.find(({ path }) => /\.lkg\./i.test(baseName(path))) ?? good.find(({ path }) => /latest/i.test(path)) ?? good[0]
  )
}
