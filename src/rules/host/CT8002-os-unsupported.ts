import { osRelease } from '../../artifacts/host.js'
import { LINKS } from '../../knowledge/links.js'
import { SUPPORTED_SYSTEMS, SUPPORTED_SYSTEMS_DATE, type SupportedSystem } from '../../knowledge/supported-systems.js'
import { atLine } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import type { OsRelease } from '../../parsers/os-release.js'

export const osUnsupported = rule({
  id: 'CT8002',
  name: 'os-unsupported',
  title: 'The operating system is not on the list of supported ones',
  group: 'host',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the distribution and its version with those that the Azure Monitor Agent supports.',
    why: 'On other systems the agents may fail to install, may miss packages or services, and get no support.',
    how: `Reads ID and VERSION_ID of os-release. The list is of ${SUPPORTED_SYSTEMS_DATE}: ${SUPPORTED_SYSTEMS.map(({ name, versions }) => `${name} ${versions.join(', ')}`).join('; ')}. A version newer than the newest on the list is no finding.`,
    limits:
      'Systems derived from a supported one are not supported themselves, though they often work. The list may have grown since.',
    fix: [
      'Check the current list of supported systems in the documentation of the Azure Monitor Agent.',
      'Move the workload to a supported version, or upgrade the system.',
    ],
    proof: '`. /etc/os-release; echo $ID $VERSION_ID` prints a system of the list.',
    links: [LINKS.overview],
  },
  needs: { os: osRelease },
  *check({ os }) {
    const [first] = os.good
    if (first === undefined) return
    const { id, versionId, prettyName } = first.value
    if (id === null || id === '') {
      yield unknown(`${first.path} has no ID.`, [osRelease])
      return
    }
    const system = SUPPORTED_SYSTEMS.find(({ ids }) => ids.some((prefix) => id.toLowerCase().startsWith(prefix)))
    const version = versionOf(versionId)
    if (system !== undefined && version === null) {
      yield unknown(`${first.path} has no VERSION_ID, as in a release that is not finished.`, [osRelease])
      return
    }
    if (system !== undefined && version !== null && isSupported(system, version)) return
    const [line, ...others] = evidence(first.value).map((field) => atLine(first.path, field.line, field.text))
    if (line === undefined) return
    yield finding({
      subject: `${id} ${versionId ?? ''}`.trim(),
      message: `${prettyName ?? id} is not supported: ${system === undefined ? `the list of ${SUPPORTED_SYSTEMS_DATE} does not have ${id}` : `of ${system.name} the list of ${SUPPORTED_SYSTEMS_DATE} has ${system.versions.join(', ')}`}.`,
      evidence: [line, ...others],
      data: { id, versionId },
    })
  },
})

/** Two numbers, the second 0 where it is not said. */
function versionOf(text: string | null): readonly [number, number] | null {
  const [, major, minor] = /^\D*(\d+)(?:\.(\d+))?/.exec(text ?? '') ?? []
  return major === undefined ? null : [Number(major), Number(minor ?? 0)]
}

/** On the list, or newer than all of it. Where the list has major versions only, any minor one counts. */
function isSupported({ versions }: SupportedSystem, [major, minor]: readonly [number, number]): boolean {
  const whole = versions.some((version) => version.includes('.'))
  const wanted = versions.map((version) => versionOf(version) ?? [0, 0])
  const [newestMajor = 0, newestMinor = 0] = wanted.at(-1) ?? []
  if (major > newestMajor || (whole && major === newestMajor && minor > newestMinor)) return true
  return wanted.some(([m, n]) => m === major && (!whole || n === minor))
}

function evidence({ fields }: OsRelease): { readonly line: number; readonly text: string }[] {
  return ['ID', 'VERSION_ID'].flatMap((key) => fields.get(key) ?? [])
}
