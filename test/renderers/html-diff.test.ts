import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Diff } from '../../src/model/diff.js'
import { diffPage } from '../../src/renderers/html/diff-page.js'
import { expectAccessible, inBrowser, LOOKS, WIDE } from '../support/browser.js'
import { poisoned } from '../support/diff.js'
import { diffs } from '../support/diff-pages.js'

let all: Record<string, Diff>
beforeAll(async () => {
  all = await diffs()
})

function of(name: string): Diff {
  const diff = all[name]
  if (diff === undefined) throw new Error(`no comparison ${name}`)
  return diff
}

const tags = (html: string): string[] => html.replace(/<style>.*?<\/style>/s, '').match(/<[^>]*>/g) ?? []
const HOSTILE = `</style></script></title><script>alert(1)</script><img src="https://example.invalid/x" onerror="alert(2)">'"<svg onload=alert(3)>`

test('whatever an input says, it is text: no string adds a tag or an attribute', () => {
  const naughty = (createRequire(__filename)('big-list-of-naughty-strings') as unknown[]).filter(
    // Pairs of backticks set commands apart in what rules say; what is between them is text all the same.
    (text): text is string => typeof text === 'string' && text.trim() !== '' && !text.includes('`'),
  )
  const plain = tags(diffPage(poisoned(of('worse'), 'harmless')))
  for (const text of [HOSTILE, ...naughty]) expect(tags(diffPage(poisoned(of('worse'), text)))).toEqual(plain)
})

test('long lists are cut, and the page says so', () => {
  const text = diffPage(of('long'))
  expect(text).toContain('/etc/499.conf')
  expect(text).not.toContain('/etc/500.conf')
  expect(text).toContain('and 200 more')
})

inBrowser((openPage) => {
  const open = (name: string, look: Parameters<typeof openPage>[1]): ReturnType<typeof openPage> =>
    openPage(diffPage(of(name)), look)

  const cases = [
    ...['worse', 'many-hosts'].flatMap((name) => Object.keys(LOOKS).map((look) => [name, look] as const)),
    ...['same', 'unclear', 'better', 'new-host', 'report', 'long', 'refused'].map((name) => [name, 'narrow'] as const),
  ]
  test.each(cases)('%s, %s: quiet, within its width, and without a barrier', async (name, look) => {
    const { view, told } = await open(name, LOOKS[look] ?? {})
    await expectAccessible(view)
    expect(told).toEqual([])
    await view.context().close()
  })

  test('the first screen says which states, the verdict of each, and what has become of the findings', async () => {
    const { view } = await open('worse', WIDE)
    for (const words of ['Worse', '4 new, 2 fixed', 'sample.tgz', 'Data stops at hop 5', 'Data stops at hop 7']) {
      const box = await view.getByText(words).first().boundingBox()
      expect([words, (box?.y ?? Infinity) + (box?.height ?? 0) < 900]).toEqual([words, true])
    }
    const before = await view.locator('.states').innerText()
    expect(before.indexOf('hop 7')).toBeLessThan(before.indexOf('hop 5'))
    await view.context().close()
  })

  test('below it: hops, findings, facts and inventory, each with what it was and is', async () => {
    const { view } = await open('worse', WIDE)
    const headings = (await view.locator('h3').allInnerTexts()).map((text) => text.replace(/[:\d].*/s, '').trim())
    expect(headings).toEqual([
      'Data path',
      'New',
      'Fixed',
      'Versions, settings and services',
      'Inventory',
      'Problems with it none',
    ])
    const text = await view.locator('section.host').innerText()
    for (const one of ['/etc/resolv.conf', 'zsh', 'nginx', '1079 → 1200', '3.134 → 3.137', '300', '600'])
      expect(text).toContain(one)
    await view.context().close()
  })

  test('the keyboard opens a finding; without scripts and on paper nothing is missing', async () => {
    const { view } = await open('worse', { ...WIDE, javaScriptEnabled: false })
    expect(await view.locator('button, input').count()).toBe(0)
    const evidence = view.locator('.finding .evidence').first()
    expect(await evidence.isVisible()).toBe(false)
    await view.locator('.finding summary').first().focus()
    await view.keyboard.press('Enter')
    expect(await evidence.isVisible()).toBe(true)
    await view.keyboard.press('Enter')
    await view.emulateMedia({ media: 'print' })
    expect(await evidence.isVisible()).toBe(true)
    await view.context().close()
  })

  test('two states that are all scripts run none of them', async () => {
    const { view, told } = await openPage(diffPage(poisoned(of('worse'), HOSTILE)), WIDE)
    for (const summary of await view.locator('summary').all()) await summary.click()
    expect(told).toEqual([])
    expect(await view.locator('img').count()).toBe(0)
    expect(await view.locator('script').count()).toBe(1)
    await view.context().close()
  })

  const pictures = process.env['UPDATE_DOCS'] === undefined ? test.skip : test
  pictures('the picture in the documentation is taken again', async () => {
    const out = join(__dirname, '..', '..', 'docs', 'screenshots')
    mkdirSync(out, { recursive: true })
    const { view } = await open('worse', LOOKS['light'] ?? {})
    await view.screenshot({ path: join(out, 'diff-light.png') })
    await view.context().close()
  })
})
