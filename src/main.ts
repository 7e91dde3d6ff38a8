import { dirname } from 'node:path'
import { arch, platform, version as node } from 'node:process'
import pjson from '../package.json' with { type: 'json' }

const argv = process.argv.slice(2)

// Asked by scripts more often than anything else, and oclif takes longer to load than Node to start.
if (argv.length === 1 && argv[0] === '--version')
  process.stdout.write(`${pjson.name}/${pjson.version} ${platform}-${arch} node-${node}\n`)
else void import('./commands/main.js').then(({ main }) => main(argv, dirname(process.execPath)))
