import { dirname } from 'node:path'
import { main } from './commands/main.js'

void main(process.argv.slice(2), dirname(process.execPath))
