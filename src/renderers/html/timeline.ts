import { HOP_TITLES } from '../../model/hop.js'
import type { ActivityLaneReport, ActivityReport, HopReport, HostReport } from '../../model/report.js'
import { duration, iso } from '../../model/time.js'
import { markup, type Markup } from './markup.js'
import { date, hopWord, shortTime, sign } from './words.js'

/** Hop by hop: its status in a sentence, and beside it what the logs show over time, all on one scale. */
export function timeline(host: HostReport, id: string): Markup {
  const { activity } = host
  const scale = activity === null ? null : axis(activity, host.asOf.time, id)
  const rows = host.path.map((hop, index) => {
    const lanes = activity?.lanes.filter((lane) => lane.hop === hop.hop) ?? []
    return markup`<section class="hop ${hop.status}">
      <div class="about">
        <h4>
          ${sign(hop.status)}${index + 1} ${HOP_TITLES[hop.hop]} <span class="status">${hopWord(hop)}</span>
        </h4>
        <p>${hop.sentence}</p>
        <p class="quiet">${seen(hop, host)}</p>
      </div>
      <div class="lanes">
        ${
          lanes.length === 0
            ? markup`<p class="quiet">
                ${hop.hop === 'sockets' ? 'Sockets keep no log: their state is of one moment.' : 'Nothing over time in the logs of this input.'}
              </p>`
            : lanes.map((one) => lane(one, activity, host, id))
        }
      </div>
    </section>`
  })
  return markup`<div class="timeline">${scale}${rows}${scale === null ? null : LEGEND}</div>`
}

const swatch = (kind: string): Markup =>
  markup`<svg class="swatch" aria-hidden="true"><rect class="${kind}" x="0.5" y="0.5" width="21" height="11" /></svg>`

const LEGEND = markup`<p class="legend quiet">
  <span>${swatch('bars')}seen in the log</span> <span>${swatch('silent')}silent for longer than usual</span>
  <span>${swatch('failures')}failed, below the line</span> <span>${swatch('blank')}the log does not tell</span>
</p>`

function seen({ lastSeen, ruleIds }: HopReport, { asOf }: HostReport): string {
  const rules = ruleIds.length === 0 ? '' : `; ${ruleIds.join(', ')}`
  return `${lastSeen === null ? 'No time known' : `Last seen working ${shortTime(lastSeen, asOf.time)}`}${rules}`
}

const MINUTE = 60_000
const STEPS = [15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 7200, 10_080, 20_160, 43_200, 129_600, 525_600]
const TICKS_MAX = 7

function axis(activity: ActivityReport, asOf: string, id: string): Markup {
  const from = Date.parse(activity.from)
  const length = widthOf(activity)
  const step =
    (STEPS.find((minutes) => length / (minutes * MINUTE) <= TICKS_MAX) ?? length / MINUTE / TICKS_MAX) * MINUTE
  const ticks: number[] = []
  for (let at = Math.ceil(from / step) * step; at < from + length; at += step) ticks.push(at)
  const share = (at: number): number => (at - from) / length
  // The end is named by itself, and a label at the very edge would be cut.
  const named = ticks.filter((at) => share(at) > 0.03 && share(at) < 0.84)
  return markup`<div class="axis">
      <p class="about quiet">
        ${date(activity.from)} ${activity.from.slice(11, 16)} to ${shortTime(asOf, activity.from)} UTC, ${duration(activity.bucketSeconds * 1000)} a step
      </p>
      <svg height="22" aria-hidden="true">
        ${named.map((at) => markup`<text x="${percent(share(at))}%" y="14">${tickLabel(iso(at), step)}</text>`)}
        <text class="end" x="100%" y="14">${shortTime(asOf, asOf)} taken</text>
      </svg>
    </div>
    <svg class="hidden" aria-hidden="true">
      <defs>
        <symbol id="${id}-grid" viewBox="0 0 1000 1" preserveAspectRatio="none">
          <path class="grid" d="${ticks.map((at) => `M${Math.round(share(at) * 1000)} 0v1`).join('')}" />
        </symbol>
      </defs>
    </svg>`
}

function tickLabel(at: string, step: number): string {
  const time = at.slice(11, 16)
  return step >= 24 * 60 * MINUTE ? date(at) : time === '00:00' ? date(at) : time
}

function widthOf({ lanes, bucketSeconds }: ActivityReport): number {
  return (lanes[0]?.values.length ?? 1) * bucketSeconds * 1000
}

function percent(share: number): string {
  return String(Math.round(share * 10_000) / 100)
}

/** A run of buckets that are alike. */
interface Stretch {
  readonly from: number
  readonly to: number
}

