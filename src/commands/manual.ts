import { manPage } from '../renderers/manual/man.js'
import { rootHelp } from '../renderers/manual/help.js'
import { commandLine } from './command-line.js'
import { loadConfig } from './embedded.js'

/** What the build makes ahead of time from the commands. */
export async function manual(): Promise<{ readonly help: string; readonly man: string }> {
  const all = commandLine(await loadConfig(process.cwd()))
  return { help: rootHelp(all), man: manPage(all) }
}
