// One CommonJS file holds the whole program: nothing is looked up on disk at start, and packages are loaded only when used.
import { build } from 'esbuild'

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/ct-diag.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  conditions: ['source'],
  minify: true,
  keepNames: true,
  legalComments: 'linked',
  // oclif looks for these only while a plugin is being developed.
  external: ['typescript', 'ts-node', 'tsx', 'pnpapi'],
  // Otherwise oclif reads its own package.json from disk at every start.
  banner: { js: "process.env.OCLIF_DISABLE_ENGINE_WARNING='1';" },
})
