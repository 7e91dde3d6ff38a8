import { open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { ByteSource } from '../model/byte-source.js'

const IN_MEMORY = 8 * 1024 * 1024
const STEP = 1024 * 1024

export type Kept = ByteSource & { close(): Promise<void> }

/**
 * Keeps a stream for random access: in memory up to 8 MiB, beyond that in a temporary file that is unlinked as soon as it
 * is open, so that nothing is left behind however the process ends. At most `maxBytes` are kept; `cut` says there was more.
 */
export async function spool(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ bytes: Kept; cut: boolean }> {
  const parts: Uint8Array[] = []
  let waiting = 0
  let size = 0
  let file: FileHandle | undefined
  let cut = false
  try {
    for await (const chunk of chunks) {
      const part = chunk.subarray(0, Math.max(0, maxBytes - size))
      cut ||= part.length < chunk.length
      if (part.length === 0) continue
      size += part.length
      waiting += part.length
      parts.push(part)
      if (size > IN_MEMORY && waiting >= STEP) {
        file ??= await unlinkedFile()
        await file.writev(parts.splice(0))
        waiting = 0
      }
    }
    if (file !== undefined && parts.length > 0) await file.writev(parts.splice(0))
  } catch (error) {
    await file?.close()
    throw error
  }
  return { bytes: file === undefined ? inMemory(Buffer.concat(parts)) : onDisk(file, size), cut }
}

export function temporaryPath(): string {
  return join(tmpdir(), `ct-diag-${randomUUID()}`)
}

async function unlinkedFile(): Promise<FileHandle> {
  const path = temporaryPath()
  const handle = await open(path, 'wx+', 0o600)
  await rm(path)
  return handle
}

/** From the first byte to the last. */
export async function* wholeOf(kept: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < kept.size; at += STEP) yield await kept.read(at, Math.min(kept.size, at + STEP))
}

export function inMemory(buffer: Uint8Array): Kept {
  return {
    size: buffer.length,
    read: (start, end) => buffer.subarray(start, end),
    close: () => Promise.resolve(),
  }
}

function onDisk(file: FileHandle, size: number): Kept {
  return {
    size,
    async read(start, end) {
      const buffer = new Uint8Array(Math.max(0, Math.min(end, size) - start))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
      return buffer.subarray(0, bytesRead)
    },
    close: () => file.close(),
  }
}

/** Passes the bytes on and tells `hash` of them. */
export async function* hashed(
  content: AsyncIterable<Uint8Array>,
  hash: { update(chunk: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    hash.update(chunk)
    yield chunk
  }
}
