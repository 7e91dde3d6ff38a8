import { HOP_TITLES, HOPS } from '../../model/hop.js'
import type { HopReport, HostReport } from '../../model/report.js'
import { duration } from '../../model/time.js'
import { markup, type Markup } from './markup.js'
import { findingCounts, hopWord, shortTime } from './words.js'

/** The data path as it flows: seven stations, a whole line up to the break, a broken one behind it. Once wide, once tall. */
export function pathPicture(host: HostReport, id: string): Markup {
  const label = host.path.map((one, index) => `${index + 1} ${HOP_TITLES[one.hop]}: ${hopWord(one)}`)
  const stop = host.path.findIndex(({ status }) => status === 'broken')
  const draw = { host, stop }
  // Without a break no flag needs the room above the line.
  const up = stop < 0 ? 30 : 0
  const lines = Math.max(...host.path.map((hop) => notes(hop, draw).flat().length))
  return markup`<figure class="path">
    <svg class="wide" height="${162 - up + lines * 17}" role="img" aria-labelledby="${id}-wide">
      <title id="${id}-wide">Data path. ${label.join('; ')}.</title>
      <g transform="translate(0 -${up})">
        ${host.path.slice(1).map((_, index) => wideLine(index, draw))}
        ${host.path.map((hop, index) => wideStation(hop, index, draw))}
      </g>
    </svg>
    <svg class="tall" height="${HOPS.length * ROW}" role="img" aria-labelledby="${id}-tall">
      <title id="${id}-tall">Data path. ${label.join('; ')}.</title>
      ${host.path.slice(1).map((_, index) => tallLine(index, draw))}
      ${host.path.map((hop, index) => tallStation(hop, index, draw))}
    </svg>
  </figure>`
}

interface Draw {
  readonly host: HostReport
  /** The first broken hop; -1 without one. */
  readonly stop: number
}

const LINE = 62
const ROW = 92

/** Horizontal places are shares of the width, so that the text keeps its size. */
function across(index: number): string {
  return `${((index + 0.5) / HOPS.length) * 100}`.slice(0, 6)
}

function lineClass(from: number, { host, stop }: Draw): string {
  if (stop >= 0 && from >= stop) return 'dry'
  return [from, from + 1].some((index) => host.path[index]?.status === 'unknown') ? 'unsure' : 'flow'
}

function wideLine(from: number, draw: Draw): Markup {
  return markup`<line
    class="${lineClass(from, draw)}"
    x1="${across(from)}%"
    x2="${across(from + 1)}%"
    y1="${LINE}"
    y2="${LINE}"
  />`
}

function tallLine(from: number, draw: Draw): Markup {
  return markup`<line
    class="${lineClass(from, draw)}"
    x1="26"
    x2="26"
    y1="${from * ROW + 24}"
    y2="${(from + 1) * ROW + 24}"
  />`
}

function wideStation(hop: HopReport, index: number, draw: Draw): Markup {
  const { status } = hop
  const flag =
    index === draw.stop
      ? markup`<g class="flag"><path d="M0 22V${LINE - 26}" /><text y="14">data stops here</text></g>`
      : null
  const [first, second] = halves(HOP_TITLES[hop.hop])
  return markup`<svg class="station ${status}" x="${across(index)}%" overflow="visible">
    ${flag}
    <circle class="ground" cy="${LINE}" r="24" />
    <use href="#sign-${status}" x="-18" y="${LINE - 18}" width="36" height="36" />
    <text class="name" y="112">${index + 1} ${first}</text>
    <text class="name" y="129">${second}</text>
    <text class="status" y="152">${hopWord(hop)}</text>
    ${notes(hop, draw)
      .flat()
      .map((note, line) => markup`<text class="note" y="${171 + line * 17}">${note}</text>`)}
  </svg>`
}

function tallStation(hop: HopReport, index: number, draw: Draw): Markup {
  const { status } = hop
  const [when, found] = notes(hop, draw)
  return markup`<svg class="station ${status}" y="${index * ROW}" overflow="visible">
    <circle class="ground" cx="26" cy="24" r="21" />
    <use href="#sign-${status}" x="10" y="8" width="32" height="32" />
    <text class="name" x="62" y="20">${index + 1} ${HOP_TITLES[hop.hop]}</text>
    <text class="status" x="62" y="39">
      ${hopWord(hop)}${index === draw.stop ? ' — data stops here' : null}
    </text>
    ${[when.join(', '), ...found].map((note, line) => markup`<text class="note" x="62" y="${57 + line * 16}">${note}</text>`)}
  </svg>`
}

/** When it was last seen working, where it fails how long before the bundle that was, and what was found there. */
function notes({ hop, status, lastSeen }: HopReport, { host }: Draw): [when: string[], found: string[]] {
  const asOf = host.asOf.time
  const age = lastSeen === null ? 0 : Date.parse(asOf) - Date.parse(lastSeen)
  const fails = status === 'broken' || status === 'degraded'
  const found = findingCounts(host.findings.filter((finding) => finding.hop === hop))
  return [
    [
      lastSeen === null ? 'no time known' : `seen ${shortTime(lastSeen, asOf)}`,
      ...(fails && age > 60_000 ? [`${duration(age)} before`] : []),
    ],
    found === '' ? [] : [found],
  ]
}

/** Two lines of about the same length. */
function halves(title: string): [string, string] {
  const words = title.split(' ')
  const middle = Math.ceil(words.length / 2)
  return [words.slice(0, middle).join(' '), words.slice(middle).join(' ')]
}
