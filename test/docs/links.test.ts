import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pagesOfRepository, readPage, ROOT } from '../support/markdown.js'

/** Links of a page to what is not there: a file, or a heading in it. */
function dead(page: string, text: string): string[] {
  return readPage(text).links.flatMap(({ path, anchor }) => {
    const file = path === '' ? page : join(dirname(page), path)
    const full = join(ROOT, file)
    if (!existsSync(full)) return [path]
    if (anchor === '') return []
    const target = path === '' ? text : readFileSync(full, 'utf8')
    return readPage(target).anchors.has(anchor) ? [] : [`${path}#${anchor}`]
  })
}

test.each(pagesOfRepository())('every link of %s leads somewhere', (page) => {
  expect(dead(page, readFileSync(join(ROOT, page), 'utf8'))).toEqual([])
})

test('a dead link is noticed, and a live one is not', () => {
  const text = `# One thing, \`two\` & three

    [x](indented-code.md)

## Again
## Again

[a](fleet.md) [b](fleet.md#gnu-parallel) [c](#one-thing-two--three) [d](#again-1) [e](https://example.org/x)
![f](screenshots/demo-dark.png)

[g](gone.md) [h](fleet.md#gone) [i](#again-2) [j](../docs/gone.png) ![k](gone.png)
`
  expect(dead('docs/README.md', text)).toEqual(['gone.md', 'fleet.md#gone', '#again-2', '../docs/gone.png', 'gone.png'])
})

test('every page of the folder docs can be reached from its index', () => {
  const reached = new Set<string>()
  const visit = (page: string): void => {
    if (reached.has(page) || !page.endsWith('.md') || !existsSync(join(ROOT, page))) return
    reached.add(page)
    for (const { path } of readPage(readFileSync(join(ROOT, page), 'utf8')).links)
      if (path !== '') visit(join(dirname(page), path))
  }
  visit('docs/README.md')
  expect(pagesOfRepository().filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([])
})
