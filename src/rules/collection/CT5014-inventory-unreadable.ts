import { fileJson, packagesJson, servicesJson } from '../../artifacts/collection.js'
import { LIST_OF } from '../../facts/inventory.js'
import { LINKS } from '../../knowledge/links.js'
import { atProblem, wasCutOff, type Artifact, type Found } from '../../model/artifact.js'
import { seen } from '../../model/fact.js'
import { atEntry, baseName } from '../../model/locator.js'
import { counted } from '../../model/count.js'
import { finding, rule, unknown, type Draft } from '../../model/rule.js'
import type { InventoryJson } from '../../parsers/inventory-json.js'

/** Problems that mean the list was not written to its end. */
const CUT: readonly string[] = ['json-truncated', 'json-invalid', 'trailing-nul', 'nul-block']

export const inventoryUnreadable = rule({
  id: 'CT5014',
  name: 'inventory-unreadable',
  title: 'A list of what was collected cannot be read',
  group: 'collection',
  severity: 'error',
  confidence: 'likely',
  docs: {
    what: 'Reads File.json, Packages.json and Services.json.',
    why: 'The agent writes these lists after its runs. One that is empty, null or cut means that a run failed while writing, often because the disk was full.',
    how: 'Fires for each list that has 0 bytes, holds only null or NUL bytes, is cut off, or is no JSON. A valid empty list is another rule’s matter.',
    limits: 'A copy made while the agent was writing, or a collector that cuts large files, looks the same.',
    fix: [
      'Look at the file on the machine: `sudo python3 -m json.tool FILE > /dev/null`. If it is whole there, the copy was torn.',
      'Check free space: `df -h /var/log /opt`.',
      '`sudo systemctl restart cxp.service`, and wait for one run.',
    ],
    proof: 'The three lists pass `python3 -m json.tool`.',
    links: [LINKS.overview],
  },
  needs: {},
  optional: { files: seen(fileJson), software: seen(packagesJson), services: seen(servicesJson) },
  *check({ files, software, services }) {
    if (files === undefined && software === undefined && services === undefined)
      yield unknown('None of the three lists is in the input.', Object.values(LIST_OF))
    if (files !== undefined) yield* unreadable(files, fileJson)
    if (software !== undefined) yield* unreadable(software, packagesJson)
    if (services !== undefined) yield* unreadable(services, servicesJson)
  },
})

function* unreadable({ good, bad }: Found<InventoryJson>, artifact: Artifact<InventoryJson>): Iterable<Draft> {
  for (const entry of [...bad, ...good].filter(wasCutOff))
    yield unknown(entry.problems[0]?.message ?? `${entry.path} was not read whole.`, [artifact], entry.path)
  for (const entry of bad) {
    if (wasCutOff(entry)) continue
    yield finding({
      subject: entry.path,
      message: `${baseName(entry.path)} cannot be read. ${entry.problems[0].message}`,
      evidence: [atProblem(entry)],
      data: { bytes: entry.size, problem: entry.problems[0].code },
    })
  }
  for (const entry of good) {
    const { path, size, problems, value } = entry
    const cut = problems.find(({ code }) => CUT.includes(code))
    if (cut === undefined || wasCutOff(entry)) continue
    yield finding({
      subject: path,
      message: `${baseName(path)} is cut: ${counted(value.records.length, 'whole record')} could be read. ${cut.message}`,
      evidence: [cut.at === undefined ? atEntry(path, cut.message) : { path, at: cut.at, snippet: cut.message }],
      data: { bytes: size, problem: cut.code, readable: value.records.length },
    })
  }
}
