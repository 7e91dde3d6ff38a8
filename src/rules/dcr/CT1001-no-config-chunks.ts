import { amaExtensionFolder, mdsdInfo } from '../../artifacts/ama.js'
import { configCacheFolder, configChunk, mcsConfig } from '../../artifacts/dcr.js'
import { amaInfo } from '../../facts/ama-log.js'
import { atEvent } from '../../facts/log-view.js'
import { homePath } from '../../model/artifact.js'
import { counted } from '../../model/count.js'
import { seen } from '../../model/fact.js'
import { absence, atEntry, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import { iso } from '../../model/time.js'
import { LINKS } from '../../knowledge/links.js'

/** A collector that left them out looks like a machine that lost them. */
const LOOK =
  'Look on the machine: `sudo ls -l /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks`. When files are there, take the folder again and analyse that; nothing is to be mended.'
const FIX = [
  'Check that the machine has a data collection rule association for Change Tracking (Azure portal: the rule, Resources; or the policy’s remediation task).',
  'Check that the machine’s managed identity works and that it reaches `global.handler.control.monitor.azure.com` and `<region>.handler.control.monitor.azure.com`.',
  'Wait 15 minutes, else `sudo systemctl restart azuremonitoragent`.',
] as const

export const noConfigChunks = rule({
  id: 'CT1001',
  name: 'no-config-chunks',
  title: 'The Azure Monitor Agent has no data collection rule at all',
  group: 'dcr',
  severity: 'error',
  confidence: 'certain',
  docs: {
    what: 'Looks for at least one file in the config cache folder `configchunks`.',
    why: 'Every data collection rule (DCR) that reaches the machine becomes one file there. Without any, the Azure Monitor Agent collects nothing, and the Change Tracking agent gets no settings.',
    how: 'Fires when the folder is there and holds no file, or when the Azure Monitor Agent is installed, its configuration folder was collected, and `configchunks` is not in it.',
    limits:
      'A collector that copies only some folders can leave `configchunks` out; an empty folder in an archive made without its content looks the same.',
    fix: FIX,
    proof: '`sudo ls /etc/opt/microsoft/azuremonitoragent/config-cache/configchunks` lists at least one file.',
    links: [LINKS.dcr, LINKS.amaTroubleshoot],
  },
  needs: { folders: configCacheFolder },
  optional: {
    chunks: seen(configChunk),
    assigned: mcsConfig,
    log: mdsdInfo,
    extension: amaExtensionFolder,
    info: amaInfo,
  },
  causes: ['CT1023', 'CT2012', 'CT3001', 'CT5001', 'CT5002', 'CT6001'],
  *check({ folders, chunks, assigned, log, extension, info }) {
    if (chunks !== undefined) return
    const folder = folders.good.find(({ value }) => value === 'chunks')
    // One that was loaded has been there: the files were lost since, or left out of the input.
    const loaded = info?.events(['loaded', 'sources', 'added']).at(-1)
    const remark =
      loaded?.time == null
        ? 'no data collection rule has reached this machine'
        : `nothing is left of ${loaded.subject}, which mdsd.info says was loaded at ${iso(loaded.time)}`
    const list = assigned?.good.find(({ value }) => value.configurations.some(({ removed }) => !removed))
    const named = list?.value.configurations.filter(({ removed }) => !removed) ?? []
    const beside =
      list === undefined
        ? ''
        : ` ${baseName(list.path)} names ${counted(named.length, 'rule')}, so the files were lost on the machine, or left out of this input.`
    const before = [
      ...(loaded === undefined ? [] : [atEvent(loaded)]),
      ...(list === undefined ? [] : [atEntry(list.path, counted(named.length, 'configuration'))]),
    ]
    // Before anybody mends a healthy machine.
    const remedy = before.length === 0 ? {} : { remedy: [LOOK, ...FIX] }
    if (folder !== undefined) {
      const message = `The config cache folder ${folder.path} is empty: ${remark}.${beside}`
      yield finding({
        subject: 'configchunks',
        message,
        evidence: [atEntry(folder.path), absence([homePath(configChunk)]), ...before],
        ...remedy,
      })
    } else if (log !== undefined || extension !== undefined) {
      const installed = (log ?? extension)?.good[0]?.path ?? ''
      const message = `The Azure Monitor Agent is installed, but its config cache has no folder configchunks: ${remark}.${beside}`
      yield finding({
        subject: 'configchunks',
        message,
        evidence: [absence([homePath(configChunk)]), atEntry(installed), ...before],
        confidence: 'likely',
        ...remedy,
      })
    } else {
      yield unknown('Nothing shows whether the Azure Monitor Agent is installed.', [amaExtensionFolder])
    }
  },
})
