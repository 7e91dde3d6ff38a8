import { amaOut } from '../artifacts/ama.js'
import { hostPackages } from '../artifacts/host.js'
import { fact } from '../model/fact.js'

/** The machine's architecture as its package system calls it, `amd64` or `arm64`; null when nothing tells. */
export const machineArch = fact({
  id: 'machineArch',
  needs: {},
  optional: { overview: amaOut, packages: hostPackages },
  compute: ({ overview, packages }): string | null => {
    const machine = overview?.good.map(({ value }) => value.machine?.value).find((value) => value !== undefined)
    // The package system itself always has the machine's own architecture; others may be foreign.
    const dpkg = packages?.good.flatMap(({ value }) => value.packages).find(({ name }) => name === 'dpkg')?.architecture
    const told = machine ?? dpkg
    if (told == null) return null
    return told === 'aarch64' ? 'arm64' : told === 'x86_64' ? 'amd64' : told
  },
})