function lane(one: ActivityLaneReport, activity: ActivityReport | null, host: HostReport, id: string): Markup {
  const { name, source, values, failed, measure } = one
  const count = values.length
  const bucket = (activity?.bucketSeconds ?? 0) * 1000
  const worked = values.some((value) => (value ?? 0) > 0)
  const onlyFailures = failed !== null && one.last === null && !worked
  const top = Math.max(1, ...values.map((value) => value ?? 0))
  const blank = stretches(values, (value) => value === null)
  const silent = measure === 'events' && !onlyFailures ? silences(values) : []
  const box = ({ from, to }: Stretch, kind: string): Markup =>
    markup`<rect class="${kind}" x="${percent(from / count)}%" width="${percent((to - from) / count)}%" height="100%" />`
  const rows = [
    ...(onlyFailures
      ? []
      : [
          markup`<svg class="chart up ${measure}" aria-hidden="true">
            <use href="#${id}-grid" width="100%" height="100%" />
            ${blank.map((span) => box(span, 'blank'))}${silent.map((span) => box(span, 'silent'))}
            <svg viewBox="0 0 ${count} 100" width="100%" height="100%" preserveAspectRatio="none">
              <path class="bars" d="${bars(values, top)}" />
            </svg>
          </svg>`,
        ]),
    ...(failed === null || !failed.some((value) => (value ?? 0) > 0)
      ? []
      : [
          markup`<svg class="chart down" aria-hidden="true">
            ${onlyFailures ? [markup`<use href="#${id}-grid" width="100%" height="100%" />`, ...blank.map((span) => box(span, 'blank'))] : null}
            <svg viewBox="0 0 ${count} 100" width="100%" height="100%" preserveAspectRatio="none">
              <path class="failures" d="${drops(failed)}" />
            </svg>
          </svg>`,
        ]),
  ]
  return markup`<div class="lane">
    <p class="label">
      <b>${name}</b> <span class="quiet">${source}</span>
      <span class="said">${said(one, silent, bucket, host.asOf.time)}</span>
    </p>
    ${rows}
  </div>`
}

/** The same in words: how many, when the last was, and for how long none has come. */
function said(
  { values, failed, measure, last, lastFailed }: ActivityLaneReport,
  silent: readonly Stretch[],
  bucket: number,
  asOf: string,
): Markup {
  const sum = (all: readonly (number | null)[] | null): number => all?.reduce((a: number, b) => a + (b ?? 0), 0) ?? 0
  const parts: (string | Markup)[] = []
  const top = Math.max(0, ...values.map((value) => value ?? 0))
  if (measure === 'level') parts.push(top === 0 ? 'always empty' : `up to ${top}`)
  else if (sum(values) > 0 || failed === null) parts.push(sum(values) === 0 ? 'none' : `${sum(values)} seen`)
  if (sum(failed) > 0) parts.push(markup`<span class="bad">${sum(failed)} failed</span>`)
  const end = silent.at(-1)
  if (last !== null) parts.push(`last ${shortTime(last, asOf)}`)
  else if (lastFailed !== null) parts.push(`last ${shortTime(lastFailed, asOf)}`)
  if (end !== undefined && end.to === values.length && last !== null)
    parts.push(markup`<strong>none for ${duration(Date.parse(asOf) - Date.parse(last))}</strong>`)
  const before = silent.filter(({ to }) => to < values.length)
  const longest = before.reduce((most, { from, to }) => Math.max(most, to - from), 0)
  if (longest > 0) parts.push(`a gap of ${duration(longest * bucket)} before`)
  if (values.at(-1) === null) parts.push('its end is not in the input')
  return markup`${parts.map((part, index) => markup`${index === 0 ? null : ', '}${part}`)}`
}

function stretches<T>(values: readonly T[], is: (value: T) => boolean): Stretch[] {
  const found: Stretch[] = []
  let from = -1
  for (let index = 0; index <= values.length; index++) {
    const inside = index < values.length && is(values[index] as T)
    if (inside && from < 0) from = index
    if (!inside && from >= 0) {
      found.push({ from, to: index })
      from = -1
    }
  }
  return found
}

/** Of something that comes again and again: where it did not come for much longer than usual. */
function silences(values: readonly (number | null)[]): Stretch[] {
  const occupied = values.flatMap((value, index) => ((value ?? 0) > 0 ? [index] : []))
  const pauses = occupied.slice(1).map((index, before) => index - (occupied[before] ?? 0))
  const usual = pauses.toSorted((a, b) => a - b)[Math.floor(pauses.length / 2)]
  if (usual === undefined || pauses.length < REGULAR) return []
  return stretches(values, (value) => value === 0).filter(
    ({ from, to }) => to - from > 3 * usual && from > (occupied[0] ?? 0),
  )
}

/** Fewer pauses than this have no usual length. */
const REGULAR = 3
/** A single event among thousands still has to be seen. */
const LEAST = 14

function bars(values: readonly (number | null)[], top: number): string {
  return columns(values, (value) => {
    const height = Math.round(Math.max(LEAST, (value / top) * 100))
    return (width) => `V${100 - height}h${width}V100`
  })
}

function drops(values: readonly (number | null)[]): string {
  const top = Math.max(1, ...values.map((value) => value ?? 0))
  return columns(
    values,
    (value) => {
      const depth = Math.round(Math.max(2 * LEAST, (value / top) * 100))
      return (width) => `V${depth}h${width}V0`
    },
    0,
  )
}

/** One path for all buckets; those of the same height become one step. */
function columns(
  values: readonly (number | null)[],
  shape: (value: number) => (width: number) => string,
  ground = 100,
): string {
  const steps: {
    readonly from: number
    width: number
    readonly draw: (width: number) => string
    readonly key: string
  }[] = []
  for (const [index, value] of values.entries()) {
    if (value === null || value === 0) continue
    const draw = shape(value)
    const key = draw(1)
    const before = steps.at(-1)
    if (before !== undefined && before.key === key && before.from + before.width === index) before.width++
    else steps.push({ from: index, width: 1, draw, key })
  }
  return steps.map(({ from, width, draw }) => `M${from} ${ground}${draw(width)}`).join('')
}
