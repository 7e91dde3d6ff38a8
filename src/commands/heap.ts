import { setFlagsFromString } from 'node:v8'

/**
 * Data passes through and little stays alive, so V8 would let garbage grow to four times that before it looks for it. Packing
 * 500 MB peaks at 155 MB so, and at 198 MB without, in the same time; 40 percent would save another 20 MB for a sixth more time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=150')
  setFlagsFromString('--semi-space-growth-factor=1')
}
