import { amaOut } from '../artifacts/ama.js'
import { hostPackages, uname } from '../artifacts/host.js'
import { fact } from '../model/fact.js'
import { atLine, type Locator } from '../model/locator.js'
import { spelling } from '../parsers/uname.js'

export interface Architecture {
  /** In the kernel's spelling: `x86_64`, `aarch64`. */
  readonly machine: string
  readonly at: Locator
}

/** The machine's architecture: the kernel's word, asked here or by a collector, else that of dpkg itself. Null without any. */
export const architecture = fact({
  id: 'architecture',
  needs: {},
  optional: { kernel: uname, overview: amaOut, packages: hostPackages },
  compute: ({ kernel, overview, packages }): Architecture | null => {
    const asked = kernel?.good[0]
    if (asked !== undefined)
      return { machine: asked.value.machine, at: atLine(asked.path, asked.value.line, asked.value.text) }
    for (const { path, value } of overview?.good ?? []) {
      if (value.machine !== null)
        return { machine: spelling(value.machine.value), at: atLine(path, value.machine.line, value.machine.text) }
    }
    for (const { path, value } of packages?.good ?? []) {
      // Other packages may be of a foreign architecture; dpkg itself is of the machine's own.
      const own = value.packages.find(({ name, installed }) => installed && name === 'dpkg')
      if (own?.architecture != null && own.architecture !== 'all')
        return { machine: spelling(own.architecture), at: atLine(path, own.line, 'Package: dpkg') }
    }
    return null
  },
})
