import { amaDirectoryModes, amaOut } from '../artifacts/ama.js'
import { fact } from '../model/fact.js'
import type { EntryPath } from '../model/locator.js'
import type { NameiPath } from '../parsers/namei.js'

/** A path with owners and modes, and the file that shows them. */
export type FolderModes = NameiPath & { readonly file: EntryPath }

/** Owners and modes on the way to the agent's folders, from every list in the input; empty when there is none. */
export const amaFolderModes = fact({
  id: 'amaFolderModes',
  needs: {},
  optional: { modes: amaDirectoryModes, overview: amaOut },
  compute: ({ modes, overview }): readonly FolderModes[] => [
    ...(modes?.good ?? []).flatMap(({ path: file, value }) => value.map((found) => ({ ...found, file }))),
    ...(overview?.good ?? []).flatMap(({ path: file, value }) => value.paths.map((found) => ({ ...found, file }))),
  ],
})
