import type { Parsed } from '../../src/model/parsed.js'
import { parseApplicationYml, type ApplicationYml } from '../../src/parsers/application-yml.js'
import { expectNeverThrows } from '../support/parsers.js'

const LOG = '/var/log/azure/Microsoft.Azure.ChangeTrackingAndInventory.ChangeTracking-Linux'
/** Copied from published screenshots; block and flow style mixed on purpose. */
const SAMPLE = `application:
  agent-resourceurl: ./resources/
  cacheExpTime: 2
  cachePurgeTime: 10
  dSocketPath: '@CAgentStream_CloudAgentInfo_MaExtensionDiagnostics_default_fluent.socket'
  datapullfrequency: 300
  debugport: 2121
  enabledebuglogs: false
  env: prod
  file-upload-frequency-trailing: 10000
  iSocketPath: '@CAgentStream_CloudAgentInfo_config_default_fluent.socket'
  log:
    filedir: ${LOG}
    filemaxage: 10
    filemaxbackup: 4
    filemaxsize: 100
    filename: cta_linux_agent.log
    level: INFO
  max-concurrent-upload: 10
  oSocketPath: '@CAgentStream_CloudAgentInfo_ChangeTracking-Linux_default_fluent.socket'
  rdpenable: false
handler:
  application:
    env: prod
    exedir: /opt/microsoft/changetracking/
    exename: change_tracking_agent_linux_amd64
    sersrcdir: /opt/microsoft/changetracking/svc
    statusretryattempts: 3
    statusupdatefrequency: 10
  log: {filedir: ${LOG}, filemaxage: 10, filemaxbackup: 3, filemaxsize: 10, filename: cta_linux_handler.log, level: INFO}
watcher:
  log: {filedir: ${LOG}, filemaxage: 10, filemaxbackup: 3, filemaxsize: 10, filename: cta_linux_watcher.log, level: TRACE}
  processmanager:
    frequency: 300
`

const parse = (text: string): Parsed<ApplicationYml> => parseApplicationYml(Buffer.from(text))
const yml = (text: string): ApplicationYml => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value
}

describe('parseApplicationYml', () => {
  it('reads the three logs', () => {
    const { logs } = yml(SAMPLE)
    expect(
      logs.map(({ component, level, file, directory }) => [
        component,
        level?.value,
        level?.line,
        file?.value,
        directory?.value,
      ]),
    ).toEqual([
      ['application', 'INFO', 18, 'cta_linux_agent.log', LOG],
      ['handler', 'INFO', 30, 'cta_linux_handler.log', LOG],
      ['watcher', 'TRACE', 32, 'cta_linux_watcher.log', LOG],
    ])
    expect(logs[0]?.level).toMatchObject({ keys: ['application', 'log', 'level'], text: '    level: INFO' })
    expect(parse(SAMPLE).problems).toEqual([])
  })

  it('reads sockets, debug flag, frequency and ports', () => {
    const read = yml(SAMPLE)
    expect(read.socketPaths.map(({ keys, line }) => [keys[1], line])).toEqual([
      ['dSocketPath', 5],
      ['iSocketPath', 11],
      ['oSocketPath', 20],
    ])
    expect(read.socketPaths[1]?.value).toBe('@CAgentStream_CloudAgentInfo_config_default_fluent.socket')
    expect(read.debugLogs).toMatchObject({ on: false, setting: { line: 8, value: false } })
    expect(read.dataPullFrequency).toMatchObject({ value: 300, line: 6 })
    expect(read.ports.map(({ port, setting }) => [port, setting.line])).toEqual([[2121, 7]])
  })

  it('keeps keys nobody knows', () => {
    const read = yml('application:\n  newkey: [1, two, {deep: null}]\n')
    expect(read.settings.map(({ keys, value, line }) => [keys.join('.'), value, line])).toEqual([
      ['application.newkey.0', 1, 2],
      ['application.newkey.1', 'two', 2],
      ['application.newkey.2.deep', null, 2],
    ])
  })

  it.each([
    ['true', true],
    ['"True"', true],
    ['yes', true],
    ['off', false],
    ['1', null],
    ['maybe', null],
    ['', null],
  ])('reads the debug flag %j', (text, on) => {
    expect(yml(`Application:\n  EnableDebugLogs: ${text}\n`).debugLogs).toMatchObject({ on })
  })

  it.each([
    ['port: 18080', 18080],
    ['serverPort: "18080"', 18080],
    ['address: localhost:18080', 18080],
    ['address: :18080', 18080],
    ['url: http://127.0.0.1:18080/x', 18080],
    ['port: 0', undefined],
    ['port: 65536', undefined],
    ['port: none', undefined],
    ['porter: 18080', undefined],
    ['count: 18080', undefined],
    ['time: 10:00:99999', undefined],
  ])('looks for a port in %s', (text, port) => {
    expect(yml(`${text}\n`).ports[0]?.port).toBe(port)
  })

  it.each(['level: DEBUG', 'logs:\n  level: DEBUG', 'log: DEBUG', 'log:\n  levels: DEBUG'])(
    'has no level in %j',
    (text) => {
      expect(yml(`${text}\n`).logs.filter(({ level }) => level !== null)).toEqual([])
    },
  )

  it('reads around a fault', () => {
    const result = parse('application:\n  log:\n    level: TRACE\n  log:\n    level: INFO\nbad: [1\nwatcher:\n  x: 1\n')
    expect(result.problems[0]).toMatchObject({ code: 'yaml-fault', at: { kind: 'line', line: 4 } })
    expect(result).toMatchObject({ ok: true, value: { logs: [{ level: { value: 'TRACE', line: 3 } }] } })
  })

  it('does not follow aliases', () => {
    const lines = ['a0: &a0 {level: x}']
    for (let i = 1; i < 30; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )
    expect(yml(lines.join('\n')).settings).toHaveLength(1)
  })

  it('keeps a key named __proto__ a key', () => {
    expect(yml('__proto__: {log: {level: X}}\n').logs).toMatchObject([{ component: '__proto__' }])
  })

  it.each([
    ['', 'empty'],
    ['\n\n', 'empty'],
    ['\0\0\0', 'all-nul'],
    ['just text\n', 'yaml-not-a-map'],
    ['- a\n- b\n', 'yaml-not-a-map'],
    ['# only a comment\n', 'yaml-not-a-map'],
    ['a: 1\n'.repeat(13_200), 'yaml-too-large'],
  ])('refuses %.20j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('survives nesting that ends the stack', () => {
    expect(parse(`a: ${'['.repeat(60_000)}`)).toMatchObject({ ok: false, problems: [{ code: 'yaml-too-deep' }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseApplicationYml, SAMPLE)
  })
})
