import { nothingRecognised } from '../../src/rules/input/CT9001-nothing-recognised.js'
import { healthyHost, HostTree } from '../support/host.js'
import { describeRule } from '../support/rule-tester.js'

const of = (path: string): HostTree => new HostTree(new Map([[path, { content: 'x' }]]))

describeRule(nothingRecognised, {
  found: [{ name: 'holiday pictures', host: of('pictures/beach.jpg').and(of('notes.txt')), subjects: ['input'] }],
  ok: [
    { name: 'a lone log', host: of('cta_linux_agent.log') },
    { name: 'an artifact that cannot be read', host: of('changetracking.db') },
    { name: 'a deep prefix', host: healthyHost().under('a/b/c/support/node-1') },
  ],
})
