import { copyOf } from './bytes.js'
import { damage, type Damage } from './damage.js'
import type { Meta } from './meta.js'
import { BRANCH, compareBytes, elementAt, elementCount, HEADER, header, LEAF, type Page } from './page.js'
import { keep, type PageReader } from './page-reader.js'

/** A bucket as the walk enters it. */
export interface BucketView {
  /** Names from the root; a name is any bytes. Empty for the root bucket itself, which is not reported. */
  readonly path: readonly Uint8Array[]
  readonly sequence: bigint
  /** Page id of its root; null when it is kept inside its parent's page. */
  readonly root: number | null
  /** The page that names it. */
  readonly page: number
}

/** Valid only inside the callback, as are `key` and `value`, which are views of a buffer that is used again. */
export interface RecordView {
  readonly bucket: readonly Uint8Array[]
  readonly key: Uint8Array
  readonly value: Uint8Array
  /** The page that holds it; for an inline bucket the page around it. */
  readonly page: number
}

/** What to do with what is found. Buckets come before their records, depth first in key order. */
export interface Visitor {
  readonly bucket?: (bucket: BucketView) => void
  readonly record?: (record: RecordView) => void
  /** The bucket has been read to its end; the numbers count what could be read directly in it. */
  readonly leave?: (bucket: BucketView, counts: { readonly keys: number; readonly buckets: number }) => void
  readonly damage?: (item: Damage) => void
}

export interface WalkSummary {
  readonly buckets: number
  readonly keys: number
  readonly damage: number
}

/** Bytes of pages kept while their sub-buckets are read; deeper ones are read again on the way back. */
const KEPT_PAGES = 64
/** Far beyond any real file (600 levels were tested against bbolt); every level costs its whole path in memory. */
const DEPTH_MAX = 2000

interface BucketFrame {
  readonly kind: 'bucket'
  readonly view: BucketView
  readonly counts: { keys: number; buckets: number }
}

interface BranchFrame {
  readonly kind: 'branch'
  readonly children: readonly number[]
  next: number
}

interface LeafFrame {
  readonly kind: 'leaf'
  readonly id: number
  page: Page | null
  /** Whether the page's bytes are its own, not the reader's window. */
  owned: boolean
  next: number
}

type Frame = BucketFrame | BranchFrame | LeafFrame

/**
 * Reads a whole tree. Never throws for what is in the file: every damage is told and the walk goes on with what is left.
 * Iterative, with a set of visited pages, so that neither depth nor a cycle can stop it.
 */
