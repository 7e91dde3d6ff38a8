import { cacheEntry, type CacheEntry } from '../../src/artifacts/cache.js'
import { cacheSizes, type CacheSizes } from '../../src/facts/cache-sizes.js'
import { folderUsage, type CacheUsage } from '../../src/facts/folder-usage.js'
import { eventCache, type EventCache } from '../../src/facts/sinks.js'
import type { Evidence } from '../../src/model/artifact.js'
import { parseDiskUsage } from '../../src/parsers/disk-usage.js'
import { foundOf } from '../support/found.js'
import { DCR_A, EVENTS } from '../support/host.js'
import { valueOf } from '../support/parsers.js'

const DATA = `${DCR_A}:CTDataSource-Linux:CONFIG_DATA_BLOB_V2`
const MB = 1024 * 1024

function names(...files: [below: string, size: number | null, mtime: number | null][]): EventCache {
  const good = files.map(([below, size, mtime]): Evidence<CacheEntry> => ({
    path: below === '' ? EVENTS : `${EVENTS}/${below}`,
    kind: size === null ? 'directory' : 'file',
    size: size ?? 0,
    mtime,
    value: cacheEntry(below),
    problems: [],
  }))
  return eventCache.compute({ names: { good, bad: [] } })
}

const du = (text: string, path = 'events-du.txt'): readonly CacheUsage[] =>
  folderUsage.compute({ sizes: foundOf([path, valueOf(parseDiskUsage(Buffer.from(text)))]) })
const sizes = (given: Record<string, unknown>): CacheSizes => cacheSizes.compute(given)
const bytesOf = ({ sinks }: CacheSizes): [string, number][] => [...sinks].map(([name, { bytes }]) => [name, bytes])

describe('cacheSizes', () => {
  it('sums the files of a sink, and of the whole folder', () => {
    const events = names(
      [`${DATA}/000001.sst`, 60 * MB, 5],
      [`${DATA}/000002.sst`, 50 * MB, 3],
      [`${DATA}/CURRENT`, 16, 1],
      ['syslog.info/000001.sst', 7, 1],
      ['taskstate.json', 2, 1],
    )
    expect(bytesOf(sizes({ events }))).toEqual([[DATA, 110 * MB + 16]])
    expect(sizes({ events }).total?.bytes).toBe(110 * MB + 25)
    expect(events.linux[0]?.oldestData).toEqual({ path: `${EVENTS}/${DATA}/000002.sst`, time: 3 })
  })

  it('knows no size from names of folders', () => {
    const events = names(['', null, null], [DATA, null, 7])
    expect(sizes({ events })).toEqual({ sinks: new Map(), total: null })
    expect(events.linux[0]).toMatchObject({ bytes: null, oldestData: null })
  })

  it('takes what du says where no file is listed, with renamed colons, and nothing of other folders', () => {
    const text = `2.0M\t/${EVENTS}/${DATA}\n9G\t/${EVENTS}/${DATA.replace('Linux', 'Windows')}\n9G\t/var/opt\n8G\t/${EVENTS}/syslog.info\n3.0M\t/${EVENTS}\n`
    const told = sizes({ events: names([DATA, null, 7]), lists: du(text) })
    expect(bytesOf(told)).toEqual([[DATA, 2 * MB]])
    expect(told.total).toMatchObject({ bytes: 3 * MB, at: { path: 'events-du.txt', at: { kind: 'line', line: 5 } } })
    expect(bytesOf(sizes({ lists: du(text.replaceAll(`${DCR_A}:`, `${DCR_A}_`)) }))).toEqual([[DATA, 2 * MB]])
  })

  it('prefers listed files, and the smaller of two answers', () => {
    const text = `9.0M\t/${EVENTS}/${DATA}\n4.0M\t/${EVENTS}/${DATA}\n`
    expect(bytesOf(sizes({ lists: du(text) }))).toEqual([[DATA, 4 * MB]])
    expect(bytesOf(sizes({ lists: du(text), events: names([`${DATA}/1.sst`, 5, 1]) }))).toEqual([[DATA, 5]])
  })
})
