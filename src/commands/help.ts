import type { Config } from '@oclif/core'
import { topicOf } from '../model/command-line.js'

/** The page that a command line asks for; undefined when it asks for none. */
export async function helpPage(argv: readonly string[], config: Config): Promise<string | undefined> {
  const end = argv.indexOf('--')
  const words = argv.slice(0, end === -1 ? undefined : end)
  const isTopic = words.length === 1 && config.commandIDs.every((id) => id !== words[0] && !words[0]?.startsWith('-'))
  const asks = argv.length === 0 || words[0] === 'help' || words.includes('--help') || words.includes('-h')
  if (!asks && !isTopic) return undefined

  const [{ commandLine }, { commandHelp, rootHelp, topicHelp }] = await Promise.all([
    import('./command-line.js'),
    import('../renderers/manual/help.js'),
  ])
  const all = commandLine(config)
  const [first = '', second = ''] = words.filter((word) => word !== 'help' && !word.startsWith('-'))
  const command = all.commands.find(({ name }) => name === first || name === `${first} ${second}`)
  if (command !== undefined) return commandHelp(command)
  const below = all.commands.filter((one) => topicOf(one) === first)
  if (below.length === 0) return rootHelp(all)
  const topic = config.topics.find(({ name }) => name === first)
  return topicHelp(first, topic?.description ?? '', below)
}
