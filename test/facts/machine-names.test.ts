import { machineKind, sameMachine } from '../../src/facts/machine-names.js'
import { MACHINE } from '../support/host.js'

const ARC = MACHINE.replace('Microsoft.Compute/virtualMachines', 'Microsoft.HybridCompute/machines')
const SCALE_SET = MACHINE.replace('virtualMachines/vm-01', 'virtualMachineScaleSets/ss-01')

test.each([
  [MACHINE, 'azure-vm'],
  [MACHINE.toLowerCase(), 'azure-vm'],
  [SCALE_SET, 'azure-vm'],
  [ARC, 'arc'],
  ['/subscriptions/x/resourceGroups/y/providers/Microsoft.Storage/storageAccounts/z', 'unknown'],
  ['vm-01', 'unknown'],
])('%s is of the kind %s', (id, kind) => {
  expect(machineKind(id)).toBe(kind)
})

test.each([
  [MACHINE, MACHINE],
  [MACHINE, MACHINE.toUpperCase()],
  [MACHINE, `${MACHINE}/`],
  [MACHINE.replace('vm-01', 'vm 01'), MACHINE.replace('vm-01', 'vm%2001')],
  [SCALE_SET, `${SCALE_SET}/virtualMachines/3`],
  [`${SCALE_SET}/virtualMachines/3`, MACHINE.replace('vm-01', 'ss-01_3')],
  ['%zz', '%ZZ'],
])('%s and %s can be one machine', (a, b) => {
  expect([sameMachine(a, b), sameMachine(b, a)]).toEqual([true, true])
})

test.each([
  [MACHINE, MACHINE.replace('vm-01', 'vm-02')],
  [MACHINE, MACHINE.replace('vm-01', 'vm-010')],
  [MACHINE, MACHINE.replace('RG-01', 'RG-02')],
  [MACHINE, MACHINE.replace('000000000001/', '000000000009/')],
  [MACHINE, ARC],
  [MACHINE, `${MACHINE}/extensions/x`],
  [`${SCALE_SET}/virtualMachines/3`, `${SCALE_SET}/virtualMachines/30`],
  [SCALE_SET, SCALE_SET.replace('ss-01', 'ss-02')],
  [SCALE_SET, MACHINE.replace('RG-01', 'RG-02')],
])('%s and %s are two', (a, b) => {
  expect([sameMachine(a, b), sameMachine(b, a)]).toEqual([false, false])
})
