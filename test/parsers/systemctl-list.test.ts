import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Parsed } from '../../src/model/parsed.js'
import { parseSystemctlList, type SystemctlList } from '../../src/parsers/systemctl-list.js'
import { expectNeverThrows } from '../support/parsers.js'

/** The columns and the legend are systemd's own; the units are made up. */
const UNITS = `  UNIT                          LOAD      ACTIVE     SUB          DESCRIPTION
  azuremonitoragent.service     loaded    active     running      Azure Monitor Agent daemon
● cxp.service                   loaded    failed     failed       Azure change tracking Parent Daemon
* old.service                   not-found inactive   dead         old.service
  loop.service                  loaded    activating auto-restart Somebody else's
  ssh.socket                    loaded    active     listening    OpenBSD Secure Shell server socket

LOAD   = Reflects whether the unit definition was properly loaded.
ACTIVE = The high-level unit activation state, i.e. generalization of SUB.
5 loaded units listed.
`
const STATUS = `● azuremonitoragent.service - Azure Monitor Agent daemon
     Loaded: loaded (/lib/systemd/system/azuremonitoragent.service; enabled; vendor preset: enabled)
     Active: active (running) since Sat 2026-01-10 08:00:00 UTC; 2h ago
   Main PID: 2056 (mdsd)

× cxp.service - Azure change tracking Parent Daemon
     Loaded: loaded (/usr/lib/systemd/system/cxp.service; disabled; preset: enabled)
     Active: failed (Result: exit-code) since Sat 2026-01-10 08:00:00 UTC; 2h ago

○ quiet.service - Somebody
     Loaded: masked (Reason: Unit quiet.service is masked.)
     Active: inactive (dead)
Unit gone.service could not be found.
`

const parse = (text: string): Parsed<SystemctlList> => parseSystemctlList(Buffer.from(text))
const list = (text: string): SystemctlList => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value
}
const rows = (text: string): unknown[] =>
  list(text).units.map(({ name, load, active, sub, fileState, line }) => [name, load, active, sub, fileState, line])

describe('parseSystemctlList', () => {
  it('reads list-units', () => {
    expect(list(UNITS).form).toBe('units')
    expect(rows(UNITS)).toEqual([
      ['azuremonitoragent.service', 'loaded', 'active', 'running', null, 2],
      ['cxp.service', 'loaded', 'failed', 'failed', null, 3],
      ['old.service', 'not-found', 'inactive', 'dead', null, 4],
      ['loop.service', 'loaded', 'activating', 'auto-restart', null, 5],
      ['ssh.socket', 'loaded', 'active', 'listening', null, 6],
    ])
  })

  it('reads list-unit-files, with one column of presets, two or none', () => {
    const file = readFileSync(join(__dirname, '..', 'fixtures', 'systemd', 'list-unit-files.txt'), 'utf8')
    expect(list(file).form).toBe('unit-files')
    expect(list(file).units).toHaveLength(16)
    expect(
      rows('UNIT FILE STATE\ncxp.service disabled\ngetty@.service enabled enabled\n\n2 unit files listed.\n'),
    ).toEqual([
      ['cxp.service', null, null, null, 'disabled', 2],
      ['getty@.service', null, null, null, 'enabled', 3],
    ])
  })

  it('reads status', () => {
    expect(list(STATUS).form).toBe('status')
    expect(rows(STATUS)).toEqual([
      ['azuremonitoragent.service', 'loaded', 'active', 'running', 'enabled', 3],
      ['cxp.service', 'loaded', 'failed', null, 'disabled', 8],
      ['quiet.service', 'masked', 'inactive', 'dead', null, 12],
      ['gone.service', 'not-found', 'inactive', 'dead', null, 13],
    ])
  })

  it('reads Windows line ends', () => {
    expect(rows(UNITS.replaceAll('\n', '\r\n'))).toEqual(rows(UNITS))
    expect(rows(STATUS.replaceAll('\n', '\r\n'))).toEqual(rows(STATUS))
  })

  it.each([
    ['', 'empty'],
    ['\0', 'all-nul'],
    ['0 loaded units listed.\n', 'units-unrecognised'],
    ['cxp loaded active running\n', 'units-unrecognised'],
    ['cxp.service\n', 'units-unrecognised'],
    ['cxp.service somehow enabled\n', 'units-unrecognised'],
    ['Active: active (running)\n', 'units-unrecognised'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseSystemctlList, UNITS)
    expectNeverThrows(parseSystemctlList, STATUS)
  })
})
