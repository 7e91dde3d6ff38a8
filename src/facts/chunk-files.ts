import { configChunk } from '../artifacts/dcr.js'
import type { Found } from '../model/artifact.js'
import { fact, seen } from '../model/fact.js'
import { baseName, type EntryPath } from '../model/locator.js'
import type { ConfigChunk } from '../parsers/config-chunk.js'

/**
 * How editors, people and package managers name what they put beside a file: `1.json.bak`, `1.json~`, `.1.json.swp`. How the
 * Azure Monitor Agent names its files is not public, but it loads those that its list names, and no list names these.
 */
const COPY =
  /^[.#]|[~#]$|\.(?:bak|backup|old|orig|save|saved|copy|sw[op]|te?mp|part|rej|rpm(?:save|new|orig)|dpkg-\w+)(?:[-._]?\d[-\d]*)?$/i

/**
 * The files of the config cache, readable or not, without the copies among them. Where no other one can be read, the copies may
 * be all that was collected, and count.
 */
export const chunkFiles = fact({
  id: 'chunkFiles',
  needs: { all: seen(configChunk) },
  compute: ({ all }): Found<ConfigChunk> => {
    const own = ({ path }: { readonly path: EntryPath }): boolean => !COPY.test(baseName(path))
    const good = all.good.filter(own)
    return good.length === 0 ? all : { good, bad: all.bad.filter(own) }
  },
})
