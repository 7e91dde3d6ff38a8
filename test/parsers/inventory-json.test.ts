import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { Parsed } from '../../src/model/parsed.js'
import { parseInventory, type InventoryJson, type InventoryShape } from '../../src/parsers/inventory-json.js'
import type { InventoryHint, InventoryRecord } from '../../src/parsers/inventory-record.js'

const fixture = (path: string): Buffer => readFileSync(join(__dirname, '..', 'fixtures', 'inventory', path))
const parse = (text: string | Uint8Array, hint: InventoryHint = null): Parsed<InventoryJson> =>
  parseInventory(typeof text === 'string' ? Buffer.from(text) : text, hint)
function inventory(text: string | Uint8Array, hint: InventoryHint = null): InventoryJson {
  const result = parse(text, hint)
  if (!result.ok) throw new Error(`no inventory: ${result.problems[0].code}`)
  return result.value
}
const codes = (result: Parsed<unknown>): string[] => result.problems.map(({ code }) => code)
const names = ({ records }: InventoryJson): string[] =>
  records.map(({ record }) => (record.kind === 'file' ? record.path : record.name))

const BASH = '{"Name":"bash","CurrentVersion":"5.2.15-2+b8","Architecture":"amd64"}'
const ZLIB = '{"Name":"zlib1g","CurrentVersion":"1:1.2.13","Architecture":"amd64"}'
const FILE =
  '{"CollectionName":"/etc/host.conf","FileContentChecksum":"0f","FileSystemPath":"/etc/host.conf","FileMetaDatacheckSum":"11000000000000000001"}'

const LISTS = [
  ['File', 'files', 25, 'keyed'],
  ['Packages', 'software', 40, 'keyed'],
  ['Services', 'services', 12, 'keyed'],
] as const
const SHAPES: readonly (readonly [string, InventoryShape])[] = [
  ['array', 'array'],
  ['keyed', 'keyed'],
  ['count', 'wrapper'],
  ['dataitems', 'data-items'],
  ['ndjson', 'ndjson'],
  ['json-strings', 'json-strings'],
]

describe.each(LISTS)('%s.json', (name, hint, count) => {
  const sample = inventory(fixture(`array/${name}.json`), hint).records.map(({ record }) => record)
  /** The wrapper is the one shape whose records have no place for a link to the content. */
  const expectedIn = (folder: string): InventoryRecord[] =>
    sample.map((record) => (record.kind === 'file' ? { ...record, linksContent: folder !== 'count' } : record))

  it('holds the records of the sample host', () => {
    expect(sample).toHaveLength(count)
    expect(sample[0]).toEqual(FIRST[name])
  })

  it.each(SHAPES)('says the same as %s', (folder, shape) => {
    const result = parse(fixture(`${folder}/${name}.json`), hint)
    expect(result).toMatchObject({
      ok: true,
      problems: [],
      value: { shape, beyond: 0, duplicates: 0, unrecognised: { count: 0, examples: [] } },
    })
    const records = inventory(fixture(`${folder}/${name}.json`), hint).records.map(({ record }) => record)
    expect(records).toEqual(expectedIn(folder))
  })

  it.each(SHAPES)('needs no hint in %s', (folder) => {
    expect(inventory(fixture(`${folder}/${name}.json`), null).records.map(({ record }) => record)).toEqual(
      expectedIn(folder),
    )
  })

  it.each(SHAPES)('points at each record of %s', (folder) => {
    const bytes = fixture(`${folder}/${name}.json`)
    const { records } = inventory(bytes, hint)
    const root = folder === 'ndjson' ? null : (JSON.parse(bytes.toString()) as unknown)
    const lines = bytes.toString().split('\n')
    for (const { record, segments } of records) {
      const [line] = segments
      let value = root ?? (JSON.parse(lines[Number(line) - 1] ?? '') as unknown)
      for (const key of root === null ? segments.slice(1) : segments) value = (value as Record<string, unknown>)[key]
      const pointed = typeof value === 'string' ? value : JSON.stringify(value)
      expect(pointed).toContain(JSON.stringify(record.kind === 'file' ? record.path : record.name).slice(0, -1))
    }
    expect(new Set(records.map(({ segments }) => segments.join('/'))).size).toBe(count)
  })

  it.each(SHAPES)('keeps the whole records of %s wherever it is cut', (folder) => {
    const bytes = fixture(`${folder}/${name}.json`)
    // A parsed object, or a part of one: the records before the cut come in the same order either way.
    let kept: number = count
    const step = Math.ceil(bytes.length / 100)
    for (let cut = bytes.length - 2; cut > 0; cut -= step) {
      const result = parse(bytes.subarray(0, cut), hint)
      const records = result.ok ? result.value.records.map(({ record }) => record) : []
      expect(records).toEqual(expectedIn(folder).slice(0, records.length))
      expect(records.length).toBeLessThanOrEqual(kept)
      if (folder !== 'ndjson') expect(codes(result)).toContain('json-truncated')
      expect(result.ok).toBe(records.length > 0)
      if (cut === bytes.length - 2) expect(records.length).toBeGreaterThanOrEqual(count - 1)
      kept = records.length
    }
  })
})

