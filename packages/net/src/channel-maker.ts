/** Makes the channels of a node, each with a number of its own. */
import type { Random } from '@dchat/system'
import { Channel } from './channel.ts'
import type { ChannelDeps, ChannelInfo } from './channel.ts'
import type { TransportStream } from './transports/transport.ts'

export interface ChannelMakerDeps extends ChannelDeps {
  readonly random: Random
  /** Whether a channel that is not closed has the number. */
  isTaken(id: number): boolean
}

export class ChannelMaker {
  readonly #deps: ChannelMakerDeps

  constructor(deps: ChannelMakerDeps) {
    this.#deps = deps
  }

  make(stream: TransportStream, info: Omit<ChannelInfo, 'id'>): Channel {
    return new Channel(stream, { ...info, id: this.#newId() }, this.#deps)
  }

  #newId(): number {
    for (;;) {
      const id = 1 + this.#deps.random.int(2 ** 32 - 1)
      if (!this.#deps.isTaken(id)) return id
    }
  }
}
