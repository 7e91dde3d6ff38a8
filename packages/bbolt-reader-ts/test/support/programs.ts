import { spawnSync } from 'node:child_process'
import { openBolt } from '../../src/index.js'
import { fileSource, liveSource } from '../../src/node-file.js'
import { dump, opened, sha256 } from './files.js'
import { oracle, whenGo } from './oracle.js'

/** A database that a running program keeps locked is whole and sound; gives its records as one text. */
export async function liveDump(file: string): Promise<string> {
  const source = await liveSource(file)
  const result = await openBolt(source)
  expect((await source.consistency()).state).toBe('consistent')
  source.close()
  if (!result.ok) throw new Error(result.damage[0].message)
  const live = await dump(result.db)
  expect([...result.damage, ...live.damage]).toEqual([])
  return live.lines.join('')
}

/** A database at rest is sound and holds what real bbolt finds in it. */
export async function expectAsBbolt(file: string): Promise<void> {
  const source = fileSource(file)
  const { db, damage } = await opened(source)
  const rest = await dump(db)
  expect([...damage, ...rest.damage]).toEqual([])
  expect(sha256(rest.lines)).toBe(sha256([oracle.run('dump', file)]))
  expect((await db.check({ damage: () => undefined })).damage).toBe(0)
  source.close()
}

/** For tests that start programs which want to be root; they skip where one is missing, or real bbolt is. */
export function whenRoot(name: string, ...programs: string[]): typeof whenGo {
  const there = process.getuid?.() === 0 && programs.every((one) => spawnSync(one, ['--version']).status === 0)
  if (!there) console.warn(`${name} is not installed, or this is not root: its databases are not read.`)
  return there ? whenGo : test.skip
}
