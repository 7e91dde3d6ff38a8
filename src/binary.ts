import { startupSnapshot } from 'node:v8'
// Loaded while the single executable is made, and in memory when it starts.
import './commands/main.js'

startupSnapshot.setDeserializeMainFunction(() => void import('./main.js'))
