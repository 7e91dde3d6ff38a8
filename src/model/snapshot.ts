/** What of a host can be laid beside another state of it, in words. */
export interface Snapshot {
  /** By what they are about; null where the input does not tell. A name that is not among the values is not there. */
  readonly facts: Readonly<Record<FactGroup, ReadonlyMap<string, string> | null>>
  /** What the agent recorded, by kind; null where the input does not tell. */
  readonly inventory: Readonly<Record<InventoryKind, ItemList | null>>
}

export const FACT_GROUPS = ['rules', 'units'] as const
export type FactGroup = (typeof FACT_GROUPS)[number]

export const INVENTORY_KINDS = ['files', 'packages', 'services'] as const
export type InventoryKind = (typeof INVENTORY_KINDS)[number]

export interface ItemList {
  /** The artifact it was read from. */
  readonly path: string
  /** There were more, so that what is not in it may exist. */
  readonly partial: boolean
  /** By path or name. */
  readonly items: ReadonlyMap<string, ItemFields>
}

/** Null where the record does not say. */
export type ItemFields = Readonly<Record<string, string | null>>
