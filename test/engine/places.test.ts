import { artifacts } from '../../src/artifacts/index.js'
import { placeIndex } from '../../src/engine/places.js'
import { AMA, CT } from '../support/host.js'

const recognise = placeIndex(artifacts)

function found(path: string): string[] {
  return recognise(path)
    .map(({ artifact, root, layout }) => `${artifact.id}@${root}#${layout}`)
    .toSorted()
}

test.each([
  ['etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1.json', ['configChunk@#host']],
  ['a/b/etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/1.json', ['configChunk@a/b#host']],
  ['amalogs-x/DCR/config-cache/configchunks/dcr_1.json', ['configChunk@amalogs-x#collector']],
  ['desk/configchunks/1.json', ['configChunk@desk#loose']],
  ['x/var/opt/microsoft/azuremonitoragent/log/mdsd.info.2.gz', ['mdsdInfo@x#host']],
  ['amalogs-x/mdsd/logs/mdsd.err', ['mdsdErr@amalogs-x#collector']],
  ['mdsd.qos', ['mdsdQos@#loose']],
  [`var/log/azure/${CT}/cta_linux_agent-2026-01-10T08-00-00.000.log.gz`, ['ctAgentLog@#host']],
  [`var/log/azure/${CT}/2.35.0.0/CommandExecution.log`, ['ctCommandLog@#host']],
  [`n1/var/lib/waagent/${CT}-2.35.0.0/config/HandlerState`, ['ctHandlerState@n1#host']],
  [`n1/var/lib/waagent/${CT}-2.35.0.0`, ['ctExtensionDir@n1#host', 'extensionWitness@n1#host']],
  [`var/lib/waagent/${AMA}-1.35.8`, ['amaExtensionDir@#host', 'extensionWitness@#host']],
  ['usr/lib/systemd/system/cxp.service', ['cxpUnit@#host', 'extensionWitness@#host']],
  ['lib/systemd/system/cxp.service', ['cxpUnit@#host', 'extensionWitness@#host']],
  ['var/opt/microsoft/azuremonitoragent/events/x/000001.sst', ['sinkFolders@#host']],
  ['proc/net/unix', ['unixSockets@#host']],
])('%s', (path, expected) => {
  expect(found(path)).toEqual(expected)
})

test.each([
  'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/deep/1.json',
  'configchunks',
  'xproc/net/unix',
  'proc/net/unixx',
  'notes/mdsd-info.txt',
  'var/log/azure/Microsoft.Azure.Other/CommandExecution.log',
  'changetracking.db.txt',
  'my-File.json',
  'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/._1.json',
  'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/.1.json.swp',
  'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks/Thumbs.db',
  '__MACOSX/case/etc/opt/microsoft/azuremonitoragent/config-cache/configchunks',
  '__proto__',
])('%s is nothing', (path) => {
  expect(found(path)).toEqual([])
})
