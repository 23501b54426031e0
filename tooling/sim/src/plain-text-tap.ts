/** Looks at every byte that goes over a simulated network for words that may be nowhere in it. */
import type { NetworkTap, Parcel } from '@dchat/net/testing'

export class PlainTextTap implements NetworkTap {
  readonly #words: Buffer
  /** Parcels that held them. */
  found = 0
  /** Bytes looked at. */
  bytes = 0

  /** @param words as they stand in each text that is encrypted */
  constructor(words: string) {
    this.#words = Buffer.from(words)
  }

  dialled(): void {}

  sent(_fromHost: string, _toHost: string, parcel: Parcel): void {
    if (parcel.kind !== 'data') return
    this.bytes += parcel.bytes.length
    if (parcel.bytes.includes(this.#words)) this.found += 1
  }
}