export async function walkTree(pages: PageReader, meta: Meta, visitor: Visitor): Promise<WalkSummary> {
  const summary = { buckets: 0, keys: 0, damage: 0 }
  const visited = pageSet()
  const leaves: LeafFrame[] = []
  const report = (item: Damage): void => {
    summary.damage += 1
    visitor.damage?.(item)
  }
  const root: BucketView = { path: [], sequence: meta.rootSequence, root: meta.root, page: meta.page }
  const stack: Frame[] = [{ kind: 'bucket', view: root, counts: { keys: 0, buckets: 0 } }]
  const buckets: BucketFrame[] = [stack[0] as BucketFrame]
  await enter(meta.root, 1)

  while (stack.length > 0) {
    const frame = stack[stack.length - 1] as Frame
    switch (frame.kind) {
      case 'bucket':
        stack.pop()
        buckets.pop()
        if (frame.view.path.length > 0) visitor.leave?.(frame.view, frame.counts)
        break
      case 'branch': {
        const child = frame.children[frame.next]
        if (child === undefined) {
          stack.pop()
          break
        }
        let run = 1
        while (frame.children[frame.next + run] === child + run && run < 1024) run++
        frame.next += 1
        await enter(child, run)
        break
      }
      case 'leaf': {
        frame.page ??= (await pages.page(frame.id, 1, path())) ?? null
        if (frame.page !== null && !readLeaf(frame)) {
          await descend(frame)
          break
        }
        stack.pop()
        leaves.pop()
        break
      }
    }
  }
  return summary

  function path(): readonly Uint8Array[] {
    return (buckets[buckets.length - 1] as BucketFrame).view.path
  }

  /** Pushes a page of the current bucket. */
  async function enter(id: number, run: number): Promise<void> {
    if (!visited.add(id)) {
      report(
        damage('page-visited-twice', `Page ${id} should belong to one place of the tree, but is reached twice.`, {
          page: id,
          bucket: path(),
        }),
      )
      return
    }
    const page = await readPage(id, run)
    if (page === undefined) return
    if (page.flags === LEAF) {
      const frame: LeafFrame = { kind: 'leaf', id, page, owned: false, next: 0 }
      stack.push(frame)
      leaves.push(frame)
    } else stack.push({ kind: 'branch', children: childrenOf(page), next: 0 })
  }

  async function readPage(id: number, run: number): Promise<Page | undefined> {
    const page = await pages.page(id, run, path())
    if (page === undefined || page.flags === LEAF || page.flags === BRANCH) return page
    const message = `Page ${id} should be a branch or a leaf, but has type 0x${page.flags.toString(16)}.`
    report(damage('page-type', message, { page: id, offset: page.offset + 8, bucket: path() }))
    return undefined
  }

  function childrenOf(page: Page): number[] {
    const count = elementCount(page, report, path())
    if (count === 0) {
      const message = `Branch page ${page.id} should have children, but has none.`
      report(damage('branch-without-children', message, { page: page.id, offset: page.offset + 10, bucket: path() }))
    }
    const children: number[] = []
    for (let index = 0; index < count; index++) {
      const element = elementAt(page, index, count)
      if (element === undefined) report(outOfBounds(page, index))
      // A child is named by the element table, so a bad key does not lose it.
      const start = HEADER + 16 * index
      children.push(
        element?.child ??
          page.view.getUint32(start + (page.little ? 8 : 12), page.little) +
            page.view.getUint32(start + (page.little ? 12 : 8), page.little) * 2 ** 32,
      )
    }
    return children
  }

  function outOfBounds(page: Page, index: number): Damage {
    const message = `Element ${index} of page ${page.id} should lie inside the page's ${page.bytes.length} bytes, but does not.`
    return damage('element-out-of-bounds', message, {
      page: page.id,
      offset: page.offset + HEADER + 16 * index,
      bucket: path(),
    })
  }

  /** Delivers elements up to the next bucket with a page of its own. True when the leaf has been read to its end. */
  function readLeaf(frame: LeafFrame): boolean {
    const page = frame.page as Page
    const owner = buckets[buckets.length - 1] as BucketFrame
    const count =
      frame.next === 0
        ? elementCount(page, report, path())
        : Math.min(page.count, Math.floor((page.bytes.length - HEADER) / 16))
    let previous: Uint8Array | null = null
    for (; frame.next < count; frame.next++) {
      const element = elementAt(page, frame.next, count)
      if (element === undefined) {
        report(outOfBounds(page, frame.next))
        continue
      }
      const key = page.bytes.subarray(element.keyStart, element.keyEnd)
      if (previous !== null && compareBytes(previous, key) >= 0) {
        const message = `Key ${frame.next} of page ${page.id} should be greater than the one before it, but is not.`
        report(
          damage('keys-not-ascending', message, {
            page: page.id,
            offset: page.offset + element.keyStart,
            bucket: path(),
          }),
        )
      }
      previous = key
      const value = page.bytes.subarray(element.keyEnd, element.valueEnd)
      if (!element.isBucket) {
        owner.counts.keys += 1
        summary.keys += 1
        visitor.record?.({ bucket: owner.view.path, key, value, page: page.id })
      } else if (subBucket(owner, page, key, value)) return false
    }
    return true
  }

  /** Reads a bucket's header; an inline one at once. True when it has pages of its own, which `descend` then reads. */
  function subBucket(owner: BucketFrame, page: Page, key: Uint8Array, value: Uint8Array): boolean {
    if (value.length < 16) {
      const message = `A bucket's value should have at least 16 bytes, but has ${value.length}.`
      report(damage('bucket-too-short', message, { page: page.id, bucket: [...owner.view.path, copyOf(key)] }))
      return false
    }
    const head = bucketHeader(value, page.little)
    const view: BucketView = {
      path: [...owner.view.path, copyOf(key)],
      sequence: head.sequence,
      root: head.root === 0 ? null : head.root,
      page: page.id,
    }
    owner.counts.buckets += 1
    summary.buckets += 1
    visitor.bucket?.(view)
    if (view.path.length > DEPTH_MAX) {
      const message = `Buckets should nest at most ${DEPTH_MAX} deep; what lies deeper is not read.`
      report(damage('nested-too-deep', message, { page: page.id, bucket: owner.view.path }))
      return false
    }
    if (view.root !== null) {
      const frame: BucketFrame = { kind: 'bucket', view, counts: { keys: 0, buckets: 0 } }
      stack.push(frame)
      buckets.push(frame)
      return true
    }
    const counts = { keys: 0, buckets: 0 }
    readInline(view, page, value, counts)
    visitor.leave?.(view, counts)
    return false
  }

  /** An inline bucket: the image of one leaf page after the 16 bytes of the header. It holds no buckets. */
  function readInline(
    view: BucketView,
    outer: Page,
    value: Uint8Array,
    counts: { keys: number; buckets: number },
  ): void {
    const at = { page: outer.id, offset: outer.offset + (value.byteOffset - outer.bytes.byteOffset), bucket: view.path }
    const bytes = value.subarray(16)
    const head =
      bytes.length < HEADER ? null : header(new DataView(bytes.buffer, bytes.byteOffset, HEADER), outer.little)
    if (head === null || head.flags !== LEAF) {
      const found = head === null ? `has ${bytes.length} bytes` : `has type 0x${head.flags.toString(16)}`
      report(damage('inline-page', `An inline bucket should hold the image of a leaf page, but ${found}.`, at))
      return
    }
    const inner: Page = {
      id: outer.id,
      flags: LEAF,
      count: head.count,
      bytes,
      view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
      little: outer.little,
      offset: at.offset + 16,
    }
    const count = elementCount(inner, report, view.path)
    let previous: Uint8Array | null = null
    for (let index = 0; index < count; index++) {
      const element = elementAt(inner, index, count)
      if (element === undefined) {
        const message = `Element ${index} of an inline bucket should lie inside its ${bytes.length} bytes, but does not.`
        report(damage('element-out-of-bounds', message, { ...at, offset: inner.offset + HEADER + 16 * index }))
        continue
      }
      if (element.isBucket) {
        report(damage('inline-page', 'An inline bucket should hold no bucket, but holds one.', at))
        continue
      }
      const key = bytes.subarray(element.keyStart, element.keyEnd)
      if (previous !== null && compareBytes(previous, key) >= 0) {
        const message = `Key ${index} of an inline bucket should be greater than the one before it, but is not.`
        report(damage('keys-not-ascending', message, { ...at, offset: inner.offset + element.keyStart }))
      }
      previous = key
      counts.keys += 1
      summary.keys += 1
      visitor.record?.({
        bucket: view.path,
        key,
        value: bytes.subarray(element.keyEnd, element.valueEnd),
        page: outer.id,
      })
    }
  }

  /** Enters the bucket on top of the stack; the leaf below it is kept for the way back. */
  async function descend(leaf: LeafFrame): Promise<void> {
    leaf.next += 1
    if (leaf.page !== null && !leaf.owned) {
      leaf.page = keep(leaf.page)
      leaf.owned = true
    }
    const far = leaves[leaves.length - 1 - KEPT_PAGES]
    if (far !== undefined) {
      far.page = null
      far.owned = false
    }
    const top = buckets[buckets.length - 1] as BucketFrame
    await enter(top.view.root ?? 0, 1)
  }
}

/** One bit a page, grown as pages come. */
function pageSet(): { add(id: number): boolean } {
  let bits = new Uint8Array(1024)
  return {
    /** False when the page was there already. Ids no file can have are left to the range check. */
    add(id) {
      if (id > 2 ** 33) return true
      const byte = Math.floor(id / 8)
      if (byte >= bits.length) {
        const grown = new Uint8Array(Math.max(byte + 1, bits.length * 2))
        grown.set(bits)
        bits = grown
      }
      const mask = 1 << (id % 8)
      const fresh = ((bits[byte] ?? 0) & mask) === 0
      bits[byte] = (bits[byte] ?? 0) | mask
      return fresh
    },
  }
}

/** A bucket's value begins with the page id of its root (0: inline) and its sequence. */
export function bucketHeader(value: Uint8Array, little: boolean): { root: number; sequence: bigint } {
  const view = new DataView(value.buffer, value.byteOffset, 16)
  return {
    root: view.getUint32(little ? 0 : 4, little) + view.getUint32(little ? 4 : 0, little) * 2 ** 32,
    sequence: view.getBigUint64(8, little),
  }
}
