/** The version in a path that leads through `<extension>-<version>`; undefined for anything else, such as a zip left behind. */
export function versionIn(path: string, extension: string): string | undefined {
  for (const segment of path.split('/')) {
    if (!segment.startsWith(`${extension}-`)) continue
    const version = segment.slice(extension.length + 1)
    if (/^\d+(\.\d+)*$/.test(version)) return version
  }
  return undefined
}
