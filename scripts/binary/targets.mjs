/** The Node that goes into the executables, as the packages of the npm registry have it. */
export const NODE = '24.21.0'

export const TARGETS = [
  {
    arch: 'x64',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  {
    arch: 'arm64',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
]

/** Where the executables go, with their checksums, licences and bill of materials. */
export const OUT = 'build'
/** Downloads and steps between. */
export const WORK = `${OUT}/work`

/** The oldest glibc and libstdc++ that have every symbol the executable asks for, from its ELF version needs. */
export function needs(readelf) {
  const newest = (name) =>
    [...readelf.matchAll(new RegExp(`\\b${name}_([\\d.]+)`, 'g'))]
      .map(([, version]) => version)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1)
  return { glibc: newest('GLIBC'), libstdcxx: newest('GLIBCXX') }
}
