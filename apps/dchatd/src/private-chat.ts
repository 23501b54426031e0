/** What is encrypted, put together: box keys, direct messages and private rooms. Facts: docs/chat.md, *Encrypted kinds*. */
import { BoxKeys, DirectMail, PrivateRooms } from '@dchat/chat'
import type { Identity, PostNetwork, RoomKeyRing } from '@dchat/chat'
import type { MessageStore } from '@dchat/store'
import type { Clock, Logger } from '@dchat/system'

export interface PrivateChatDeps {
  /** Opened with the `revealer` of the ring. */
  readonly store: MessageStore
  readonly posts: PostNetwork
  readonly identity: Identity
  readonly ring: RoomKeyRing
  /** Where the private halves of box keys lie. */
  readonly boxKeysPath: string
  readonly clock: Clock
  readonly logger: Logger
}

/** Life: constructed → `open` → `start` once the posts are → `stop` before they stop. */
export class PrivateChat {
  readonly boxKeys: BoxKeys
  readonly mail: DirectMail
  readonly rooms: PrivateRooms
  readonly ring: RoomKeyRing

  constructor(deps: PrivateChatDeps) {
    const { store, posts, identity, ring, boxKeysPath, clock, logger } = deps
    this.ring = ring
    this.boxKeys = new BoxKeys(boxKeysPath, { store, posts, clock, logger, identity: identity.keyHex })
    this.mail = new DirectMail({ store, posts, boxKeys: this.boxKeys, identity, clock, logger })
    this.rooms = new PrivateRooms({ store, posts, ring, identity, mail: this.mail, clock, logger })
  }

  /** Reads the box keys, and makes the first. @throws {ChatError} as `BoxKeys.start` */
  open(): Promise<void> {
    return this.boxKeys.start()
  }

  /** Opens what comes, sends what waits, and vouches for oneself in the own rooms, from now on. */
  start(): void {
    this.mail.start()
    this.rooms.start()
  }

  /** Idempotent, in any state. */
  async stop(): Promise<void> {
    this.rooms.stop()
    await this.mail.stop()
    await this.boxKeys.stop()
  }
}
