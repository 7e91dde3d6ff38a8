import { Chalk } from 'chalk'
import fc from 'fast-check'
import { wrap, wrapPath } from '../../src/renderers/wrap.js'

const PATH =
  '/var/lib/waagent/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux-2.35.0.0/config/HandlerStatus'
const SINK = 'dcr-0000000000000000000000000000000a:CTDataSource-Linux:CONFIG_CHANGE_BLOB_V2'
const red = new Chalk({ level: 1 }).red

test.each([
  ['a path', `Data stops: ${PATH} is cut.`],
  ['a sink', `Rows pile up in (${SINK}, ${SINK})`],
  ['a command', `Run: \`sudo sh -c "cd ${PATH} && ./cta_linux_handler enable"\`.`],
  ['a painted sentence', red(`Data stops: ${PATH} is cut.`)],
])('%s longer than a line breaks where its parts end', (_, text) => {
  for (const width of [48, 60, 68, 71, 76]) {
    for (const shape of [wrap, wrapPath]) {
      const lines = shape(text, width).split('\n')
      const words = lines.map((line) => plain(line).trim()).join(' ')
      for (const part of ['Microsoft.', 'ChangeTrackingAndInventory', 'HandlerStatus', 'CONFIG_', 'CTDataSource'])
        if (text.includes(part)) expect(words).toContain(part)
    }
  }
})

test('nothing is lost, and no line is too long', () => {
  const word = fc.string({ unit: fc.constantFrom(...'ab/:._-,= '), maxLength: 120 })
  fc.assert(
    fc.property(word, fc.integer({ min: 10, max: 60 }), (text, width) => {
      const lines = wrap(text, width).split('\n')
      expect(lines.every((line) => line.length <= width)).toBe(true)
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }),
  )
})

function plain(line: string): string {
  // eslint-disable-next-line no-control-regex -- colour codes
  return line.replaceAll(/\u001b\[[0-9;]*m/g, '')
}
