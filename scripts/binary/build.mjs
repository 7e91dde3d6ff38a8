// The program and Node in one executable, for each target. See docs/decisions/016-single-executable.md.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { bundledPackages, notices } from '../bundled.mjs'
import { settings } from '../settings.mjs'
import { sbom } from './sbom.mjs'
import { needs, NODE, OUT, TARGETS, WORK } from './targets.mjs'

const run = (program, args, options) =>
  execFileSync(program, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options })
const sha = (name, bytes, form) => createHash(name).update(bytes).digest(form)

/** Node has not yet made sure of these in a snapshot, so each is loaded when it is first used. */
const LATE = ['child_process', 'crypto', 'perf_hooks', 'readline', 'tty']

mkdirSync(WORK, { recursive: true })
const { metafile } = await bundle('src/main.ts', 'ct-diag.cjs', settings.banner.js)
// Node gives the process its real number again at start; the one of this build would make every build differ.
const samePid = "Object.defineProperty(process,'pid',{value:0,configurable:true,enumerable:true});"
await bundle('src/binary.ts', 'snapshot.cjs', settings.banner.js + samePid, [{ name: 'late', setup: late }])
const packages = bundledPackages(metafile)

const nodes = new Map(TARGETS.map((target) => [target.arch, nodeOf(target)]))
const lines = TARGETS.map(({ arch }) => {
  const name = `ct-diag-linux-${arch}`
  const file = `${OUT}/${name}`
  const node = nodes.get(arch)
  copyFileSync(`${node}/bin/node`, file)
  chmodSync(file, 0o755)
  strip(file)
  const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
  const inject = ['node_modules/postject/dist/cli.js', file, 'NODE_SEA_BLOB', blobOf(arch), '--sentinel-fuse', fuse]
  // It complains of a section's name that nobody needs.
  run(process.execPath, inject, { stdio: 'ignore' })
  const bytes = readFileSync(file)
  const { glibc, libstdcxx } = needs(run('readelf', ['--version-info', file], { encoding: 'utf8' }))
  console.log(`${file}  ${(bytes.length / 1e6).toFixed(1)} MB, glibc ${glibc} or newer, libstdc++ GLIBCXX_${libstdcxx}`)
  return `${sha('sha256', bytes, 'hex')}  ${name}\n`
})
const node = { name: 'node', version: NODE, license: 'MIT', folder: nodes.get(process.arch) }
const others = {
  'LICENSES.txt': notices([...packages, node]),
  'ct-diag.cdx.json': `${JSON.stringify(sbom(packages), null, 2)}\n`,
}
for (const [name, text] of Object.entries(others)) {
  writeFileSync(`${OUT}/${name}`, text)
  lines.push(`${sha('sha256', text, 'hex')}  ${name}\n`)
}
writeFileSync(`${OUT}/SHA256SUMS`, lines.join(''))

function bundle(entry, name, banner, plugins = []) {
  return build({
    ...settings,
    entryPoints: [entry],
    outfile: `${WORK}/${name}`,
    format: 'cjs',
    target: 'node24',
    banner: { js: banner },
    plugins,
  })
}

/** esbuild plugin: stands in for a module of Node and loads it at the first touch. */
function late({ onResolve, onLoad }) {
  onResolve({ filter: new RegExp(`^(node:)?(${LATE.join('|')})$`) }, ({ path }) => ({
    path: path.replace('node:', ''),
    namespace: 'late',
  }))
  onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
    const names = Object.keys(process.getBuiltinModule(path)).filter((name) => /^\w+$/.test(name))
    const getters = names.map((name) => `get ${name}() { return process.getBuiltinModule('${path}').${name} },`)
    return { contents: `module.exports = { ${getters.join('\n')} }` }
  })
}

/** The folder of the package that holds Node for this target, as the registry has it and nothing else. */
function nodeOf({ arch, integrity }) {
  const archive = `${WORK}/node-linux-${arch}-${NODE}.tgz`
  if (!existsSync(archive)) run('npm', ['pack', '--silent', '--pack-destination', WORK, `node-linux-${arch}@${NODE}`])
  const found = `sha512-${sha('sha512', readFileSync(archive), 'base64')}`
  if (found !== integrity) throw new Error(`${archive} is not what was expected: ${found}.`)
  const folder = `${WORK}/node-${arch}`
  mkdirSync(folder, { recursive: true })
  run('tar', ['xzf', archive, '-C', folder, '--strip-components=1'])
  return folder
}

/** The part that is injected. A snapshot is made by the very Node that will load it, so it has to run here. */
function blobOf(arch) {
  const emulator = process.env.EMULATOR?.split(' ') ?? []
  const runs = arch === process.arch || emulator.length > 0
  const [program, ...args] = [
    ...(arch === process.arch ? [] : emulator),
    `${nodes.get(runs ? arch : process.arch)}/bin/node`,
  ]
  const config = `${WORK}/${arch}.json`
  const output = `${WORK}/${arch}.blob`
  writeFileSync(
    config,
    JSON.stringify({
      main: `${WORK}/${runs ? 'snapshot' : 'ct-diag'}.cjs`,
      output,
      disableExperimentalSEAWarning: true,
      useSnapshot: runs,
      // A code cache differs from build to build, and the snapshot makes it needless.
      useCodeCache: false,
      // NODE_OPTIONS of the shell it is started from do not reach it.
      execArgvExtension: 'none',
      // For workers.
      assets: { 'ct-diag.cjs': `${WORK}/ct-diag.cjs` },
    }),
  )
  // Fixed seeds, so that the same program gives the same snapshot.
  run(program, [...args, '--no-warnings', '--random-seed=1', '--hash-seed=1', '--experimental-sea-config', config])
  if (!runs)
    console.log(`linux-${arch}: without a start-up snapshot, because its Node does not run here; set EMULATOR.`)
  return output
}

/** Symbols are a seventh of it. The tool knows its own processor only; what it refuses stays whole. */
function strip(file) {
  try {
    execFileSync('strip', [file], { stdio: 'ignore' })
  } catch {
    console.log(`${file} keeps its symbols.`)
  }
}
