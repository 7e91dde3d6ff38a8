import { unitStates, type UnitStates } from '../../src/facts/unit-states.js'
import type { Found } from '../../src/model/artifact.js'
import type { Parsed } from '../../src/model/parsed.js'
import { parseSystemctlList } from '../../src/parsers/systemctl-list.js'
import { parseSystemctlShow } from '../../src/parsers/systemctl-show.js'
import { foundOf } from '../support/found.js'
import { valueOf } from '../support/parsers.js'

const found = <T>(
  parse: (bytes: Uint8Array) => Parsed<T>,
  ...files: [path: string, mtime: number, text: string][]
): Found<T> => foundOf(...files.map(([path, mtime, text]) => [path, valueOf(parse(Buffer.from(text))), mtime] as const))
const states = (given: Record<string, unknown>): UnitStates => unitStates.compute(given)

describe('unitStates', () => {
  it('knows nothing without a list', () => {
    expect(states({}).of('cxp.service')).toBeUndefined()
  })

  it('takes properties before lists, and fills in what they lack', () => {
    const shown = found(parseSystemctlShow, [
      'show',
      1,
      'Id=cxp.service\nActiveState=failed\nSubState=failed\nNRestarts=4\n',
    ])
    const listed = found(
      parseSystemctlList,
      ['units', 2, 'cxp.service loaded active running Somebody\nother.service loaded inactive dead x\n'],
      ['files', 2, 'cxp.service disabled enabled\n'],
    )
    const all = states({ shown, listed })
    expect(all.of('cxp.service')).toMatchObject({
      load: { value: 'loaded', at: { path: 'units', at: { kind: 'line', line: 1 } } },
      active: { value: 'failed', at: { path: 'show', at: { kind: 'line', line: 2 } } },
      sub: { value: 'failed' },
      fileState: { value: 'disabled', at: { path: 'files' } },
      restarts: { value: '4' },
      result: null,
    })
    expect(all.of('other.service')?.active?.value).toBe('inactive')
    expect(all.of('gone.service')).toBeUndefined()
  })

  it('lets the newer file win, and never mixes two files into one state', () => {
    const shown = found(
      parseSystemctlShow,
      ['old', 1, 'Id=cxp.service\nActiveState=failed\nSubState=failed\n'],
      ['new', 2, 'Names=cxp.service tracking.service\nActiveState=active\n'],
    )
    expect(states({ shown }).of('cxp.service')).toMatchObject({ active: { value: 'active' }, sub: null })
    expect(states({ shown }).of('tracking.service')).toMatchObject({ active: { value: 'active' } })
  })
})
