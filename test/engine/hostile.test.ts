import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { visible } from '../../src/renderers/escape.js'
import { rawTarOf, scratch, tarOf, through, zipOf, type ZipMemberOptions } from '../support/archives.js'
import { damaged, exitOf, exitOfBytes, randomFrom } from '../support/fuzz.js'
import { CT_LOG, HostTree } from '../support/host.js'
import { SAMPLES } from '../support/samples.js'

const folder = scratch()
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 143)
/** Every input has a number, which alone makes it again. */
const FIRST = Number(process.env['FUZZ_FIRST'] ?? 0)
const ANSWERS = [0, 3, 4, 5]

/** The sample without its filler, so that flips hit what matters. */
const tree = new HostTree(new Map([...SAMPLES['two-dcrs']().entries].filter(([path]) => !/dpkg\/status/.test(path))))
const zipMembers = new Map<string, ZipMemberOptions>(
  [...tree.entries].map(([path, { content }]) => [path, { content }]),
)
const ofTar =
  (program: string, ...args: string[]) =>
  async (): Promise<Uint8Array | undefined> =>
    through(program, args, await tarOf(tree.entries))

const formats: [string, () => Promise<Uint8Array | undefined>][] = [
  ['tar', () => tarOf(tree.entries)],
  ['tar.gz', async () => gzipSync(await tarOf(tree.entries))],
  ['tar.xz', ofTar('xz', '-1')],
  ['tar.zst', ofTar('zstd', '-q')],
  ['tar.bz2', ofTar('bzip2', '-1')],
  ['zip', async () => zipOf(zipMembers)],
  ['zip in tar.gz', async () => gzipSync(rawTarOf([{ name: 'vm.zip', content: zipOf(zipMembers) }]))],
]

test.each(formats)(
  'damaged bytes of a %s',
  async (name, make) => {
    const original = await make()
    if (original === undefined) return
    const file = join(folder, 'fuzzed')
    expect(await exitOfBytes(original, file)).toBe(3)
    for (let number = FIRST; number < FIRST + ROUNDS; number++) {
      const answer = await exitOfBytes(damaged(original, randomFrom(number)), file).catch(String)
      if (!ANSWERS.includes(Number(answer))) throw new Error(`Input ${number} of ${name}: ${answer}`)
    }
    expect(readdirSync(folder)).toEqual(['fuzzed'])
  },
  60_000 + 5000 * ROUNDS,
)

describe('public archives made to break readers', () => {
  // Whatever release of Go and of Python is there.
  const releases = (root: string, name: RegExp, ...below: string[]): string[] =>
    existsSync(root)
      ? readdirSync(root)
          .filter((release) => name.test(release))
          .flatMap((release) => below.map((path) => join(root, release, path)))
      : []
  const corpora = [
    ...releases('/usr/share', /^go-1\.\d+$/, 'src/archive/tar/testdata', 'src/archive/zip/testdata'),
    ...releases('/usr/lib', /^python3\.\d+$/, 'test', 'test/archivetestdata'),
  ]
  const archives = corpora.flatMap((corpus) =>
    !existsSync(corpus)
      ? []
      : readdirSync(corpus)
          .filter((name) =>
            /\.(?:tar|zip|gz|bz2|xz|tgz|base64|zip64|badbase64)$|^(?:zip|pax|gnu|ustar|v7|sparse)/i.test(name),
          )
          .map((name) => join(corpus, name))
          .filter((file) => statSync(file).isFile()),
  )
  const each = archives.length === 0 ? test.skip : test

  each('each gets an answer', async () => {
    const before = readdirSync(folder)
    for (const file of archives) expect([file, ANSWERS.includes(await exitOf(file))]).toEqual([file, true])
    expect(readdirSync(folder)).toEqual(before)
    expect(archives.length).toBeGreaterThan(20)
  })
})

describe('strings made to break programs', () => {
  // The package is a list without types.
  const strings = (createRequire(__filename)('big-list-of-naughty-strings') as unknown[]).filter(
    (one): one is string => typeof one === 'string' && one !== '',
  )

  test('none reaches the terminal with a character that acts', () => {
    expect(strings.length).toBeGreaterThan(400)
    for (const one of strings) expect(visible(one)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })

  test('as names and as contents they get an answer', async () => {
    const members = strings.map((one, index) => ({
      name: `${CT_LOG}/${one.replaceAll('\0', '')}`.slice(0, 99),
      content: `time="2026-01-10T08:03:0${index % 10}Z" level=error msg="${one}"\n`,
    }))
    const log = { name: `${CT_LOG}/cta_linux_agent.log`, content: members.map(({ content }) => content).join('') }
    const lists = ['File', 'Packages', 'Services'].map((name) => ({
      name: `${CT_LOG}/${name}.json`.slice(0, 99),
      content: JSON.stringify(strings.map((one) => ({ Name: one, Path: one, State: one }))),
    }))
    expect(ANSWERS).toContain(await exitOfBytes(rawTarOf([...members, log, ...lists]), join(folder, 'naughty')))
  })
})
