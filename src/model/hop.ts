/** The seven hops of the data path, in the order data flows. */
export const HOPS = ['dcr', 'ama', 'sockets', 'agent', 'collection', 'cache', 'upload'] as const
export type Hop = (typeof HOPS)[number]

/** What a rule is about: one hop, or the host or the input itself, which colour no hop. */
export type RuleGroup = Hop | 'host' | 'input'

export const RULE_GROUPS: readonly RuleGroup[] = [...HOPS, 'host', 'input']

export const HOP_TITLES: Readonly<Record<Hop, string>> = {
  dcr: 'Data collection rule',
  ama: 'Azure Monitor Agent',
  sockets: 'Local sockets',
  agent: 'Change Tracking agent',
  collection: 'Collection on the host',
  cache: 'Local event cache',
  upload: 'Upload to Log Analytics',
}
