import type { ReadingLimits } from '../model/limits.js'
import type { LogWatch, PassingLine } from '../model/log-event.js'
import { failed, parsed, type Parsed, type Problem } from '../model/parsed.js'
import type { Instant } from '../model/time.js'
import { instantAt, own, scanLines } from './lines.js'

/** One row about a Change Tracking stream. Numbers are null where the block has no such column, or no number in it. */
export interface QosRow {
  readonly line: number
  /** The whole row, clipped. */
  readonly text: string
  readonly operation: string
  readonly object: string
  /** null for the older object form that ends at the solution: `https://<workspace>_ChangeTracking`. */
  readonly stream: string | null
  /** Lower case. Only uploads name one. */
  readonly workspace: string | null
  readonly total: number | null
  readonly success: number | null
  readonly rowsRead: number | null
  readonly rowsSent: number | null
}

/** The rows of a block that are kept as sums only. */
export interface QosTotals {
  readonly rows: number
  readonly total: number
  readonly success: number
  readonly rowsRead: number
  readonly rowsSent: number
}

/** What mdsd counted over about 15 minutes. */
export interface QosBlock {
  /** When the block was written; null for rows above the first `#Time` line of a cut file, or an odd time. */
  readonly time: Instant | null
  readonly line: number
  /** The line it begins with, clipped. */
  readonly text: string
  /** Rows about Change Tracking. */
  readonly rows: readonly QosRow[]
  readonly others: QosTotals
}

/** `blockCount` is exact; `blocks` holds the last 400 of them. */
export interface QosLog {
  readonly lines: number
  readonly blockCount: number
  /** Times of the first and of the newest block of the whole file. */
  readonly first: Instant | null
  readonly last: Instant | null
  readonly blocks: readonly QosBlock[]
}

const BLOCKS_MAX = 400
/** Rows kept per block: every stream of several DCRs, twice over. More go into the sums. */
const ROWS_MAX = 64
const STREAM = /(?:^|[:_])(CONFIG_CHANGE_BLOB_V2|CONFIG_CHANGE_BLOB|CONFIG_DATA_BLOB_V2)$/
const SOLUTION = /_ChangeTracking(?:_|$)/
const WORKSPACE = /^https:\/\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f-])/i

/** Where a `#Fields` line puts the columns; -1 for one it does not have. */
interface Columns {
  readonly count: number
  readonly operation: number
  readonly object: number
  readonly total: number
  readonly success: number
  readonly rowsRead: number
  readonly rowsSent: number
}

type Growing = Omit<QosBlock, 'rows' | 'others'> & {
  rows: QosRow[]
  others: { -readonly [K in keyof QosTotals]: number }
}

/**
 * Parses mdsd.qos, blocks of counters about every 15 minutes:
 *
 *     #Time: 2026-01-10T08:15:23.5432920Z
 *     #Fields: Operation,Object,TotalCount,SuccessCount,Retries,AverageDuration,AverageSize,AverageDelay,TotalSize,TotalRowsRead,TotalRowsSent
 *     MaODSRequest,https://00000000-0000-4000-8000-000000000002_ChangeTracking_CONFIG_DATA_BLOB_V2,1,1,0,455067,12187,0,12187,613,613
 *
 * Columns are taken from the `#Fields` line above, never by position; rows without one are skipped with a problem.
 */
