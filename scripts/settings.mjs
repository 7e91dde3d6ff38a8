import { build } from 'esbuild'
import { createRequire } from 'node:module'

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  conditions: ['source'],
  // Names stay as they are: a stack in a report of a bug tells something.
  minifyWhitespace: true,
  minifySyntax: true,
  // Whole licences go beside it instead.
  legalComments: 'none',
  // oclif looks for these only while a plugin is being developed.
  external: ['typescript', 'ts-node', 'tsx', 'pnpapi'],
  // Otherwise oclif reads its own package.json from disk at every start.
  banner: { js: "process.env.OCLIF_DISABLE_ENGINE_WARNING='1';" },
  metafile: true,
}

/** Help and manual page, which the commands themselves are asked for. */
export const manual = await ask()

/** How every bundle of the program is made. */
export const settings = { ...common, define: { ROOT_HELP: JSON.stringify(manual.help) } }

async function ask() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['src/commands/manual.ts'],
    format: 'cjs',
    write: false,
  })
  const module = { exports: {} }
  new Function('module', 'exports', 'require', '__dirname', outputFiles[0].text)(
    module,
    module.exports,
    createRequire(import.meta.url),
    import.meta.dirname,
  )
  return module.exports.manual()
}
