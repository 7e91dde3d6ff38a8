// A CycloneDX bill of materials: npm writes one of the lock file, and what is not in the executable is taken out of it.
import { execFileSync } from 'node:child_process'
import { NODE, TARGETS } from './targets.mjs'

export function sbom(packages) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']
  const all = JSON.parse(execFileSync('npm', args, { maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] }))
  const wanted = new Set(packages.map(({ name, version }) => `${name}@${version}`))
  const seen = new Set()
  const components = all.components.filter((component) => {
    const id = `${nameOf(component)}@${component.version}`
    return wanted.has(id) && !seen.has(id) && seen.add(id)
  })
  const missing = [...wanted].filter((id) => !seen.has(id))
  if (missing.length > 0) throw new Error(`Not in the lock file: ${missing.join(', ')}.`)
  const kept = new Set(components.map((component) => component['bom-ref']))
  const root = all.metadata.component
  return {
    ...all,
    // The same inputs, the same bytes: neither a random number nor a time.
    serialNumber: undefined,
    metadata: {
      ...all.metadata,
      timestamp: undefined,
      lifecycles: [{ phase: 'build' }],
      // npm calls it by the name of the folder.
      component: { ...root, type: 'application', name: 'ct-diag' },
    },
    components: [...components.map((component) => ({ ...component, scope: 'required' })), ...TARGETS.map(runtime)],
    dependencies: all.dependencies
      .filter(({ ref }) => ref === root['bom-ref'] || kept.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: (dependsOn ?? []).filter((other) => kept.has(other)) })),
  }
}

function nameOf({ group, name }) {
  return group === undefined ? name : `${group}/${name}`
}

function runtime({ arch, integrity }) {
  const name = `node-linux-${arch}`
  return {
    'bom-ref': `${name}@${NODE}`,
    type: 'platform',
    name,
    version: NODE,
    scope: 'required',
    purl: `pkg:npm/${name}@${NODE}`,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') }],
    licenses: [{ license: { id: 'MIT' } }],
  }
}
