import fc from 'fast-check'
import type { Parsed } from '../../src/model/parsed.js'
import {
  arrayOf,
  boolOf,
  child,
  members,
  numberOf,
  parseJsonValue,
  rootOf,
  stringOf,
  stringsOf,
  unfold,
  type JsonNode,
  type JsonValue,
} from '../../src/parsers/json.js'
import { readText } from '../../src/parsers/text.js'

const parse = (text: string | Uint8Array): Parsed<JsonValue> =>
  parseJsonValue(typeof text === 'string' ? Buffer.from(text) : text)
const value = (text: string): JsonValue => {
  const result = parse(text)
  if (!result.ok) throw new Error(`no JSON: ${text}`)
  return result.value
}
const codes = (text: string | Uint8Array): string[] => parse(text).problems.map(({ code }) => code)
const fault = (text: string | Uint8Array): [string | undefined, number | undefined] => {
  const result = parse(text)
  const at = result.ok ? undefined : result.problems[0].at
  return [result.ok ? 'ok' : result.problems[0].code, at?.kind === 'bytes' ? at.offset : undefined]
}
const node = (json: JsonValue): JsonNode => rootOf(json)

describe('parseJsonValue', () => {
  it.each([
    '{}',
    '[]',
    '0',
    '-1.5e+3',
    '"\\u00e9\\n\\\\"',
    'true',
    ' \t\r\n{"a":[1,{"b":null}]} \n',
    '"ä😀"',
    '[[],{}]',
  ])('agrees with the engine on %s', (text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown, problems: [] })
  })

  it.each([
    ['nothing', '', ['empty', 0]],
    ['white space', ' \n\t', ['empty', 0]],
    ['a lone byte order mark', '\u{feff}', ['empty', 0]],
    ['NULs', '\0\0\0', ['all-nul', 0]],
    ['an open object', '{"a":1', ['json-truncated', 6]],
    ['an open array', '[1,', ['json-truncated', 3]],
    ['an open string', '["abc', ['json-truncated', 5]],
    ['a cut escape', '["\\u00', ['json-truncated', 6]],
    ['a cut literal', '[tru', ['json-truncated', 4]],
    ['a cut number', '[-', ['json-truncated', 2]],
    ['an open string in NULs', '["abc\0\0', ['json-truncated', 5]],
    ['a wrong literal', '[trve]', ['json-invalid', 3]],
    ['a word', 'hello', ['json-invalid', 0]],
    ['a trailing comma in an array', '[1,]', ['json-invalid', 3]],
    ['a trailing comma in an object', '{"a":1,}', ['json-invalid', 7]],
    ['a missing colon', '{"a" 1}', ['json-invalid', 5]],
    ['a missing comma', '[1 2]', ['json-invalid', 3]],
    ['the wrong bracket', '[1}', ['json-invalid', 2]],
    ['a single-quoted key', "{'a':1}", ['json-invalid', 1]],
    ['two values', '{} {}', ['json-invalid', 3]],
    ['a leading zero', '[01]', ['json-invalid', 3]],
    ['a raw newline in a string', '["a\nb"]', ['json-invalid', 3]],
    ['the last control character in a string', '["a\u001fb"]', ['json-invalid', 3]],
    ['an unknown escape', '["\\x"]', ['json-invalid', 3]],
    ['a NUL in between', '[\0 1]', ['json-invalid', 1]],
    ['a byte order mark before a fault', '\u{feff}[}', ['json-invalid', 4]],
  ])('tells %s', (_, text, expected) => {
    expect(fault(text)).toEqual(expected)
  })

  it('says of every cut of a text that it is cut', () => {
    const text = '{"a":[true,-12.5e3,"x\\u00e9\\"y",{"b":{}}],"c":null}'
    const cuts = Array.from({ length: text.length - 1 }, (_, i) => fault(text.slice(0, i + 1))[0])
    expect(new Set(cuts)).toEqual(new Set(['json-truncated']))
  })

  it('nests 200 levels and no more', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    expect(parse(nested(200)).ok).toBe(true)
    expect(fault(nested(201))).toEqual(['json-deep', 200])
    expect(fault('['.repeat(100_000))[0]).toBe('json-deep')
  })

  it('takes a byte order mark and trailing NULs', () => {
    const text = '\u{feff}{"a":1}\0\0'
    expect(parse(text)).toMatchObject({ ok: true, value: { a: 1 } })
    expect(parse(text).problems).toMatchObject([{ code: 'trailing-nul', at: { kind: 'bytes', offset: 10, length: 2 } }])
  })

  it('notices a key that occurs twice in one object', () => {
    expect(value('{"a":1,"b":2,"a":3}')).toEqual({ a: 3, b: 2 })
    expect(parse('{"a":1,"b":2,"\\u0061":3}').problems).toMatchObject([
      { code: 'json-duplicate-key', at: { kind: 'bytes', offset: 13, length: 8 } },
    ])
  })

  it.each(['{"a":{"a":1}}', '[{"a":1},{"a":2}]', '{"a":"a","A":1}', '{"a":1,"b":"\\"a\\":2"}'])(
    'sees no duplicate in %s',
    (text) => {
      expect(codes(text)).toEqual([])
    },
  )

  it('keeps integers that a double cannot hold as text', () => {
    expect(value('{"é":11000000000000000001,"b":[-9007199254740993,1]}')).toEqual({
      é: '11000000000000000001',
      b: ['-9007199254740993', 1],
    })
    expect(value('[9007199254740991,1e300,-0.1234567890123456,"11000000000000000001"]')).toEqual([
      9007199254740991,
      1e300,
      -0.1234567890123456,
      '11000000000000000001',
    ])
  })

  it('keeps a member named __proto__ a member', () => {
    const root = node(value('{"__proto__":{"polluted":true}}'))
    expect(members(root).map(([key]) => key)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('reads bad UTF-8', () => {
    expect(parse(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ ok: true, value: '\u{fffd}' })
  })

  it('accepts and refuses what the engine does', () => {
    const json = fc.json({ maxDepth: 4 })
    const text = fc.oneof(
      json,
      fc.tuple(json, fc.nat(), fc.constantFrom(...'{}[],:"\\ 0-.eE1tfn\u0001'.split(''))).map(([t, at, c]) => {
        const i = at % (t.length + 1)
        return t.slice(0, i) + c + t.slice(i + 1)
      }),
    )
    fc.assert(
      fc.property(text, (candidate) => {
        let expected = true
        try {
          JSON.parse(candidate)
        } catch {
          expected = false
        }
        expect(parse(candidate).ok).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const result = parse(bytes)
        expect(result.ok || result.problems.length > 0).toBe(true)
      }),
    )
  })
})

describe('readText', () => {
  it('keeps NULs inside and drops the byte order mark', () => {
    expect(readText(Buffer.from('\u{feff}a\0b'), 'It')).toMatchObject({ ok: true, value: 'a\0b' })
  })
})

describe('the readers', () => {
  it.each([
    ['x', 'x'],
    [7, '7'],
    [false, 'false'],
    [null, null],
    [[], null],
    [{}, null],
  ])('stringOf(%j)', (json, expected) => {
    expect(stringOf(node(json))).toBe(expected)
  })

  it.each([
    [900, 900],
    ['900', 900],
    [' -1.5 ', -1.5],
    ['', null],
    ['900s', null],
    ['0x10', null],
    ['Infinity', null],
    [true, null],
    [null, null],
    [[1], null],
  ])('numberOf(%j)', (json, expected) => {
    expect(numberOf(node(json))).toBe(expected)
  })

  it.each([
    [true, true],
    ['TRUE', true],
    ['False', false],
    ['yes', null],
    [1, null],
    [null, null],
    [[], null],
  ])('boolOf(%j)', (json, expected) => {
    expect(boolOf(node(json))).toBe(expected)
  })

  it('gives elements and members their place', () => {
    const root = node({ 'a/b': [{ c: 1 }], d: { c: 2 } })
    expect(arrayOf(child(root, 'a/b')).map(({ segments }) => segments)).toEqual([['a/b', 0]])
    expect(arrayOf(child(root, 'd')).map(({ segments }) => segments)).toEqual([['d']])
    expect(arrayOf(child(root, 'e'))).toEqual([])
    expect(members(child(root, 'd')).map(([key, { segments }]) => [key, segments])).toEqual([['c', ['d', 'c']]])
    expect(members(child(root, 'a/b'))).toEqual([])
  })

  it('finds a member ignoring case, the exact name first', () => {
    expect(child(node({ fileinfo: 1 }), 'fileInfo')).toEqual({ value: 1, segments: ['fileinfo'], folded: false })
    expect(child(node({ FILEINFO: 1, fileInfo: 2 }), 'fileInfo').value).toBe(2)
    expect(child(node({ fileInf: 1 }), 'fileInfo').value).toBeUndefined()
    expect(child(node({}), 'constructor').value).toBeUndefined()
  })

  it('takes strings from an array or alone', () => {
    expect(stringsOf(node(['a', 1, null, 'b']))).toEqual(['a', 'b'])
    expect(stringsOf(node('a'))).toEqual(['a'])
    expect(stringsOf(node({ a: 'b' }))).toEqual([])
  })

  it('ends the way at the string that JSON text lies in', () => {
    const settings = unfold(child(node({ s: '[{"name":"a"}]' }), 's'))
    const [first] = arrayOf(settings)
    expect(first && child(first, 'name')).toEqual({ value: 'a', segments: ['s'], folded: true })
    for (const text of ['plain', '12', '{"a":']) expect(unfold(node(text))).toEqual(node(text))
  })
})