const FIRST: Readonly<Record<(typeof LISTS)[number][0], InventoryRecord>> = {
  File: {
    kind: 'file',
    path: '/etc/adduser.conf',
    checksum: 'deb7ded7352547bc4a94902d356ed0bfdd94f25d72f8f5c3f60c2c71bf5de5c1',
    metaChecksum: '16048540813049022396',
    size: 1079,
    owner: 'root',
    group: 'root',
    mode: '420',
    dateModified: '2026-01-01 00:03:54',
    dateCreated: '2026-01-08T21:20:41Z',
    contentLink: null,
    linksContent: true,
    hasContents: false,
    changeType: 'StartTracking',
    snapshot: false,
    unknownKeys: 0,
  },
  Packages: {
    kind: 'package',
    name: 'adduser',
    version: '3.134',
    architecture: 'all',
    publisher: 'Debian Adduser Developers <adduser@packages.debian.org>',
    size: 686,
    installedAt: 'Unknown',
    status: 'installed',
    changeType: null,
    unknownKeys: 0,
  },
  Services: {
    kind: 'service',
    name: 'apt-daily-upgrade',
    display: 'Daily apt upgrade and clean activities',
    state: 'Stopped',
    startup: 'Static',
    runlevels: null,
    controller: 'systemd',
    path: '/lib/systemd/system/apt-daily-upgrade.service',
    changeType: null,
    unknownKeys: 0,
  },
}

const lines = fixture('ndjson/Services.json').toString().split('\n')
const lineLength = (index: number): number => Buffer.byteLength(lines[index] ?? '')

