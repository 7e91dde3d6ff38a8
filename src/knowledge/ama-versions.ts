import { LINKS } from './links.js'

/** A version of the Azure Monitor Agent for Linux that must not be used. */
export interface BadAmaVersion {
  readonly version: string
  /** Where it fails. */
  readonly where: 'anywhere' | 'arc' | 'arm64'
  /** What goes wrong: the end of a sentence. */
  readonly trouble: string
  readonly source: string
}

/** As of May 2026. A version that is not listed is not known to be bad. */
export const BAD_AMA_VERSIONS: readonly BadAmaVersion[] = [
  {
    version: '1.10.7',
    where: 'anywhere',
    trouble: 'the agent does not come up after a reboot',
    source: LINKS.amaVersions,
  },
  { version: '1.12.2', where: 'arc', trouble: 'an Arc-enabled server sends no data', source: LINKS.amaVersions },
  { version: '1.15.1', where: 'anywhere', trouble: 'it is withdrawn', source: LINKS.amaVersions },
  { version: '1.25.1', where: 'anywhere', trouble: 'data can be lost', source: LINKS.amaVersions },
  {
    version: '1.29.4',
    where: 'anywhere',
    trouble: 'it cannot be installed on Arc-enabled servers, and logs failed uploads in mdsd.warn instead of mdsd.err',
    source: LINKS.amaVersions,
  },
  {
    version: '1.29.5',
    where: 'arc',
    trouble: 'it cannot be installed on Arc-enabled servers',
    source: LINKS.amaVersions,
  },
  { version: '1.30.2', where: 'arm64', trouble: 'it crashes at the start on arm64', source: LINKS.amaVersions },
  {
    version: '1.31.1',
    where: 'anywhere',
    trouble: 'tokens are fetched only once, so that data stops when they expire',
    source: 'https://github.com/Azure/azure-linux-extensions/issues/1950',
  },
]
