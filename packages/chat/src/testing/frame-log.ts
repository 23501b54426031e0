/** All bytes that nodes sent each other. */
import type { NetworkTap } from '@dchat/net/testing'

export class FrameLog implements NetworkTap {
  #parts: Buffer[] = []

  dialled(): void {}

  sent(...[, , parcel]: Parameters<NetworkTap['sent']>): void {
    if (parcel.kind === 'data') this.#parts.push(Buffer.from(parcel.bytes))
  }

  /** Whether `bytes` were sent, also in pieces: where they stand in more than one parcel these have to follow each other. */
  holds(bytes: string | Buffer): boolean {
    return Buffer.concat(this.#parts).includes(bytes)
  }
}
