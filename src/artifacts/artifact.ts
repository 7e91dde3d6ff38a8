import type { Artifact, EntryStat, LeftOut, LiveCommand, Place, Reading } from '../model/artifact.js'
import type { Sniff } from './content.js'

const MIB = 1024 * 1024

/** Declares an artifact whose content is read. `host` paths come first: the first is where a person would look. */
export function artifact<T>(
  id: string,
  title: string,
  where: {
    readonly host?: readonly string[]
    readonly collector?: readonly string[]
    readonly loose?: readonly string[]
  },
  reading: Reading<T>,
  options: {
    readonly command: string
    readonly live?: readonly LiveCommand[]
    readonly marksHost?: boolean
    readonly maxBytes?: number
    readonly sniff?: Sniff
    readonly layout?: string
    readonly cut?: boolean
    readonly lists?: (value: T) => readonly EntryStat[]
    readonly leftOut?: (value: T) => readonly LeftOut[]
  },
): Artifact<T> {
  const place =
    (layout: Place['layout']) =>
    (glob: string): Place => ({ layout, glob })
  return {
    type: 'artifact',
    id,
    title,
    places: [
      ...(where.host ?? []).map(place('host')),
      ...(where.collector ?? []).map(place('collector')),
      ...(where.loose ?? []).map(place('loose')),
    ],
    reading,
    command: options.command,
    live: options.live ?? [],
    marksHost: options.marksHost ?? true,
    maxBytes: options.maxBytes ?? 64 * MIB,
    ...(options.sniff === undefined ? {} : { sniff: options.sniff }),
    ...(options.layout === undefined ? {} : { layout: options.layout }),
    ...(options.cut === undefined ? {} : { cut: options.cut }),
    ...(options.lists === undefined ? {} : { lists: options.lists }),
    ...(options.leftOut === undefined ? {} : { leftOut: options.leftOut }),
  }
}

/**
 * The command that packs paths so that `analyze` finds them where a machine has them. Some folders are root's alone, so
 * that wildcards have to be expanded by root's shell.
 */
export function pack(id: string, ...paths: readonly string[]): string {
  const command = `tar -czf /tmp/${id}.tgz ${paths.join(' ')}`
  return command.includes('*') ? `sudo sh -c '${command}'` : `sudo ${command}`
}

/** Names of folders only, never a file's content. */
export function packNames(id: string, depth: number, ...paths: readonly string[]): string {
  return `sudo sh -c 'find ${paths.join(' ')} -maxdepth ${depth} -type d | tar -czf /tmp/${id}.tgz --no-recursion -T -'`
}
