/** How a compressed stream is not whole. What came before counts. `detail` is a clause about "it", the stream. */
export interface Tear {
  readonly tear: 'truncated' | 'damaged' | 'trailing-garbage'
  readonly detail: string
}
