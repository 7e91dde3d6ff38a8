import type { Parsed } from '../../src/model/parsed.js'
import { parseAmaDefaults, type AmaDefaults } from '../../src/parsers/ama-defaults.js'
import { expectNeverThrows } from '../support/parsers.js'

/** The lines and their order are those of the agent's own installer; the values are made up. */
const SAMPLE = `export MDSD_CONFIG_DIR=/etc/opt/microsoft/azuremonitoragent
export MDSD_LOG_DIR=/var/opt/microsoft/azuremonitoragent/log
export MDSD_ROLE_PREFIX=/run/azuremonitoragent/default
export MDSD_SPOOL_DIRECTORY=/var/opt/microsoft/azuremonitoragent
export MDSD_OPTIONS="-A -R -c /etc/opt/microsoft/azuremonitoragent/mdsd.xml -d -r $MDSD_ROLE_PREFIX -S $MDSD_SPOOL_DIRECTORY/eh -L $MDSD_SPOOL_DIRECTORY/events"
export MDSD_USE_LOCAL_PERSISTENCY=true
export MDSD_TCMALLOC_RELEASE_FREQ_SEC=1
export MONITORING_USE_GENEVA_CONFIG_SERVICE=false
export ENABLE_MCS=true
export SSL_CERT_DIR=/etc/ssl/certs
export MDSD_PROXY_MODE=application
export MDSD_PROXY_ADDRESS=http://proxy.example:3128
export MDSD_PROXY_USERNAME=user01
export MDSD_PROXY_PASSWORD=not-a-password
export MANAGED_IDENTITY=client_id#00000000-0000-4000-8000-0000000000aa
`

const parse = (text: string): Parsed<AmaDefaults> => parseAmaDefaults(Buffer.from(text))
const defaults = (text: string): AmaDefaults => {
  const result = parse(text)
  if (!result.ok) throw new Error(result.problems[0].code)
  return result.value
}
/** Everything a result holds, maps included. */
const everything = ({ settings, ...rest }: AmaDefaults): string => JSON.stringify([...settings, rest])

describe('parseAmaDefaults', () => {
  it('reads the settings', () => {
    const { settings, traceFlags } = defaults(SAMPLE)
    expect(settings.size).toBe(13)
    expect(settings.get('ENABLE_MCS')).toEqual({ value: 'true', line: 9, text: 'export ENABLE_MCS=true' })
    expect(settings.get('MANAGED_IDENTITY')?.value).toBe('client_id#00000000-0000-4000-8000-0000000000aa')
    expect(settings.get('MDSD_PROXY_ADDRESS')?.value).toBe('http://proxy.example:3128')
    expect(traceFlags).toBeNull()
  })

  it('says that there are secrets and keeps none', () => {
    const read = defaults(SAMPLE)
    expect(read.secrets).toEqual([
      { key: 'MDSD_PROXY_USERNAME', line: 13 },
      { key: 'MDSD_PROXY_PASSWORD', line: 14 },
    ])
    expect(everything(read)).not.toMatch(/user01|not-a-password/)
    expect(everything(read)).toMatch(/proxy\.example/)
  })

  it.each([
    ['export MDSD_PROXY_ADDRESS=http://user01:not-a-password@proxy.example:3128', 'http://***@proxy.example:3128'],
    ['MDSD_PROXY_ADDRESS="https://user01@proxy.example"', 'https://***@proxy.example'],
    ['MDSD_PROXY_ADDRESS=http://user01:not-a-p@ssword@proxy.example', 'http://***@proxy.example'],
  ])('masks %s', (line, value) => {
    const read = defaults(line)
    expect(read.settings.get('MDSD_PROXY_ADDRESS')?.value).toBe(value)
    expect(everything(read)).not.toMatch(/user01|not-a-p/)
  })

  it.each([
    ['-T 0x2 -A', '0x2'],
    ['-A -T0x400000002', '0x400000002'],
    ['-A -T', ''],
    ['-T -A', ''],
    ['-A -t 0x2', null],
    ['--T 0x2', null],
    ['-A /x-T 0x2', null],
  ])('looks for tracing in %s', (options, traceFlags) => {
    expect(defaults(`export MDSD_OPTIONS="${options}"`).traceFlags).toBe(traceFlags)
  })

  it('takes the last of a repeated key and no comment', () => {
    const { settings } = defaults('ENABLE_MCS=true\nexport ENABLE_MCS=false\n# export ENABLE_MCS=true\n')
    expect(settings.get('ENABLE_MCS')).toMatchObject({ value: 'false', line: 2 })
  })

  it.each([
    ['', 'empty'],
    ['\0\0\0', 'all-nul'],
    ['# nothing\n', 'ama-defaults-without-settings'],
    ['export ENABLE_MCS\n', 'ama-defaults-without-settings'],
    ['{"ENABLE_MCS":true}', 'ama-defaults-without-settings'],
  ])('refuses %j', (text, code) => {
    expect(parse(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('never throws', () => {
    expectNeverThrows(parseAmaDefaults, SAMPLE)
  })
})
