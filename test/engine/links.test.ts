import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { catalogue } from '../../src/commands/catalogue.js'
import { analyzeSource } from '../../src/engine/analyze.js'
import { follow } from '../../src/engine/links.js'
import type { LinkTarget, Source } from '../../src/model/source.js'
import type { MemoryEntry } from '../../src/sources/memory.js'
import { openSource } from '../../src/sources/open.js'
import { OPTIONS } from '../support/analyze.js'
import { link, plant, scratch, tarOf, zipOf } from '../support/archives.js'
import { CT_LOG, healthyHost } from '../support/host.js'

const folder = scratch()
const LOG = `${CT_LOG}/cta_linux_agent.log`
const KEPT = 'sos_strings/azure/agent.tailed'

/** The healthy host, its agent's log elsewhere and a link in its place. */
function linked(target: string, before: boolean): Map<string, MemoryEntry> {
  const { entries } = healthyHost()
  const content = entries.get(LOG)?.content ?? ''
  const rest = [...entries].filter(([path]) => path !== LOG)
  const there: [string, MemoryEntry] = [KEPT, { content }]
  const here: [string, MemoryEntry] = [LOG, { content: '', link: { target, hard: false } }]
  return new Map(before ? [there, ...rest, here] : [here, ...rest, there])
}

async function findings(source: Source): Promise<{ above: string[]; problems: string[] }> {
  const { hosts, problems } = await analyzeSource(source, catalogue, OPTIONS)
  return {
    above: hosts.flatMap((host) => host.findings.filter(({ severity }) => severity !== 'info').map((f) => f.ruleId)),
    problems: problems.map(({ code }) => code),
  }
}

let count = 0
function input(bytes: Uint8Array): Promise<Source> {
  const file = join(folder, `links-${count++}`)
  writeFileSync(file, bytes)
  return openSource(file)
}

const up = '../'.repeat(LOG.split('/').length - 1)

describe.each([true, false])('the target comes first: %s', (before) => {
  test.each([
    ['relative', up + KEPT],
    ['from the machine’s root', `/${KEPT}`],
  ])('a link in a tar.gz counts as what it leads to: %s', async (_, target) => {
    const source = await input(gzipSync(await tarOf(linked(target, before))))
    expect(await findings(source)).toEqual({ above: [], problems: [] })
  })

  test('so it does below another folder', async () => {
    const entries = [...linked(`/${KEPT}`, before)].map(([path, entry]): [string, MemoryEntry] => [`vm/${path}`, entry])
    expect(await findings(await input(await tarOf(new Map(entries))))).toEqual({ above: [], problems: [] })
  })

  test('so it does in a zip, and in a folder', async () => {
    const entries = linked(up + KEPT, before)
    const members = [...entries].map(([path, { content, link: to, mtime }]) => {
      const own = to === undefined ? { content } : { content: to.target, mode: 0xa1ff }
      return [path, { ...own, ...(mtime === undefined ? {} : { mtime }) }] as const
    })
    expect(await findings(await input(zipOf(new Map(members))))).toEqual({ above: [], problems: [] })

    const root = join(folder, `tree-${before}`)
    plant(root, new Map([...entries].filter(([, entry]) => entry.link === undefined)))
    link(root, LOG, `/${KEPT}`)
    expect(await findings(await openSource(root))).toEqual({ above: [], problems: [] })
  })
})

test('a source that cannot be read twice says so', async () => {
  const whole = await input(await tarOf(linked(up + KEPT, true)))
  const { again, ...once } = whole
  expect(again).toBeDefined()
  expect((await findings(once)).problems).toEqual(['link-unread'])
})

describe('the way of a link', () => {
  const to = (path: string, absolute = false): LinkTarget => ({ path, absolute, within: '' })
  const chain = (length: number): Map<string, LinkTarget> =>
    new Map(Array.from({ length }, (_, index) => [`l${index + 1}`, to(index + 1 === length ? 'end' : `l${index + 2}`)]))

  test.each<[string, LinkTarget, Map<string, LinkTarget>, string | undefined]>([
    ['ends at a member', to('a/b'), new Map(), 'a/b'],
    ['goes over a folder that is a link', to('a/b'), new Map([['a', to('c/d')]]), 'c/d/b'],
    ['counts from the machine', to('a/b', true), new Map(), 'root/a/b'],
    ['may have eight links', to('l1'), chain(7), 'end'],
    ['may not have nine', to('l1'), chain(8), undefined],
    [
      'may not be a circle',
      to('a'),
      new Map([
        ['a', to('b')],
        ['b', to('a')],
      ]),
      undefined,
    ],
    ['may not grow for ever', to('a/x'), new Map([['a', to('a/a')]]), undefined],
  ])('%s', (_, first, links, end) => {
    expect(follow(first, links, 'root')).toBe(end)
  })
})
