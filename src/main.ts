import { dirname } from 'node:path'
import { arch, platform, version as node } from 'node:process'
import { isMainThread } from 'node:worker_threads'
import pjson from '../package.json' with { type: 'json' }

/** Made from the commands when the program is built. */
declare const ROOT_HELP: string

const argv = process.argv.slice(2)
const [only = '--help'] = argv

// The same file is what workers run, without the command line. And scripts ask for the version more often than for anything
// else, while oclif takes longer to load than Node to start.
if (!isMainThread) void import('./commands/worker.js').then(({ work }) => work())
else if (argv.length <= 1 && only === '--version')
  print(`${pjson.name}/${pjson.version} ${platform}-${arch} node-${node}\n`)
else if (argv.length <= 1 && ['--help', '-h', 'help'].includes(only)) print(ROOT_HELP)
else void import('./commands/main.js').then(({ main }) => main(argv, dirname(process.execPath)))

function print(text: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    void import('./commands/main.js').then(({ unwritten }) => unwritten(error, argv))
  })
  process.stdout.write(text)
}
