import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../../src/model/report.js'
import { page as render } from '../../src/renderers/html/page.js'
import { expectAccessible, inBrowser, LOOKS, WIDE } from '../support/browser.js'
import { disguised, reports } from '../support/pages.js'

inBrowser((openPage) => {
  let all: Record<string, Report>
  beforeAll(async () => {
    all = await reports()
  })

  const open = (report: Report, look: Parameters<typeof openPage>[1]): ReturnType<typeof openPage> =>
    openPage([...render(report)].join(''), look)

  function of(name: string): Report {
    const report = all[name]
    if (report === undefined) throw new Error(`no report ${name}`)
    return report
  }

  const cases = [
    ...['demo', 'degraded', 'logs-only', 'many-hosts'].flatMap((name) =>
      Object.keys(LOOKS).map((look) => [name, look] as const),
    ),
    ...['healthy', 'forbidden', 'many-findings', 'refused'].map((name) => [name, 'light'] as const),
  ]

  test.each(cases)('%s, %s: quiet, within its width, and without a barrier', async (name, look) => {
    const { view, told } = await open(of(name), LOOKS[look] ?? {})
    expect(told).toEqual([])
    await expectAccessible(view)
    expect(told).toEqual([])
    await view.context().close()
  })

  test.each(['agent-stopped', 'two-dcrs', 'forbidden', 'logs-only'])(
    '%s: the first screen says where the data stops, and what to do',
    async (name) => {
      const { view } = await open(of(name), WIDE)
      for (const part of [
        '.verdict .lead',
        '.verdict .sub',
        '.verdict code, .verdict li, .verdict pre',
        '.path .wide',
      ]) {
        const box = await view.locator(part).first().boundingBox()
        expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(900)
      }
      const findings = await view.locator('.findings, .findings + p, h3 + p.quiet').first().boundingBox()
      expect(findings?.y).toBeLessThan(900)
      await view.context().close()
    },
  )

  test('a gap is drawn where the agent stopped, to the end of its lane and nowhere else', async () => {
    const { view } = await open(of('agent-stopped'), WIDE)
    const gaps = await view.locator('.chart .silent').all()
    const chart = await view.locator('.chart').first().boundingBox()
    expect(gaps).toHaveLength(2)
    for (const gap of gaps) {
      const box = await gap.boundingBox()
      // Two hours of a little more than seven.
      expect((box?.width ?? 0) / (chart?.width ?? 1)).toBeCloseTo(124 / 435, 1)
      const end = (box?.x ?? 0) + (box?.width ?? 0)
      expect(Math.abs(end - (chart?.x ?? 0) - (chart?.width ?? 0))).toBeLessThan(2)
    }
    await view.context().close()
  })

  test('the keyboard opens a finding and copies a command', async () => {
    const { view } = await open(of('agent-stopped'), { ...WIDE, permissions: ['clipboard-read', 'clipboard-write'] })
    const first = view.locator('.finding summary').first()
    await first.focus()
    await view.keyboard.press('Enter')
    expect(await view.locator('.finding .evidence').first().isVisible()).toBe(true)
    await view.locator('.verdict .copier').first().focus()
    await view.keyboard.press('Enter')
    await view.locator('[role=status]', { hasText: 'Copied.' }).waitFor({ state: 'attached' })
    expect(await view.evaluate<string>('navigator.clipboard.readText()')).toBe('systemctl status cxp.service')
    await view.context().close()
  })

  test('every stop of the keyboard can be seen, and the order is that of the page', async () => {
    const { view } = await open(of('many-hosts'), WIDE)
    const tops: number[] = []
    for (let stop = 0; stop < 12; stop++) {
      await view.keyboard.press('Tab')
      const box = await view.locator(':focus').boundingBox()
      expect(box?.width).toBeGreaterThan(0)
      tops.push((box?.y ?? 0) + (await view.evaluate<number>('scrollY')))
    }
    expect(tops).toEqual(tops.toSorted((a, b) => a - b))
    await view.context().close()
  })

  test('filtering leaves what matches', async () => {
    const { view } = await open(of('many-hosts'), WIDE)
    await view.getByLabel('filter hosts').fill('vm-07')
    expect(await view.locator('.matrix tbody tr:visible').count()).toBe(1)
    await view.context().close()
  })

  test('with scripts off everything is there, and no button stands without a use', async () => {
    const off = await open(of('demo'), { ...WIDE, javaScriptEnabled: false })
    expect(off.told).toEqual([])
    expect(await off.view.locator('button, input').count()).toBe(0)
    await off.view.locator('.finding summary').first().click()
    expect(await off.view.locator('.finding .remedy').first().isVisible()).toBe(true)
    await off.view.context().close()
  })

  test('paper gets everything: what is folded is open, what is pressed is gone, and the ink is dark', async () => {
    const { view } = await open(of('demo'), { ...WIDE, colorScheme: 'dark', javaScriptEnabled: false })
    await view.emulateMedia({ media: 'print' })
    expect(await view.locator('.finding .evidence').first().isVisible()).toBe(true)
    const paper = await view.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    expect(paper).toBe('rgb(253, 252, 250)')
    await view.context().close()
    const on = await open(of('demo'), WIDE)
    await on.view.emulateMedia({ media: 'print' })
    expect(await on.view.locator('.copier:visible, .plain:visible, .filter:visible').count()).toBe(0)
    expect((await on.view.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000)
    await on.view.context().close()
  })

  test('a host that is all scripts runs none of them', async () => {
    const hostile = `</style></script></title><script>alert(1)</script><img src="https://example.invalid/x" onerror="alert(2)">'"\`<svg onload=alert(3)>`
    const { view, told } = await open(
      disguised(of('demo'), (text) => text + hostile),
      WIDE,
    )
    for (const summary of await view.locator('summary').all()) await summary.click()
    for (const button of (await view.locator('.copier:visible').all()).slice(0, 3)) await button.click()
    expect(told).toEqual([])
    expect(await view.locator('img').count()).toBe(0)
    expect(await view.locator('script').count()).toBe(1)
    await view.context().close()
  })

  const pictures = process.env['UPDATE_DOCS'] === undefined ? test.skip : test
  pictures('the pictures in the documentation are taken again', async () => {
    const shown = [
      ['agent-stopped', 'light'],
      ['forbidden', 'light'],
      ['logs-only', 'light'],
      ['demo', 'dark'],
      ['many-hosts', 'light'],
    ] as const
    const out = join(__dirname, '..', '..', 'docs', 'screenshots')
    mkdirSync(out, { recursive: true })
    for (const [name, look] of shown) {
      const { view } = await open(of(name), LOOKS[look] ?? {})
      await view.screenshot({ path: join(out, `${name}-${look}.png`) })
      if (name === 'agent-stopped')
        await view.locator('.timeline').screenshot({ path: join(out, `${name}-over-time.png`) })
      await view.context().close()
    }
  })
})
