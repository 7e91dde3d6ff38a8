// The peer: reads a gzip file, inflates it with large chunks, counts the bytes.
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'

let bytes = 0
const chunkSize = 512 * 1024
for await (const chunk of createReadStream(process.argv[2], { highWaterMark: 1024 * 1024 }).pipe(
  createGunzip({ chunkSize }),
))
  bytes += chunk.length
console.log(bytes)
