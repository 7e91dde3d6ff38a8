import type { Diff } from '../../src/model/diff.js'
import { diffOf, statesOf } from './diff.js'
import {
  FILE_JSON,
  healthyHost,
  PACKAGES_JSON,
  SERVICES_JSON,
  linuxSettings,
  withChunk,
  type HostTree,
} from './host.js'
import { agentStopped, forbidden, logsOnly, twoDcrs } from './samples.js'

/** Comparisons to look at the page with: each status, many hosts, long lists, and nothing at all. */
export async function diffs(): Promise<Record<string, Diff>> {
  const healthy = await statesOf(healthyHost())
  const of = async (before: HostTree, after: HostTree): Promise<Diff> =>
    diffOf(await statesOf(before), await statesOf(after))
  const worse = await of(forbidden(), changed())
  const same = diffOf(healthy, healthy)
  const unclear = await of(twoDcrs(), logsOnly())
  const better = await of(twoDcrs(), healthyHost())
  const [host] = worse.hosts
  const list = host?.inventory.files
  if (host === undefined || list == null) throw new Error('The sample has no files')
  const added = Array.from({ length: 700 }, (_, index) => `/etc/${index}.conf`)
  const hosts = [worse, same, unclear, better].flatMap((one) => one.hosts)
  return {
    ...{ worse, same, unclear, better },
    'many-hosts': { ...worse, hosts: hosts.map((one, index) => ({ ...one, host: `vm-${index + 1}` })) },
    'new-host': diffOf([], healthy),
    report: diffOf(
      healthy.map((state) => ({ ...state, snapshot: null })),
      healthy,
    ),
    long: { ...worse, hosts: [{ ...host, inventory: { ...host.inventory, files: { ...list, added } } }] },
    refused: {
      ...{ ...worse, before: null, hosts: [] },
      problems: [{ code: 'missing', message: 'There is no such input.', source: ['a.tgz'], path: null, at: null }],
    },
  }
}

/** The agent has stopped, and much else is not what it was. */
function changed(): HostTree {
  const lists = [FILE_JSON, PACKAGES_JSON, SERVICES_JSON]
  const edited = lists.reduce(
    (host, path) =>
      host.edit(path, (text) => {
        const [first = {}, second = {}, ...rest] = JSON.parse(text) as Record<string, unknown>[]
        return JSON.stringify([{ ...first, ...EDITS[path] }, { ...second, ...NAMES[path] }, ...rest.slice(1)])
      }),
    agentStopped(),
  )
  return withChunk(edited, (chunk) => (linuxSettings(chunk)['softwareSettings'] = { softwareCollectionFrequency: 600 }))
}

/** What the first item is now, */
const EDITS: Readonly<Record<string, object>> = {
  [FILE_JSON]: { Size: 1200, FileContentChecksum: 'ab'.repeat(32) },
  [PACKAGES_JSON]: { CurrentVersion: '3.137' },
  [SERVICES_JSON]: { SvcState: 'Running' },
}
/** and the name of the second. The third is gone. */
const NAMES: Readonly<Record<string, object>> = {
  [FILE_JSON]: { CollectionName: '/etc/resolv.conf', FileSystemPath: '/etc/resolv.conf', Name: 'resolv.conf' },
  [PACKAGES_JSON]: { Name: 'zsh' },
  [SERVICES_JSON]: { SvcName: 'nginx.service' },
}
