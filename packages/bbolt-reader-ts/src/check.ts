import type { ByteSource } from './byte-source.js'
import { spoken } from './bytes.js'
import { damage, type Damage, type DamageCode, type Report } from './damage.js'
import { readFreelist } from './freelist.js'
import { isUsable, type Meta, type MetaState } from './meta.js'
import { PageSet } from './page-set.js'
import { touchesZeroSector, type RecordView } from './record.js'
import { walkTree, type WalkSummary } from './walk.js'

/** Where the findings of a check go. */
export interface CheckVisitor {
  damage(item: Damage): void
  /** Worth knowing, and no damage: bytes behind the last page, what could not be checked, what the damage looks like. */
  note?(item: Damage): void
}

/** `damage` is 0 for a clean file. */
export interface CheckSummary extends WalkSummary {
  readonly notes: number
}

/**
 * Checks all that bbolt's `Tx.Check` does (https://github.com/etcd-io/bbolt/blob/main/tx_check.go) and what it leaves out: the inside
 * of inline buckets, the bounds and the packing of elements, both meta pages. Never stops at the first damage.
 */
export async function checkFile(
  source: ByteSource,
  meta: Meta,
  metas: readonly [MetaState, MetaState],
  opening: readonly Damage[],
  visitor: CheckVisitor,
): Promise<CheckSummary> {
  const codes = new Set<DamageCode>()
  let found = 0
  let notes = 0
  const report: Report = (item) => {
    found += 1
    codes.add(item.code)
    visitor.damage(item)
  }
  const note: Report = (item) => {
    notes += 1
    visitor.note?.(item)
  }

  opening.forEach(report)
  for (const state of metas) if (isUsable(state)) checkMetaPage(state.meta, state.meta === meta, report)

  const [first, second] = metas
  if (isUsable(first) && isUsable(second)) compareMetas(first.meta, second.meta, report, note)

  const reached = new PageSet()
  const claim = (id: number, overflow: number, bucket: readonly Uint8Array[]): void => {
    for (let page = id; page <= id + overflow; page++) {
      if (reached.add(page)) continue
      const message = `Page ${page} should belong to one place, but page ${id} and another claim it.`
      report(damage('page-visited-twice', message, { page, offset: page * meta.pageSize, bucket }))
    }
  }
  const walked = await walkTree(
    source,
    meta,
    {
      page: ({ id, overflow, bucket }) => claim(id, overflow, bucket),
      record: (record) => {
        if (touchesZeroSector(record)) note(zeroSector(record))
      },
      damage: report,
    },
    { ordered: true },
  )

  const freelist = await readFreelist(source, meta)
  freelist.damage.forEach(report)
  if (freelist.page !== null && freelist.damage.length === 0) {
    claim(freelist.page, freelist.pages - 1, [])
    crossCheck(meta, source.size, reached, freelist.ids, report)
  } else {
    const why = freelist.persisted ? 'the freelist is damaged' : 'the file keeps no freelist'
    const message = `Which pages are free is not known, as ${why}: lost pages cannot be told from free ones.`
    note(damage('freelist', message, { page: freelist.page ?? undefined }))
  }

  const rest = source.size % meta.pageSize
  if (rest !== 0) {
    const message = `The file ends with ${rest} bytes that are no whole page, as tools leave them that add a checksum.`
    note(damage('trailing-bytes', message, { offset: source.size - rest }))
  }
  if (looksTorn(codes)) {
    const message =
      'Pages are sound in themselves but do not fit together, as in a copy that was made while the file was written. Take a new copy.'
    note(damage('torn-copy', message))
  }
  return { ...walked, damage: found, notes }
}

/** What bbolt writes there and never reads. */
function checkMetaPage(meta: Meta, chosen: boolean, report: Report): void {
  const { page, pageSize, root, freelist, highWaterMark } = meta
  const offset = page * pageSize
  const implausible = (field: number, message: string): void =>
    report(damage('meta-implausible', message, { page, offset: offset + field }))
  if (meta.header.id !== page || meta.header.flags !== META) {
    const { id, flags } = meta.header
    const message = `Meta page ${page} should carry its id and type 0x4, but carries id ${spoken(id)} and type 0x${flags.toString(16)}.`
    implausible(0, message)
  }
  if (freelist !== null && (freelist < 2 || freelist >= highWaterMark))
    implausible(
      48,
      `The freelist of meta page ${page} should lie on a page from 2 to ${highWaterMark - 1}, not ${spoken(freelist)}.`,
    )
  if (!chosen && (root < 2 || root >= highWaterMark))
    implausible(
      32,
      `The root of meta page ${page} should lie on a page from 2 to ${highWaterMark - 1}, not ${spoken(root)}.`,
    )
}

const META = 0x04

/** Every commit writes one meta page, by turns, and counts one up; a hot backup has the same state twice. */
function compareMetas(first: Meta, second: Meta, report: Report, note: Report): void {
  const place = { page: second.page, offset: second.page * second.pageSize + 64 }
  const gap = first.txid > second.txid ? first.txid - second.txid : second.txid - first.txid
  const same = first.root === second.root && first.highWaterMark === second.highWaterMark
  if (gap === 0n && !same) {
    const message = `The meta pages should be of two transactions, but both say ${first.txid} and name different trees.`
    report(damage('meta-implausible', message, place))
  } else if (gap > 1n) {
    const message = `The meta pages should be of neighbouring transactions, but are of ${first.txid} and ${second.txid}.`
    note(damage('meta-implausible', message, place))
  }
}

/** Every page below the high-water mark is either part of the tree or free. Neighbours with the same fault are told together. */
function crossCheck(meta: Meta, size: number, reached: PageSet, ids: readonly number[], report: Report): void {
  const end = Math.min(meta.highWaterMark, Math.ceil(size / meta.pageSize))
  let next = 0
  let run: { code: DamageCode; from: number } | null = null
  for (let page = 2; page <= end; page++) {
    while ((ids[next] ?? Infinity) < page) next += 1
    const free = ids[next] === page
    const code = page === end || reached.has(page) !== free ? null : free ? 'page-freed' : 'page-unreachable'
    if (run !== null && run.code !== code) {
      const { from } = run
      const [which, are] = page - 1 === from ? [`Page ${from}`, 'is'] : [`Pages ${from} to ${page - 1}`, 'are']
      const message =
        run.code === 'page-freed'
          ? `${which} should not be free while the tree uses it, but ${are} in the freelist: the next write can destroy what is there.`
          : `${which} should belong to the tree or be free, but ${are} neither.`
      report(damage(run.code, message, { page: from, offset: from * meta.pageSize }))
      run = null
    }
    if (code !== null) run ??= { code, from: page }
  }
}

function zeroSector({ page, offset, bucket }: RecordView): Damage {
  const message = `A record of page ${page} lies in a disk sector that holds nothing but zeros: part of it is missing, unless its value is zeros.`
  return damage('zero-sector', message, { page, offset, bucket })
}

/** Signs that pages of different transactions lie side by side, and nothing else. */
function looksTorn(codes: ReadonlySet<DamageCode>): boolean {
  const signs: readonly DamageCode[] = ['page-freed', 'page-unreachable', 'key-out-of-range', 'page-replaced']
  return (
    signs.some((code) => codes.has(code)) &&
    [...codes].every((code) => signs.includes(code) || code === 'page-visited-twice')
  )
}
