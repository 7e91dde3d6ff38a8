import { setFlagsFromString } from 'node:v8'

/**
 * Data passes through and little stays alive, so V8 would let garbage grow to four times that before it looks for it. Costs
 * about a sixth of the time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=40')
  setFlagsFromString('--semi-space-growth-factor=1')
}
