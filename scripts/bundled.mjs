// Which packages a bundle holds, read from what esbuild says it took in.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Every package of which at least one file is in the bundle, by name; the program itself is none. */
export function bundledPackages({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs))
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== '.'))
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      return { name, version, license, folder }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Folders inside a package can hold a package.json that only says how its files are read. */
function packageFolder(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (folder === '.' || (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version)) return folder
  }
}

/** The licence of each, as its authors ask for. */
export function notices(packages) {
  const texts = packages.map(({ name, version, license, folder }) => {
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
    const text = file === undefined ? `${license} licence.` : readFileSync(join(folder, file), 'utf8').trim()
    return `${name} ${version}\n\n${text}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}
