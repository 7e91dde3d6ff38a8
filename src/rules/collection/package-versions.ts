import type { SystemPackage } from '../../facts/system-packages.js'

/** `libc6:amd64` where the host’s list says `libc6`. */
export function hostName(name: string, host: ReadonlyMap<string, SystemPackage>): string {
  if (host.has(name)) return name
  const short = name.replace(/:[a-z0-9-]+$/, '')
  return host.has(short) ? short : name
}

/** A list in which not one version has an epoch leaves them out. */
export function hasEpochs(versions: readonly (string | null)[]): boolean {
  return versions.some((version) => version !== null && /^[1-9]\d*:/.test(version))
}

/** Whether a version is installed; epochs are passed over unless `strict`, those of 0 always. */
export function hasVersion({ versions }: SystemPackage, version: string, strict: boolean): boolean {
  if (versions.length === 0) return true
  const own = version.replace(/^0:/, '')
  return versions.some((other) => {
    const theirs = other.replace(/^0:/, '')
    if (own === theirs) return true
    return !strict && own.replace(/^\d+:/, '') === theirs.replace(/^\d+:/, '')
  })
}
