import { hostPackages, uname } from '../artifacts/host.js'
import { fact } from '../model/fact.js'
import { atLine, type Locator } from '../model/locator.js'
import { spelling } from '../parsers/uname.js'

export interface Architecture {
  /** In the kernel's spelling: `x86_64`, `aarch64`. */
  readonly machine: string
  readonly at: Locator
}

/** The machine's architecture: the kernel's word, else that of dpkg itself. Null where neither was collected. */
export const architecture = fact({
  id: 'architecture',
  needs: {},
  optional: { kernel: uname, packages: hostPackages },
  compute: ({ kernel, packages }): Architecture | null => {
    const told = kernel?.good[0]
    if (told !== undefined)
      return { machine: told.value.machine, at: atLine(told.path, told.value.line, told.value.text) }
    for (const { path, value } of packages?.good ?? []) {
      // Other packages may be of a foreign architecture; dpkg itself is of the machine's own.
      const own = value.packages.find(({ name, installed }) => installed && name === 'dpkg')
      if (own?.architecture != null && own.architecture !== 'all')
        return { machine: spelling(own.architecture), at: atLine(path, own.line, 'Package: dpkg') }
    }
    return null
  },
})
