// Preloaded into a measured process: at the end it tells what it spent, on file descriptor 3.
const { readFileSync, writeSync } = require('node:fs')

if (require('node:worker_threads').isMainThread)
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    // Not the maxRSS of resourceUsage: a process starts with that of the one it was forked from.
    const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    writeSync(3, JSON.stringify({ peak: peak * 1024, cpu: (userCPUTime + systemCPUTime) / 1000 }))
  })
