import { ctDb, fileJson, packagesJson, servicesJson } from '../artifacts/collection.js'
import type { Artifact, Evidence } from '../model/artifact.js'
import { fact } from '../model/fact.js'
import { atBolt, atJson, atLine, type Locator } from '../model/locator.js'
import type { Worker } from '../knowledge/names.js'
import type { CtDb } from '../parsers/changetracking-db.js'
import type { InventoryJson } from '../parsers/inventory-json.js'
import type { Segments } from '../parsers/json.js'
import type { FileRecord, InventoryRecord, PackageRecord, ServiceRecord } from '../parsers/inventory-record.js'

/** The list each worker keeps beside the database. */
export const LIST_OF: Readonly<Record<Worker, Artifact<InventoryJson>>> = {
  files: fileJson,
  software: packagesJson,
  services: servicesJson,
}

const KIND_OF = { files: 'file', software: 'package', services: 'service' } as const

/** A record of the worker's last run, with the place it was read from. */
export interface Recorded<R> {
  readonly record: R
  readonly at: Locator
}

/** What a worker's last run left, in the list and in the database; null where the artifact is not there or not readable. */
export interface WorkerInventory {
  readonly json: WorkerList | null
  readonly db: readonly Recorded<InventoryRecord>[] | null
}

export interface WorkerList {
  readonly evidence: Evidence<InventoryJson>
  readonly records: readonly Recorded<InventoryRecord>[]
  /** How many items they are: a list can hold one twice. */
  readonly items: number
  /** The file was cut: there were more records. */
  readonly cut: boolean
}

export const inventory = fact({
  id: 'inventory',
  needs: {},
  optional: { files: fileJson, software: packagesJson, services: servicesJson, db: ctDb },
  compute: ({ files, software, services, db }): Readonly<Record<Worker, WorkerInventory>> => {
    const database = db?.good[0]
    const of = (worker: Worker, list: Evidence<InventoryJson> | undefined): WorkerInventory => ({
      json: list === undefined ? null : listOf(list, worker),
      db: database === undefined ? null : dbRecords(database, worker),
    })
    return {
      files: of('files', newest(files?.good)),
      software: of('software', newest(software?.good)),
      services: of('services', newest(services?.good)),
    }
  },
})

export function isPackage(recorded: Recorded<InventoryRecord>): recorded is Recorded<PackageRecord> {
  return recorded.record.kind === 'package'
}

export function isService(recorded: Recorded<InventoryRecord>): recorded is Recorded<ServiceRecord> {
  return recorded.record.kind === 'service'
}

export function isFile(recorded: Recorded<InventoryRecord>): recorded is Recorded<FileRecord> {
  return recorded.record.kind === 'file'
}

function listOf(evidence: Evidence<InventoryJson>, worker: Worker): WorkerList {
  const own = evidence.value.records.filter(({ record }) => record.kind === KIND_OF[worker])
  return {
    evidence,
    cut: evidence.problems.length > 0,
    items: new Set(own.map(({ record }) => itemOf(record))).size,
    records: own.map(({ record, segments }) => ({ record, at: atRecord(evidence, record, segments) })),
  }
}

/** One package in several architectures or versions is several. */
function itemOf(record: InventoryRecord): string {
  if (record.kind === 'package') return JSON.stringify([record.name, record.version, record.architecture])
  return record.kind === 'file' ? record.path : record.name
}

/** One record a line has no pointer: the first segment is its line. */
function atRecord({ path, value }: Evidence<InventoryJson>, record: InventoryRecord, segments: Segments): Locator {
  const [line] = segments
  if (value.shape === 'ndjson' && typeof line === 'number') return atLine(path, line, JSON.stringify(summary(record)))
  return atJson(path, segments, summary(record))
}

function dbRecords(database: Evidence<CtDb>, worker: Worker): Recorded<InventoryRecord>[] {
  return database.value.records
    .filter(({ record }) => record.kind === KIND_OF[worker])
    .map(({ record, bucket, key, page }) => ({
      record,
      at: atBolt(database.path, bucket, key, page, JSON.stringify(summary(record))),
    }))
}

/** Enough to recognise a record by; file contents never. */
function summary(record: InventoryRecord): Readonly<Record<string, unknown>> {
  switch (record.kind) {
    case 'file':
      return { path: record.path, checksum: record.checksum, dateModified: record.dateModified }
    case 'package':
      return { name: record.name, version: record.version }
    case 'service':
      return { name: record.name, state: record.state }
  }
}

/** Two copies of a list occur (the log folder and, on Arc, the extension's): the newer one counts. */
function newest(found: readonly Evidence<InventoryJson>[] | undefined): Evidence<InventoryJson> | undefined {
  return found?.toSorted((a, b) => (b.mtime ?? 0) - (a.mtime ?? 0))[0]
}
