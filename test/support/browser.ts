import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const BROWSER = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== '' && existsSync(path),
)
if (BROWSER === undefined) console.warn('No chromium here (Debian: apt-get install chromium): the page is not opened.')

export const WIDE = { viewport: { width: 1280, height: 900 } }
export const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: WIDE,
  dark: { ...WIDE, colorScheme: 'dark' },
  narrow: { viewport: { width: 375, height: 800 } },
}

export type Opener = (html: string, look: BrowserContextOptions) => Promise<{ view: Page; told: string[] }>

/** Tests that open pages from disk, each with whatever the browser has to say of it. */
export function inBrowser(tests: (open: Opener) => void): void {
  ;(BROWSER === undefined ? describe.skip : describe)('in a real browser', () => {
    let browser: Browser
    const folder = mkdtempSync(join(tmpdir(), 'ct-diag-page-'))
    const file = join(folder, 'report.html')

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: BROWSER ?? '', args: ['--no-sandbox'] })
    })
    afterAll(async () => {
      await browser.close()
      rmSync(folder, { recursive: true })
    })

    tests(async (html, look) => {
      writeFileSync(file, html)
      const context = await browser.newContext(look)
      const view = await context.newPage()
      const told: string[] = []
      view.on('console', (message) => told.push(message.text()))
      view.on('pageerror', (error) => told.push(error.message))
      view.on('dialog', (dialog) => {
        told.push(`dialog ${dialog.message()}`)
        void dialog.dismiss()
      })
      view.on('request', (request) => {
        if (request.url() !== pathToFileURL(file).href) told.push(`request ${request.url()}`)
      })
      await view.goto(pathToFileURL(file).href)
      return { view, told }
    })
  })
}

/** Fails when the page is wider than its window, or has a barrier that axe knows. */
export async function expectAccessible(view: Page): Promise<void> {
  const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await view.evaluate<number>(overhang)).toBe(0)
  await view.evaluate(axe.source)
  const violations = await view.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return found.violations.map(({ id, impact, nodes }) => `${String(impact)} ${id} ${nodes[0]?.html ?? ''}`)
  })
  expect(violations).toEqual([])
}
