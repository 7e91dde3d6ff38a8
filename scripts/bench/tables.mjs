// What was measured, as the tables of docs/performance.md, and against the ratios of the last `--write`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { format, resolveConfig } from 'prettier'

const PAGE = 'docs/performance.md'
/** More than this above the last ratio is told, and ends the run with 1. */
const TOLERANCE = 1.2

/** Rows against a peer: `{ what, ours, peer, name, ratio, peak, goal }`; times in ms, `peak` in bytes. */
export function peerTable(rows) {
  return table(
    ['input', 'ct-diag', 'time', 'peak memory', 'peer', 'time', 'ratio', 'goal'],
    rows.map(({ what, name, mine, peak, peerName, peer, ratio, goal }) => [
      what,
      `\`${name}\``,
      duration(mine),
      size(peak),
      `\`${peerName}\``,
      duration(peer),
      ratio.toFixed(2),
      goal ?? '',
    ]),
  )
}

/** Rows `{ what, points: [[size, cpu ms]…], peaks, exponent }`. */
export function growthTable(rows) {
  return table(
    ['what doubles', 'sizes', 'processor time', 'peak memory', 'exponent'],
    rows.map(({ what, points, peaks, exponent }) => [
      what,
      points.map(([x]) => x.toLocaleString('en').replaceAll(',', ' ')).join(', '),
      points.map(([, ms]) => duration(ms)).join(', '),
      peaks.map(size).join(', '),
      exponent.toFixed(2),
    ]),
  )
}

export function setting(rounds) {
  return `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), median of ${rounds} rounds that take turns.`
}

/** Puts what was measured between the page's markers. */
export async function writePage(text) {
  const page = readFileSync(PAGE, 'utf8')
  const marked = /(<!-- table: npm run bench -->\n)[\s\S]*?(<!-- end -->)/
  if (!marked.test(page)) throw new Error(`${PAGE} has no place for the tables`)
  const written = page.replace(marked, (_, start, end) => `${start}\n${text}\n${end}`)
  writeFileSync(PAGE, await format(written, { ...(await resolveConfig(PAGE)), filepath: PAGE }))
}

/** What grew by more than a fifth since the file was written: `name: 1.00, now 1.30`. */
export function regressions(file, mode, ratios) {
  const last = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {})[mode] ?? {}
  const known = Object.entries(ratios).filter(([name]) => name in last)
  console.log(`${known.length} of ${Object.keys(ratios).length} ratios are known from before, in ${file}.`)
  return known
    .filter(([name, ratio]) => ratio > last[name] * TOLERANCE)
    .map(([name, ratio]) => `${name}: ${last[name].toFixed(2)}, now ${ratio.toFixed(2)}`)
}

export function writeRatios(file, mode, ratios) {
  const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const rounded = Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, Number(ratio.toFixed(3))]))
  writeFileSync(file, `${JSON.stringify({ ...all, [mode]: rounded }, null, 2)}\n`)
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function duration(ms) {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function size(bytes) {
  return bytes === 0 ? '' : `${(bytes / 1e6).toFixed(0)} MB`
}
