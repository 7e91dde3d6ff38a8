import type { Artifact, Place } from '../model/artifact.js'
import { baseName, type EntryPath } from '../model/locator.js'

/** An artifact recognised at a path. `root` is what stands before the place; `relative` is the rest, the place itself. */
export interface Match {
  readonly artifact: Artifact<unknown>
  /** `content`: the place says nothing, the first bytes do. */
  readonly layout: Place['layout'] | 'content'
  readonly root: EntryPath
  readonly relative: EntryPath
}

/** Recognises a file without a known place by its first bytes. */
export function sniffed(artifacts: readonly Artifact<unknown>[], path: EntryPath, head: Uint8Array): Match | undefined {
  const text = Buffer.from(head).toString('latin1')
  const relative = baseName(path)
  const artifact = artifacts.find(({ sniff }) => sniff?.(text, relative) === true)
  const root = path.slice(0, Math.max(0, path.length - relative.length - 1))
  return artifact === undefined ? undefined : { artifact, layout: 'content', root, relative }
}

interface Pattern {
  readonly artifact: Artifact<unknown>
  readonly layout: Place['layout']
  readonly regex: RegExp
  /** Literal characters: the longer the tail that matched, the surer the match. */
  readonly weight: number
}

/** What desktops leave beside files: copies of names that hold nothing of the machine. */
const LITTER = /(?:^|\/)(?:__MACOSX(?:\/|$)|Thumbs\.db$|desktop\.ini$)/i

/** Compiled once for all inputs of a call. */
const INDEXES = new WeakMap<readonly Artifact<unknown>[], (path: EntryPath) => Match[]>()

export function placeIndex(artifacts: readonly Artifact<unknown>[]): (path: EntryPath) => Match[] {
  const index = INDEXES.get(artifacts) ?? compileIndex(artifacts)
  INDEXES.set(artifacts, index)
  return index
}

/**
 * Recognises artifacts by the end of a path, whatever stands before it. Nearly every place has a segment without wildcards;
 * paths are looked up by it, and what has none is asked for only when the last segment fits, so that most paths of a large
 * archive cost one map lookup per segment and one test.
 */
function compileIndex(artifacts: readonly Artifact<unknown>[]): (path: EntryPath) => Match[] {
  const byAnchor = new Map<string, Pattern[]>()
  const unanchored: Pattern[] = []
  const names: string[] = []
  for (const artifact of artifacts) {
    for (const place of artifact.places) {
      const anchor = place.glob.split('/').findLast((segment) => !segment.includes('*'))
      const pattern = {
        artifact,
        layout: place.layout,
        regex: compile(place.glob),
        weight: place.glob.replaceAll('*', '').length,
      }
      if (anchor === undefined) {
        unanchored.push(pattern)
        names.push(expression(baseName(place.glob)))
      } else byAnchor.set(anchor, [...(byAnchor.get(anchor) ?? []), pattern])
    }
  }
  const fits = new RegExp(`^(?:${names.join('|')})$`, 's')
  return (path) => {
    if (LITTER.test(path)) return []
    const best = new Map<string, { match: Match; weight: number }>()
    const candidates = [...new Set(path.split('/'))].flatMap((segment) => byAnchor.get(segment) ?? [])
    if (fits.test(baseName(path))) candidates.push(...unanchored)
    for (const { artifact, layout, regex, weight } of candidates) {
      if (weight <= (best.get(artifact.id)?.weight ?? -1)) continue
      const hit = regex.exec(path)
      if (hit === null) continue
      best.set(artifact.id, { match: { artifact, layout, root: hit[1] ?? '', relative: hit[2] ?? '' }, weight })
    }
    return [...best.values()].map(({ match }) => match)
  }
}

/** Group 1: the prefix without its slash, as short as possible; group 2: the place. */
function compile(glob: string): RegExp {
  return new RegExp(`^(?:(.*?)/)?(${glob.split('/').map(expression).join('/')})$`, 's')
}

/** As in a shell, a wildcard at the beginning passes over hidden names: editors and desktops leave those. */
function expression(segment: string): string {
  if (segment === '**') return '.+'
  const hidden = segment.startsWith('*') ? '(?!\\.)' : ''
  return hidden + segment.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')
}
