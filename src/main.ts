import { dirname } from 'node:path'
import { arch, platform, version as node } from 'node:process'
import pjson from '../package.json' with { type: 'json' }

/** Made from the commands when the program is built. */
declare const ROOT_HELP: string

const argv = process.argv.slice(2)
const [only = '--help'] = argv

// Asked more often than anything else, and oclif takes longer to load than Node to start.
if (argv.length <= 1 && only === '--version')
  process.stdout.write(`${pjson.name}/${pjson.version} ${platform}-${arch} node-${node}\n`)
else if (argv.length <= 1 && ['--help', '-h', 'help'].includes(only)) process.stdout.write(ROOT_HELP)
else void import('./commands/main.js').then(({ main }) => main(argv, dirname(process.execPath)))
