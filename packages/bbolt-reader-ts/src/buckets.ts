import type { ByteSource } from './byte-source.js'
import type { Damage } from './damage.js'
import type { Meta } from './meta.js'
import { walkTree, type BucketCounts, type BucketView } from './walk.js'

/** A bucket with what it holds directly, as far as it could be read. */
export interface BucketSummary extends BucketView, BucketCounts {
  /** 1 for a bucket of the root. */
  readonly depth: number
}

export interface BucketList {
  /** Depth first in key order, a parent before its children. */
  readonly buckets: readonly BucketSummary[]
  readonly damage: readonly Damage[]
}

export async function listBuckets(source: ByteSource, meta: Meta): Promise<BucketList> {
  const order: BucketView[] = []
  const counts = new Map<BucketView, BucketCounts>()
  const found: Damage[] = []
  await walkTree(source, meta, {
    bucket: (bucket) => order.push(bucket),
    leave: (bucket, count) => counts.set(bucket, count),
    damage: (item) => found.push(item),
  })
  const buckets = order.map((bucket) => ({
    ...bucket,
    ...(counts.get(bucket) ?? { keys: 0, buckets: 0 }),
    depth: bucket.path.length,
  }))
  return { buckets, damage: found }
}
