import { applicationYml } from '../../artifacts/agent.js'
import { unixSockets } from '../../artifacts/sockets.js'
import { amaSockets } from '../../facts/ama-sockets.js'
import { ofNewest } from '../../facts/versions.js'
import { CONFIG_SOCKET, DATA_SOCKET, DIAGNOSTICS_SOCKET } from '../../knowledge/names.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine, baseName } from '../../model/locator.js'
import { finding, rule, unknown } from '../../model/rule.js'
import type { YmlSetting } from '../../parsers/application-yml.js'

/** The kernel’s 108 bytes and a folder fit. */
const NAME_MAX = 400

/** Which of the Azure Monitor Agent’s sockets each setting is for. */
const PURPOSE: ReadonlyMap<string, string> = new Map([
  ['isocketpath', CONFIG_SOCKET],
  ['osocketpath', DATA_SOCKET],
  ['dsocketpath', DIAGNOSTICS_SOCKET],
])

export const socketPathOverridden = rule({
  id: 'CT3004',
  name: 'socket-path-overridden',
  title: 'application.yml names another socket than the Azure Monitor Agent opens',
  group: 'sockets',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Compares the socket names in application.yml of the newest extension folder with the sockets that the Azure Monitor Agent has open.',
    why: 'The Change Tracking agent connects to the names in that file. When they were changed, it talks to nobody.',
    how: 'Fires for iSocketPath (settings), oSocketPath (data) or dSocketPath (diagnostics) when the Azure Monitor Agent has a socket for that purpose and its name is another one. A folder before the name and the mark @ do not count.',
    limits: 'Whether the agent has read the file since it was changed does not show.',
    fix: [
      'Restore the names in application.yml: `@CAgentStream_CloudAgentInfo_config_default_fluent.socket` for iSocketPath, `@CAgentStream_CloudAgentInfo_ChangeTracking-Linux_default_fluent.socket` for oSocketPath.',
      '`sudo systemctl restart cxp.service`.',
    ],
    proof: '`grep ChangeTracking-Linux /proc/net/unix` shows a listening socket and a connection.',
    links: [LINKS.overview],
  },
  needs: { settings: applicationYml, lists: amaSockets },
  causes: ['CT3002', 'CT6002'],
  *check({ settings, lists }) {
    const used = ofNewest(settings.good)
    if (used === undefined) return
    const open = new Set(lists.sockets.map(({ socket }) => bare(socket.name)))
    const byPurpose = new Map(lists.sockets.toReversed().map((listed) => [listed.socket.extension, listed]))
    for (const setting of used.value.socketPaths) {
      const key = setting.keys.at(-1) ?? ''
      const purpose = PURPOSE.get(key.toLowerCase())
      const name = nameOf(setting)
      if (purpose === undefined || name === '' || open.has(name) || name === standard(purpose)) continue
      const real = byPurpose.get(purpose)
      if (real === undefined) {
        yield unknown('the list shows no socket of the Azure Monitor Agent for that purpose.', [unixSockets], key)
        continue
      }
      yield finding({
        subject: key,
        message: `${key} is ${name.slice(0, 120)}, but the Azure Monitor Agent opens ${real.socket.name}.`,
        evidence: [
          atLine(used.path, setting.line, setting.text),
          atLine(real.path, real.socket.line, real.socket.text),
        ],
        data: { setting: name, socket: real.socket.name },
      })
    }
  },
})

function nameOf({ value }: YmlSetting): string {
  return typeof value === 'string' ? bare(value.trim().slice(0, NAME_MAX)) : ''
}

function bare(path: string): string {
  return baseName(path)
    .replace(/^[@\0]+/, '')
    .replace(/[@\0]+$/, '')
}

function standard(purpose: string): string {
  return `CAgentStream_CloudAgentInfo_${purpose}_default_fluent.socket`
}
