import { parsePackageList } from '../../src/parsers/package-list.js'
import { fixture } from '../support/host.js'
import { expectNeverThrows } from '../support/parsers.js'

function packages(text: string | Uint8Array): string[] {
  const result = parsePackageList(Buffer.from(text))
  if (!result.ok) return [result.problems[0].code]
  return result.value.packages.map(
    ({ name, version, architecture, installed }) => `${name} ${version} ${architecture} ${installed ? 'yes' : 'no'}`,
  )
}

const TABLE = [
  'Desired=Unknown/Install/Remove/Purge/Hold',
  '| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend',
  '|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)',
  '||/ Name           Version      Architecture Description',
  '+++-==============-============-============-=================================',
  'ii  adduser        3.134        all          add and remove users and groups',
  'ii  gcc-12-b:amd64 12.2.0-14    amd64        GCC, the GNU Compiler Collection',
  'rc  oldthing       1.0          all          removed; its settings are kept',
  'hi  held           2:1.1        amd64        held back',
  '',
].join('\n')

describe('lists of packages', () => {
  test('dpkg -l', () => {
    expect(packages(TABLE)).toEqual([
      'adduser 3.134 all yes',
      'gcc-12-b 12.2.0-14 amd64 yes',
      'oldthing 1.0 all no',
      'held 2:1.1 amd64 yes',
    ])
  })
  test('dpkg -l without its head', () => {
    expect(packages(TABLE.split('\n').slice(5).join('\n'))).toHaveLength(4)
  })
  test('dpkg -l on a narrow terminal', () => {
    const rows = ['a', 'b', 'c', 'd'].map((c) => `ii  ${c.repeat(14)} 1.0          all          cut`)
    const result = parsePackageList(Buffer.from(`${TABLE}${rows.join('\n')}\n`))
    expect(result.problems.map(({ code }) => code)).toEqual(['package-list-cut'])
    expect(parsePackageList(Buffer.from(`${TABLE}${rows.slice(0, 2).join('\n')}\n`)).problems).toEqual([])
  })
  test('dpkg-query with tabs, with and without a status', () => {
    expect(packages('bash\t5.2.15-2+b8\tamd64\tinstalled\nold\t1\tall\tconfig-files\n')).toEqual([
      'bash 5.2.15-2+b8 amd64 yes',
      'old 1 all no',
    ])
    expect(packages('bash\t5.2.15-2+b8\n')).toEqual(['bash 5.2.15-2+b8 null yes'])
  })
  test('what the agent asks dpkg, descriptions over several lines', () => {
    const found = packages(fixture('dpkg/dpkg-query.txt'))
    expect(found).toHaveLength(41)
    expect(found).toContain('adduser 3.134 all yes')
    expect(found.filter((line) => line.endsWith(' no'))).toHaveLength(1)
    expect(found.filter((line) => line.startsWith('gcc-12-base'))).toHaveLength(2)
  })
  test('what the agent asks rpm', () => {
    expect(packages(fixture('dpkg/rpm-qa.txt'))).toEqual([
      'with-epoch 1:5.14.0-2.el9 x86_64 yes',
      'change_tracking_retail 0:0.1.03151.216-1 noarch yes',
      'without-packager 0:1.2-3 noarch yes',
    ])
  })
  test('rpm -qa, with and without times', () => {
    expect(
      packages(
        'bash-5.1.8-9.el9.x86_64                    Mon 05 Jan 2026 08:00:00 AM UTC\npython3-libs-3.9.18-1.el9.noarch\n',
      ),
    ).toEqual(['bash 5.1.8-9.el9 x86_64 yes', 'python3-libs 3.9.18-1.el9 noarch yes'])
  })
  test('rpm with an epoch that is none', () => {
    expect(packages('bash\t(none):5.1.8-9.el9\tx86_64\tinstalled\n')).toEqual(['bash 0:5.1.8-9.el9 x86_64 yes'])
  })
  test.each(['hello world\n', '{"a":1}', '#!/bin/sh\necho x; echo y\n'])('something else: %j', (text) => {
    expect(packages(text)).toEqual(['package-list-unknown'])
  })
  test('never throws', () => {
    expectNeverThrows(parsePackageList, TABLE)
    expectNeverThrows(parsePackageList, fixture('dpkg/rpm-qa.txt'))
  })
})
