import { bucket, build, leaf } from '../../packages/bbolt-reader-ts/test/support/build.js'

const PAGE = 4096

/** A database of one bucket, with what a test wants in it. The format is real, the content is the test's. */
export function databaseOf(entries: readonly (readonly [key: string, value: string])[]): Uint8Array {
  const sorted = entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const elements = sorted.map(([key, value]) => ({ key, value }))
  const size = leaf(3, elements).length
  const root = leaf(2, [{ key: 'b', value: bucket(3), isBucket: true }])
  return build({ pageSize: PAGE, root: 2, pages: [root, leaf(3, elements, Math.ceil(size / PAGE) - 1)] })
}

/** A tracked file as the published picture of the database has it. */
export function trackedFile(path: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    CollectionName: path,
    FileContentChecksum: 'a'.repeat(64),
    FileSystemPath: path,
    ChangeType: 'StartTracking',
    Size: 1216,
    Mode: 420,
    Contents: '',
    FileContentBlobLink: '',
    FileMetaDatacheckSum: '11000000000000000001',
    ...more,
  }
}
