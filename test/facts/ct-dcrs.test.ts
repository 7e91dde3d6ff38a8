import { configCache, trackedEntries, workspacesOf, type ConfigCache } from '../../src/facts/ct-dcrs.js'
import { parseConfigChunk } from '../../src/parsers/config-chunk.js'
import { ctChunk, DCR_A, DCR_D, linuxSettings, WORKSPACE, type Chunk } from '../support/host.js'

function cacheOf(...chunks: readonly Chunk[]): ConfigCache {
  const good = chunks.map((chunk, index) => {
    const result = parseConfigChunk(Buffer.from(JSON.stringify(chunk)))
    if (!result.ok) throw new Error('The chunk cannot be read')
    return { path: `${index}.json`, kind: 'file', size: 1, mtime: null, value: result.value, problems: [] }
  })
  return configCache.compute({ chunks: { good, bad: [] } })
}

const entries = (change: (settings: Record<string, unknown>) => void): (string | null)[] => {
  const chunk = ctChunk()
  change(linuxSettings(chunk))
  const settings = cacheOf(chunk).ctDcrs[0]?.chunks[0]?.extensions[0]?.settings
  return settings == null ? [] : trackedEntries(settings).map(({ path }) => path)
}

const FILES = {
  fileInfo: [
    { enabled: true, destinationPath: '/a' },
    { enabled: false, destinationPath: '/b' },
    { destinationPath: '/c' },
  ],
}

describe('trackedEntries', () => {
  it('leaves out what is disabled, and keeps what does not say', () => {
    expect(entries((s) => Object.assign(s, { fileSettings: FILES }))).toEqual(['/a', '/c'])
    expect(entries((s) => Object.assign(s, { fileSettings: FILES, enableFiles: null }))).toEqual(['/a', '/c'])
  })

  it('has none where files are off, or no list is there', () => {
    expect(entries((s) => Object.assign(s, { fileSettings: FILES, enableFiles: 'false' }))).toEqual([])
    expect(entries((s) => Object.assign(s, { fileSettings: {} }))).toEqual([])
  })
})

describe('workspacesOf', () => {
  it('follows the Linux data source to its channels, each workspace once', () => {
    const chunk = ctChunk()
    const [channel] = chunk.channels
    if (channel !== undefined) {
      chunk.channels.push({ ...channel, id: 'ods-twin' }, { ...channel, id: 'x', endpoint: 'https://x.ods.example' })
      chunk.dataSources[1]?.sendToChannels.push('ODS-TWIN', 'nowhere')
      chunk.dataSources[0]?.sendToChannels.push('x')
    }
    const [dcr] = cacheOf(chunk, ctChunk()).ctDcrs
    const found = dcr === undefined ? [] : [...workspacesOf(dcr)]
    expect(found.map(([id, { path, channel: used }]) => [id, path, used.id])).toEqual([
      [WORKSPACE, '0.json', `ods-${WORKSPACE}`],
    ])
  })
})

describe('configCache', () => {
  it('tells two rules in one file apart, and no more than a few of a file made to be slow', () => {
    const chunk = ctChunk()
    const linux = chunk.extensionConfigurations['ChangeTracking-Linux'] ?? []
    linux.push(...(ctChunk({ dcr: DCR_D }).extensionConfigurations['ChangeTracking-Linux'] ?? []))
    expect(cacheOf(chunk).ctDcrs.map(({ id }) => id)).toEqual([DCR_A, DCR_D])
    for (let i = 0; i < 500; i++) {
      const dcr = `dcr-${i.toString(16).padStart(32, 'f')}`
      linux.push(...(ctChunk({ dcr }).extensionConfigurations['ChangeTracking-Linux'] ?? []))
    }
    expect(cacheOf(chunk).ctDcrs).toHaveLength(20)
  })
})
