import { type Command, Config, Plugin } from '@oclif/core'
import pjson from '../../package.json' with { type: 'json' }
import Analyze from './analyze.js'
import Bundle from './bundle.js'
import Completion from './completion.js'
import Contents from './contents.js'
import DbBuckets from './db/buckets.js'
import DbCheck from './db/check.js'
import DbDump from './db/dump.js'
import DbGet from './db/get.js'
import DbHistory from './db/history.js'
import DbInfo from './db/info.js'
import DbKeys from './db/keys.js'
import DbPages from './db/pages.js'
import Diff from './diff.js'
import Explain from './explain.js'
import Inspect from './inspect.js'
import Redact from './redact.js'
import Rules from './rules.js'
import Timeline from './timeline.js'
import Verify from './verify.js'

const COMMANDS: Readonly<Record<string, Command.Class>> = {
  analyze: Analyze,
  bundle: Bundle,
  completion: Completion,
  contents: Contents,
  'db:buckets': DbBuckets,
  'db:check': DbCheck,
  'db:dump': DbDump,
  'db:get': DbGet,
  'db:history': DbHistory,
  'db:info': DbInfo,
  'db:keys': DbKeys,
  'db:pages': DbPages,
  diff: Diff,
  explain: Explain,
  inspect: Inspect,
  redact: Redact,
  rules: Rules,
  timeline: Timeline,
  verify: Verify,
}

type PluginOptions = ConstructorParameters<typeof Plugin>[0]

/** An oclif root plugin whose commands are linked in, so that nothing is looked up on disk. */
class EmbeddedPlugin extends Plugin {
  constructor(options: PluginOptions, commands: Readonly<Record<string, Command.Class>>) {
    super(options)
    // oclif reads this private cache before it would load commands from disk; a test covers it.
    Reflect.set(this, 'commandCache', commands)
  }
}

export async function loadConfig(root: string): Promise<Config> {
  const embedded = pjson as unknown as NonNullable<PluginOptions['pjson']>
  const plugin = new EmbeddedPlugin(
    { isRoot: true, root, pjson: embedded, ignoreManifest: true, type: 'core' },
    COMMANDS,
  )
  await plugin.load()
  return Config.load({
    root,
    pjson: embedded,
    plugins: [plugin] as never,
    // By default oclif runs code that a file under ~/.local/share names.
    userPlugins: false,
    devPlugins: false,
  })
}
