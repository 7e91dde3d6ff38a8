import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import MarkdownIt from 'markdown-it'

export const ROOT = join(__dirname, '..', '..')

/** Every page of the repository, as paths from its top. */
export function pagesOfRepository(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  return listed.trimEnd().split('\n')
}

export interface Fence {
  /** `sh`, `console`, `json` …; empty where none is said. */
  readonly language: string
  /** What stands behind the language. */
  readonly note: string
  readonly text: string
}

export interface Link {
  readonly path: string
  readonly anchor: string
}

export interface Page {
  readonly fences: readonly Fence[]
  /** Blocks that are code because they are indented. */
  readonly indented: readonly string[]
  /** Links and pictures that stay inside the repository. */
  readonly links: readonly Link[]
  readonly anchors: ReadonlySet<string>
}

/** What the tests look at in a page of GitHub's Markdown. */
export function readPage(text: string): Page {
  const tokens = new MarkdownIt().parse(text, {})
  const anchors = new Set<string>()
  for (const [index, { type }] of tokens.entries()) {
    if (type !== 'heading_open') continue
    const words = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join('')
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    let name = slug
    for (let count = 1; anchors.has(name); count++) name = `${slug}-${count}`
    anchors.add(name)
  }
  const links = tokens
    .flatMap(({ children }) => children ?? [])
    .map((token) => String(token.attrGet(token.type === 'image' ? 'src' : 'href') ?? 'none:'))
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target): Link => {
      const [path = '', anchor = ''] = decodeURIComponent(target).split('#')
      return { path, anchor }
    })
  const fences = tokens
    .filter(({ type }) => type === 'fence')
    .map(({ info, content }): Fence => {
      const [language = '', ...note] = info.trim().split(/\s+/)
      return { language, note: note.join(' '), text: content }
    })
  const indented = tokens.filter(({ type }) => type === 'code_block').map(({ content }) => content)
  return { fences, indented, links, anchors }
}
