// Runs commands and times them. All times are milliseconds, all sizes bytes.
import { spawn } from 'node:child_process'

// NODE_EXTRA_CA_CERTS costs Node 20 its start, in our process and in the peer's alike.
const env = { ...process.env, LANG: 'C.UTF-8' }
delete env.NODE_EXTRA_CA_CERTS
delete env.NODE_OPTIONS

/** A call of ct-diag that tells what it spent. */
export function ours(...words) {
  return [process.execPath, '--require', './scripts/bench/spent.cjs', 'bin/run.js', ...words]
}

export function shell(script) {
  return ['sh', '-c', script]
}

/** Ours and a peer by turns, so that what disturbs the machine disturbs both: medians, and the ratio of ours to the peer. */
export async function compare(mine, peer, rounds) {
  const runs = { mine: [], peer: [] }
  for (let round = 0; round < rounds; round++) {
    runs.mine.push(await run(mine))
    runs.peer.push(await run(peer))
  }
  const ms = (list) => median(list.map((one) => one.ms))
  return {
    mine: ms(runs.mine),
    peer: ms(runs.peer),
    ratio: ms(runs.mine) / ms(runs.peer),
    peak: Math.max(...runs.mine.map(({ peak }) => peak)),
  }
}

/** Processor time of each of some calls, the median of rounds that take turns; and the peak memory of each. */
export async function costs(calls, rounds) {
  const runs = calls.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [index, call] of calls.entries()) runs[index].push(await run(call))
  return runs.map((own) => ({ cpu: median(own.map(({ cpu }) => cpu)), peak: Math.max(...own.map(({ peak }) => peak)) }))
}

/** The exponent b of y = a·x^b, by least squares on the logarithms: 1 is linear, 2 quadratic. */
export function exponent(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)])
  const mean = (axis) => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length
  const [mx, my] = [mean(0), mean(1)]
  const sum = (of) => logs.reduce((total, point) => total + of(point), 0)
  return sum(([x, y]) => (x - mx) * (y - my)) / sum(([x]) => (x - mx) ** 2)
}

/** Exit codes of ct-diag that speak of the host, and grep's for finding nothing. */
const DONE = [0, 1, 3, 4]

function run([command, ...args]) {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
    let told = ''
    let said = ''
    child.stderr.on('data', (data) => (said += data))
    child.stdio[3].on('data', (data) => (told += data))
    child.on('error', reject)
    child.on('close', (code) => {
      const ms = performance.now() - started
      // Of ours, 1 is a bug.
      const failed = !DONE.includes(code) || (code === 1 && told !== '')
      if (failed)
        reject(new Error(`Exit code ${code} of ${command} ${args.join(' ').slice(0, 200)}\n${said.slice(-2000)}`))
      else resolve({ ms, peak: 0, cpu: ms, ...(told === '' ? {} : JSON.parse(told)) })
    })
  })
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