describe('parseInventory', () => {
  it.each<[string, string, InventoryShape, string[], (string | number)[]]>([
    ['an array', `[${BASH},${ZLIB}]`, 'array', ['bash', 'zlib1g'], [0]],
    ['a keyed object', `{"bash":${BASH},"zlib1g":${ZLIB}}`, 'keyed', ['bash', 'zlib1g'], ['bash']],
    ['a key with escapes', `{"b\\u0061sh/~":${BASH}}`, 'keyed', ['bash'], ['bash/~']],
    ['base64 keys', `{"L2V0Yy9ob3N0LmNvbmY=":${FILE}}`, 'keyed-base64', ['/etc/host.conf'], ['L2V0Yy9ob3N0LmNvbmY=']],
    ['keys that are other base64', `{"L2V0Yy9ob3N0cw==":${FILE}}`, 'keyed', ['/etc/host.conf'], ['L2V0Yy9ob3N0cw==']],
    ['a count with a list', `{"Count":1,"Whatever":[${BASH}]}`, 'wrapper', ['bash'], ['Whatever', 0]],
    ['two wrappers', `{"a":{"b":{"Items":[${BASH}]}}}`, 'nested', ['bash'], ['a', 'b', 'Items', 0]],
    ['a wrapped map', `{"Packages":{"bash":${BASH}}}`, 'nested', ['bash'], ['Packages', 'bash']],
    [
      'data items of other case',
      `{"dataitems":[{"collections":[${BASH}]}]}`,
      'data-items',
      ['bash'],
      ['dataitems', 0, 'collections', 0],
    ],
    [
      'the Windows list',
      `{"SoftwareList":{"Application":[${BASH}],"Patch":[${ZLIB}]},"Exception":null}`,
      'software-list',
      ['bash', 'zlib1g'],
      ['SoftwareList', 'Application', 0],
    ],
    ['JSON text in a map', `{"bash":${JSON.stringify(BASH)}}`, 'json-strings', ['bash'], ['bash']],
    [
      'JSON text in an array',
      `[${JSON.stringify(BASH)},${JSON.stringify(ZLIB)}]`,
      'json-strings',
      ['bash', 'zlib1g'],
      [0],
    ],
    [
      'a list as JSON text',
      `{"Packages":${JSON.stringify(`[${BASH},${ZLIB}]`)}}`,
      'json-strings',
      ['bash', 'zlib1g'],
      ['Packages'],
    ],
    ['JSON text in JSON text', JSON.stringify({ a: JSON.stringify({ b: BASH }) }), 'json-strings', ['bash'], ['a']],
    ['a lone record', BASH, 'record', ['bash'], []],
    ['lines', `${BASH}\n${ZLIB}\n`, 'ndjson', ['bash', 'zlib1g'], [1]],
    ['lines that begin late', `\n\n${BASH}\r\n\r\n${ZLIB}`, 'ndjson', ['bash', 'zlib1g'], [3]],
    [
      'lines of wrappers',
      `{"Packages":[${BASH}]}\n{"Packages":[${ZLIB}]}\n`,
      'ndjson',
      ['bash', 'zlib1g'],
      [1, 'Packages', 0],
    ],
    ['spaces everywhere', ` [ ${BASH} , ${ZLIB} ] `, 'array', ['bash', 'zlib1g'], [0]],
    ['a comma too many', `[${BASH},${ZLIB},]`, 'array', ['bash', 'zlib1g'], [0]],
  ])('reads %s', (_, text, shape, expected, first) => {
    const value = inventory(text)
    expect(value.shape).toBe(shape)
    expect(names(value)).toEqual(expected)
    expect(value.records[0]?.segments ?? []).toEqual(first)
  })

  it.each<[string, (text: string) => Buffer]>([
    ['a byte order mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('reads %s', (_, encode) => {
    const text = `[${BASH.replace('bash', 'bäsh')},${ZLIB}]`
    expect(names(inventory(encode(text)))).toEqual(['bäsh', 'zlib1g'])
    expect(codes(parse(encode(text.slice(0, -20))))).toEqual(['json-truncated'])
  })

  it.each([
    '[]',
    '{}',
    ' [ ] ',
    '{"Count":0}',
    '{"Count":0,"Packages":[]}',
    '{"Count":0,"Packages":null}',
    '{"Packages":null}',
    '{"Anything":[]}',
    '{"Count":0,"Computer":"vm-01","Whatever":null}',
    '{"DataType":"CONFIG_DATA_BLOB_V2","DataItems":[]}',
    '{"DataItems":[{"Computer":"vm-01","ConfigChangeType":"Files","Collections":[]}]}',
    '{"SoftwareList":{"Application":[],"Patch":[]},"Exception":null}',
  ])('takes %s for a list of nothing', (text) => {
    expect(parse(text, 'software')).toEqual({
      ok: true,
      problems: [],
      value: { shape: 'empty', records: [], beyond: 0, duplicates: 0, unrecognised: { count: 0, examples: [] } },
    })
  })

  it.each<[string, string | Uint8Array, string]>([
    ['no bytes', '', 'empty'],
    ['blanks', ' \n\t', 'empty'],
    ['a byte order mark alone', '\ufeff', 'empty'],
    ['NUL bytes', new Uint8Array(4096), 'all-nul'],
    ['NUL bytes in UTF-16', Buffer.from('\ufeff\0\0', 'utf16le'), 'all-nul'],
    ['null', 'null', 'json-null'],
    ['null and a line break', 'null\n', 'json-null'],
    ['words', 'dpkg: error: lock held', 'json-invalid'],
    ['a table', 'ii  bash  5.2\nii  zlib1g  1.2\n', 'json-invalid'],
    ['half a word', 'nul', 'json-invalid'],
    ['quotes', '""""', 'json-invalid'],
    ['a wrong bracket', '[}', 'json-invalid'],
    ['single quotes', "[{'Name':'bash'}]", 'json-invalid'],
    ['a missing colon', '{"Name" "bash"}', 'json-invalid'],
    ['an open array', '[', 'json-truncated'],
    ['an open object', '{"Count":1,', 'json-truncated'],
    ['half a record', `[${BASH.slice(0, -5)}`, 'json-truncated'],
    ['half a number', '[1', 'json-truncated'],
    ['half a string', '["bas', 'json-truncated'],
    ['a deep text', '['.repeat(300), 'json-deep'],
    ['a deep text that ends', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, 'json-deep'],
    ['a torn record', `[{"Name":"ba\0\0\0\0"}]`, 'nul-block'],
  ])('fails for %s', (_, text, code) => {
    const result = parse(text, 'software')
    expect(result.ok).toBe(false)
    expect(codes(result)[0]).toBe(code)
  })

  it.each<[string, string, string[], string[]]>([
    ['NUL bytes behind the end', `[${BASH}]\0\0\0\0`, ['bash'], ['trailing-nul']],
    ['NUL bytes between lines', `${BASH}\n\0\0\0\0\n${ZLIB}\n`, ['bash', 'zlib1g'], ['nul-block']],
    ['NUL bytes between elements', `[${BASH},\0\0\0\0${ZLIB}]`, ['bash'], ['nul-block']],
    ['a cut, then NUL bytes', `[${BASH},{"Name":"z\0\0\0\0`, ['bash'], ['json-truncated', 'trailing-nul']],
    ['a broken element', `[${BASH},{Name:"x"},${ZLIB}]`, ['bash', 'zlib1g'], ['json-invalid']],
    ['a missing comma', `[${BASH}${ZLIB}]`, ['bash'], ['json-invalid']],
    ['a broken line', `${BASH}\n{"Name":"x\n${ZLIB}\n`, ['bash', 'zlib1g'], ['json-invalid']],
    ['an open brace in a line', `${BASH}\n{"Name":{\n${ZLIB}\n`, ['bash', 'zlib1g'], ['json-invalid']],
    ['a line inside a broken object', `{"a":\n${BASH},\n"b":"x\n${ZLIB}\n`, ['zlib1g'], ['json-invalid']],
    ['words before the lines', `warning: slow\n${BASH}\n`, ['bash'], ['json-invalid']],
    ['words behind the end', `[${BASH}]\nwarning: slow`, ['bash'], ['json-invalid']],
    ['a cut last line', `${BASH}\n${ZLIB.slice(0, -9)}`, ['bash'], ['json-truncated']],
    ['a cut wrapper', `{"Count":2,"Packages":[${BASH},${ZLIB}`, ['bash', 'zlib1g'], ['json-truncated']],
    ['a cut JSON text', `{"a":${JSON.stringify(BASH)},"b":"{\\"Name`, ['bash'], ['json-truncated']],
  ])('keeps what it can of %s', (_, text, expected, problems) => {
    const result = parse(text)
    expect(codes(result)).toEqual(problems)
    expect(names(inventory(text))).toEqual(expected)
  })

  it.each(['array', 'ndjson'])('keeps exactly the whole records of %s, cut at any byte', (folder) => {
    const bytes = fixture(`${folder}/Services.json`)
    // Between two records lies one byte.
    const lengths = inventory(fixture('ndjson/Services.json')).records.map((_, i) => lineLength(i))
    const ends = lengths.map((_, i) =>
      lengths.slice(0, i + 1).reduce((sum, n) => sum + n, i + (folder === 'array' ? 1 : 0)),
    )
    for (let cut = 0; cut <= bytes.length; cut++) {
      const result = parse(bytes.subarray(0, cut), 'services')
      expect(result.ok ? result.value.records.length : 0).toBe(ends.filter((end) => end <= cut).length)
    }
  })

  it('says where it is cut', () => {
    const text = `[${BASH},{"Na`
    expect(parse(text).problems[0]?.at).toEqual({ kind: 'bytes', offset: text.length, length: 0 })
    expect(parse(`\ufeff[${BASH},{bad},${ZLIB}]`).problems[0]?.at).toEqual({
      kind: 'bytes',
      offset: 3 + BASH.length + 2,
      length: 1,
    })
  })

  it.each<[string, string, number, (string | number)[] | undefined, string[]]>([
    ['an object that is no record', '[{"level":"INFO","port":18080}]', 1, [0], ['level', 'port']],
    [
      'a record without a name',
      '{"a":{"CurrentVersion":"1","Architecture":"x"}}',
      1,
      ['a'],
      ['CurrentVersion', 'Architecture'],
    ],
    ['names alone', '["bash","zlib1g"]', 2, [0], []],
    ['numbers and null', '[1,null,true]', 3, [0], []],
    ['an error', '{"error":"dpkg failed"}', 1, [], ['error']],
    ['an object with an empty list', '{"Foo":1,"Tags":[]}', 1, [], ['Foo', 'Tags']],
    ['text that only looks like JSON', '{"a":"{not json}"}', 1, ['a'], []],
    ['a lone number', '5', 1, [], []],
    ['a record too far inside', `${'['.repeat(9)}${BASH}${']'.repeat(9)}`, 1, Array.from({ length: 8 }, () => 0), []],
  ])('counts %s', (_, text, count, segments, keys) => {
    const { records, unrecognised, shape } = inventory(text)
    expect(records).toEqual([])
    expect(shape).toBe('unknown')
    expect(unrecognised.count).toBe(count)
    expect(unrecognised.examples[0]).toEqual({ segments, keys })
  })

  it('counts lines of something else, each at its line', () => {
    const { unrecognised, shape } = inventory('{"a":1}\n{"b":2}\n')
    expect(shape).toBe('ndjson')
    expect(unrecognised.examples.map(({ segments }) => segments)).toEqual([[1], [2]])
  })

  it('bounds the examples, and shows no value', () => {
    const odd = Array.from({ length: 50 }, (_, i) => ({ [`key${i}`]: `canary-${i}` }))
    const { unrecognised } = inventory(JSON.stringify(odd))
    expect(unrecognised.count).toBe(50)
    expect(unrecognised.examples).toHaveLength(10)
    expect(JSON.stringify(unrecognised)).not.toContain('canary')
  })

  it('counts records that come twice', () => {
    const twice = [BASH, ZLIB, BASH].join(',')
    expect(inventory(`[${twice}]`)).toMatchObject({ duplicates: 1, records: { length: 3 } })
  })

  it.each([
    ['another architecture', BASH.replace('amd64', 'i386')],
    ['another version', BASH.replace('5.2.15', '5.2.16')],
    ['a service of that name', '{"SvcName":"bash"}'],
  ])('does not count %s as one that comes twice', (_, other) => {
    expect(inventory(`[${BASH},${other}]`)).toMatchObject({ duplicates: 0, records: { length: 2 } })
  })

  it('keeps the digits of a checksum that a double cannot hold', () => {
    const bare = FILE.replace('"11000000000000000001"', '18446744073709551615')
    const folded = `{"a":${JSON.stringify(bare)}}`
    for (const text of [bare, `[${bare}]`, folded])
      expect(inventory(text).records[0]?.record).toMatchObject({ metaChecksum: '18446744073709551615' })
    const small = FILE.replace('"11000000000000000001"', '9007199254740991')
    expect(inventory(small).records[0]?.record).toMatchObject({ metaChecksum: '9007199254740991' })
  })

  it('takes the kind of its content from a wrapper', () => {
    const item = (type: string): string =>
      `{"DataItems":[{"ConfigChangeType":"${type}","Collections":[{"CollectionName":"ssh"}]}]}`
    expect(inventory(item('Daemons'), 'software').records[0]?.record.kind).toBe('service')
    expect(inventory(item('Software.Packages')).records[0]?.record.kind).toBe('package')
    expect(inventory(item('Registry')).records).toEqual([])
  })

  const secret = JSON.stringify(`{"FileSystemPath":"/canary-7f3a"}`)
  const withContents = FILE.replace('{', `{"Contents":${secret},`)
  it.each([
    ['a record', `[${withContents}]`],
    ['JSON text', JSON.stringify({ a: withContents })],
    ['an object that is no record', `[${BASH},{"Contents":${secret}}]`],
    ['a cut record', `[${BASH},{"Contents":${secret},"Name":"x`],
    ['a cut wrapper', `{"a":${BASH},"contents":${secret},"Name":"x`],
    ['contents that are an object', `[${BASH},{"CONTENTS":{"FileSystemPath":"/canary-7f3a"}}]`],
    ['contents cut in an object', `{"a":${BASH},"Contents":{"x":{"FileSystemPath":"/canary-7f3a"}},"Name":"x`],
  ])('keeps no contents of %s', (_, text) => {
    expect(text).toContain('canary-7f3a')
    const result = parse(text)
    expect(result.ok).toBe(true)
    expect(JSON.stringify(result)).not.toContain('canary-7f3a')
  })

  it('reads an object that is too large to parse at once', () => {
    const filler = `{"Name":"filler","CurrentVersion":"1","Architecture":"all","Description":"${'x'.repeat(100_000)}"}`
    const members = Array.from({ length: 100 }, (_, i) => `"f${i}":${filler.replace('filler', `f${i}`)}`)
    const text = `{"Computer":"vm-01","ConfigChangeType":"Software.Packages",${members.join(',')},"last":{"Name":"last"}}`
    const value = inventory(text)
    expect(value.shape).toBe('keyed')
    expect(names(value)).toEqual([...members.map((_, i) => `f${i}`), 'last'])
    expect(value.unrecognised.count).toBe(0)
  })

  it('reads a record that is too large to parse at once', () => {
    const contents = 'canary-7f3a'.repeat(1_000_000)
    const { records } = inventory(`[${FILE.replace('{', `{"Contents":"${contents}",`)},${FILE}]`)
    expect(records.map(({ record }) => record)).toEqual([
      expect.objectContaining({ path: '/etc/host.conf', checksum: '0f', hasContents: true }),
      expect.objectContaining({ path: '/etc/host.conf', checksum: '0f', hasContents: false }),
    ])
    expect(JSON.stringify(records)).not.toContain('canary')
  })

  it('counts records beyond its bound', () => {
    const value = inventory(`[${`${BASH},`.repeat(200_001)}${ZLIB}]`)
    expect(value.records).toHaveLength(200_000)
    expect(value.beyond).toBe(2)
  })

  it('gives up on a text that is broken all over', () => {
    const broken = '{x},'.repeat(100_000)
    expect(codes(parse(`[${broken}${BASH}]`))).toEqual(['json-invalid'])
    expect(names(inventory(`[${'{x},'.repeat(100)}${BASH}]`))).toEqual(['bash'])
    expect(codes(parse(`${'{x}\n'.repeat(2000)}${BASH}`))).toEqual(['json-invalid'])
    expect(codes(parse(`${'{"a\n'.repeat(200)}${BASH}`))).toEqual(['json-invalid'])
    expect(names(inventory(`${'{"a\n'.repeat(50)}${BASH}`))).toEqual(['bash'])
    expect(codes(parse(`[${'"{x}",'.repeat(2000)}${JSON.stringify(BASH)}]`))).toEqual(['json-invalid'])
    expect(names(inventory(`[${'"{x}",'.repeat(500)}${JSON.stringify(BASH)}]`))).toEqual(['bash'])
  })

  const hints = fc.constantFrom<InventoryHint>(null, 'files', 'software', 'services')
  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map((s) => Buffer.from(s)),
          fc.json().map((s) => Buffer.from(s)),
        ),
        hints,
        (bytes, hint) => {
          expect(typeof parseInventory(bytes, hint).ok).toBe('boolean')
        },
      ),
      { numRuns: 500 },
    )
  })

  it('reads any JSON without a problem, and never throws for a part of it', () => {
    const value = fc.jsonValue({ maxDepth: 5 })
    fc.assert(
      fc.property(value, hints, fc.nat(), (json, hint, cut) => {
        const bytes = Buffer.from(JSON.stringify(json))
        const result = parseInventory(bytes, hint)
        if (json === null) expect(codes(result)).toEqual(['json-null'])
        else expect(result).toMatchObject({ ok: true, problems: [] })
        expect(typeof parseInventory(bytes.subarray(0, cut % (bytes.length + 1)), hint).ok).toBe('boolean')
      }),
      { numRuns: 500 },
    )
  })

  it('survives any byte changed', () => {
    const bytes = fixture('dataitems/Services.json')
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(bytes)
        changed[at] = byte
        const result = parseInventory(changed, 'services')
        expect(result.ok ? result.value.records.length : 0).toBeLessThanOrEqual(12)
      }),
      { numRuns: 500 },
    )
  })
})