export async function parseMdsdQos(
  chunks: AsyncIterable<Uint8Array>,
  limits?: ReadingLimits,
  watch?: LogWatch,
): Promise<Parsed<QosLog>> {
  const problems: Problem[] = []
  const blocks: Growing[] = []
  let blockCount = 0
  let columns: Columns | null = null
  let first: Instant | null = null
  let last: Instant | null = null

  const open = (line: number, text: string, time: Instant | null): Growing => {
    const block = {
      time,
      line,
      text: own(text),
      rows: [],
      others: { rows: 0, total: 0, success: 0, rowsRead: 0, rowsSent: 0 },
    }
    blockCount++
    blocks.push(block)
    if (blocks.length > BLOCKS_MAX * 2) blocks.splice(0, BLOCKS_MAX)
    return block
  }
  let block: Growing | null = null
  const once = (code: string, line: number, message: string): void => {
    if (!problems.some((problem) => problem.code === code)) problems.push({ code, message, at: { kind: 'line', line } })
  }

  const scan = await scanLines(
    chunks,
    { scan: '[^\\n\\r]', time: () => null, lineMax: limits?.line },
    ({ line, text }) => {
      const time = /^#Time:\s*(.*)$/.exec(text)?.[1]
      const fields = /^#Fields:\s*(.*)$/.exec(text)?.[1]
      if (time !== undefined) {
        const stamp = instantAt(time)
        if (stamp === null)
          once('qos-time', line, `Line ${line} should give a time after "#Time:", found "${own(time)}".`)
        block = open(line, text, stamp?.time ?? null)
        first ??= block.time
        if (block.time !== null && watch?.every === true)
          watch.line({ time: block.time, line, message: text, said: [] })
        if (block.time !== null && (last === null || block.time > last)) last = block.time
      } else if (fields !== undefined) {
        columns = columnsOf(fields)
      } else if (!text.startsWith('#') && text.includes(',')) {
        if (columns === null) {
          once('qos-fields', line, `Line ${line} is a row without a "#Fields:" line above it; such rows were skipped.`)
        } else {
          block ??= open(line, text, null)
          const row = rowOf(columns, line, text)
          addRow(block, row)
          if (watch !== undefined && block.time !== null && isCt(row)) watch.line(passing(row, block.time))
        }
      }
    },
  )

  const [problem] = scan.problems
  if (scan.bytes === 0 && problem !== undefined) return failed(problem.code, problem.message)
  const kept = blocks.slice(-BLOCKS_MAX)
  return parsed({ lines: scan.lines, blockCount, first, last, blocks: kept }, [...scan.problems, ...problems])
}

/** A row as a line of its own: kind `counted`, about its stream. */
function passing(
  { line, text, operation, object, stream, total, success, rowsSent }: QosRow,
  time: Instant,
): PassingLine {
  const fields = { operation, object, total: `${total ?? ''}`, success: `${success ?? ''}`, rows: `${rowsSent ?? ''}` }
  return { time, line, message: text, said: [{ kind: 'counted', subject: stream ?? '', fields }] }
}

function isCt({ stream, object }: QosRow): boolean {
  return stream !== null || SOLUTION.test(object)
}

function columnsOf(fields: string): Columns {
  const names = fields.split(',', 100).map((name) => name.trim().toLowerCase())
  const at = (name: string): number => names.indexOf(name)
  return {
    count: names.length,
    operation: at('operation'),
    object: at('object'),
    total: at('totalcount'),
    success: at('successcount'),
    rowsRead: at('totalrowsread'),
    rowsSent: at('totalrowssent'),
  }
}

function rowOf(columns: Columns, line: number, text: string): QosRow {
  const cells = text.split(',')
  // Only the object is free text: commas too many are its own.
  const extra = cells.length - columns.count
  if (extra > 0 && columns.object >= 0) {
    cells.splice(columns.object, extra + 1, cells.slice(columns.object, columns.object + extra + 1).join(','))
  }
  const cell = (at: number): string => cells[at]?.trim() ?? ''
  const number = (at: number): number | null => {
    const value = cell(at)
    return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : null
  }
  const object = cell(columns.object)
  return {
    line,
    text: own(text),
    operation: own(cell(columns.operation)),
    object: own(object),
    stream: STREAM.exec(object)?.[1] ?? null,
    workspace: WORKSPACE.exec(object)?.[1]?.toLowerCase() ?? null,
    total: number(columns.total),
    success: number(columns.success),
    rowsRead: number(columns.rowsRead),
    rowsSent: number(columns.rowsSent),
  }
}

function addRow(block: Growing, row: QosRow): void {
  if (isCt(row) && block.rows.length < ROWS_MAX) {
    block.rows.push(row)
    return
  }
  block.others.rows++
  for (const key of ['total', 'success', 'rowsRead', 'rowsSent'] as const) block.others[key] += row[key] ?? 0
}
