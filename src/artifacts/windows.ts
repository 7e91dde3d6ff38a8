import { CT_WINDOWS_EXTENSION, AMA_WINDOWS_EXTENSION } from '../knowledge/names.js'
import { artifact } from './artifact.js'

/** Windows machines are not judged, but named: below `C:\`, these folders are the agents' alone. */
export const windowsAgents = artifact(
  'windowsAgents',
  'the folders of the agents on a Windows machine',
  {
    host: [
      ...[CT_WINDOWS_EXTENSION, AMA_WINDOWS_EXTENSION].flatMap((extension) => [
        `Packages/Plugins/${extension}`,
        `WindowsAzure/Logs/Plugins/${extension}`,
      ]),
      'WindowsAzure/Resources/*AMADataStore*',
      // On an Arc-enabled server.
      'Resources/Directory/AMADataStore*',
    ],
  },
  { how: 'name', parse: (_, { kind }) => (kind === 'directory' ? true : undefined) },
  { command: `dir C:\\Packages\\Plugins\\${CT_WINDOWS_EXTENSION}` },
)
