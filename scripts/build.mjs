// The program, as CommonJS files that load one another when they are used: `--version` reads a few kilobytes, not all of it.
import { build, transform } from 'esbuild'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { bundledPackages, notices } from './bundled.mjs'
import { manual, settings } from './settings.mjs'

const out = 'dist'
const cjs = (path) => basename(path).replace(/\.js$/, '.cjs')
// esbuild splits ES modules only. Each becomes CommonJS below, which starts faster.
const { outputFiles, metafile } = await build({
  ...settings,
  entryPoints: { 'ct-diag': 'src/main.ts' },
  format: 'esm',
  splitting: true,
  outdir: out,
  write: false,
})

await rm(out, { recursive: true, force: true })
await mkdir(out)
for (const { path, text } of outputFiles) {
  const { code } = await transform(text.replaceAll(/(["'])(\.\/[\w-]+)\.js\1/g, '$1$2.cjs$1'), {
    format: 'cjs',
    platform: 'node',
    target: settings.target,
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
    minifySyntax: true,
    banner: settings.banner.js,
  })
  await writeFile(join(out, cjs(path)), code)
}
const chunks = Object.entries(metafile.outputs).map(([path, { inputs }]) => [cjs(path), Object.keys(inputs)])
// Not shipped; a test reads it to see what is loaded when.
await writeFile(join(out, 'chunks.json'), JSON.stringify(Object.fromEntries(chunks)))
await writeFile(join(out, 'LICENSES.txt'), notices(bundledPackages(metafile)))
await writeFile(join(out, 'ct-diag.1'), manual.man)
