import { amaDefaults } from '../../artifacts/ama.js'
import { LINKS } from '../../knowledge/links.js'
import { atLine } from '../../model/locator.js'
import { finding, rule } from '../../model/rule.js'

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const ARM_ID = /^\/subscriptions\/[^/\s]+\/resource[Gg]roups\/[^/\s]+\/providers\/[^/\s]+\/[^/\s]+\/[^/\s]+$/i
/** The kinds of identity the extension knows, and what their value looks like. */
const KINDS: ReadonlyMap<string, RegExp> = new Map([
  ['client_id', GUID],
  ['object_id', GUID],
  ['mi_res_id', ARM_ID],
])

export const amaIdentityMalformed = rule({
  id: 'CT2010',
  name: 'ama-identity-malformed',
  title: 'The Azure Monitor Agent’s managed identity is misspelt',
  group: 'ama',
  severity: 'warning',
  confidence: 'likely',
  docs: {
    what: 'Reads MANAGED_IDENTITY in /etc/default/azuremonitoragent.',
    why: 'The agent asks for a token of exactly this identity. A value it cannot use gives no token, and without one there are neither rules nor uploads.',
    how: 'Fires unless the value is `client_id#GUID`, `object_id#GUID` or `mi_res_id#RESOURCE-ID`. No value means the system-assigned identity, which is fine.',
    limits: 'Whether the identity exists and is assigned to the machine cannot be seen in the file.',
    fix: [
      'Correct the extension’s settings: `"authentication": {"managedIdentity": {"identifier-name": "mi_res_id", "identifier-value": "/subscriptions/…/userAssignedIdentities/NAME"}}`, or leave them out for the system-assigned identity.',
      'Deploy the extension with them again; it writes the file.',
    ],
    proof:
      '`grep MANAGED_IDENTITY /etc/default/azuremonitoragent` shows one of the three forms, and mdsd.info a new line “Next refresh of MSI token”.',
    links: [LINKS.amaTroubleshoot],
  },
  needs: { defaults: amaDefaults },
  causes: ['CT2005'],
  *check({ defaults }) {
    for (const { path, value } of defaults.good) {
      const setting = value.settings.get('MANAGED_IDENTITY')
      const text = setting?.value.trim() ?? ''
      if (setting === undefined || text === '') continue
      const [kind = '', id = ''] = text.split('#', 2)
      if (KINDS.get(kind.toLowerCase())?.test(text.slice(kind.length + 1)) === true) continue
      const expected = KINDS.has(kind.toLowerCase())
        ? `“${id}” is no ${KINDS.get(kind.toLowerCase()) === GUID ? 'GUID' : 'resource id'}`
        : 'it should begin with client_id#, object_id# or mi_res_id#'
      yield finding({
        subject: 'MANAGED_IDENTITY',
        message: `MANAGED_IDENTITY of the Azure Monitor Agent is “${text}”, which it cannot use: ${expected}.`,
        evidence: [atLine(path, setting.line, setting.text)],
      })
      return
    }
  },
})
