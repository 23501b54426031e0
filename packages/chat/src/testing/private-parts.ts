/** What a node of a simulation has for encrypted kinds: keys on disk, which outlive its restarts, and what is done with them while it is up. */
import { join } from 'node:path'
import type { MessageStore, Reveal } from '@dchat/store'
import type { Clock, Logger } from '@dchat/system'
import { BoxKeys } from '../keys/box-keys.ts'
import { RoomKeyRing } from '../keys/room-key-ring.ts'
import type { PostNetwork } from '../post-network.ts'
import type { Signer } from '../post/post.ts'
import { DirectMail } from '../private/direct-mail.ts'
import { PrivateRooms } from '../private/private-rooms.ts'
import { revealer } from '../private/reveal-room.ts'

export interface PrivatePartsDeps {
  readonly store: MessageStore
  readonly signer: Signer
  readonly clock: Clock
  readonly logger: Logger
}

/** What there is while the node is up. */
interface Live {
  readonly boxKeys: BoxKeys
  readonly mail: DirectMail
  readonly rooms: PrivateRooms
  /** Direct messages are opened once there is a box key. */
  readonly started: Promise<void>
}

export class PrivateParts {
  readonly #folder: string
  readonly #identity: string
  #ring: RoomKeyRing
  #live: Live | undefined

  /** @param folder made when it is missing */
  constructor(folder: string, signer: Signer) {
    this.#folder = folder
    this.#identity = signer.key.toString('hex')
    this.#ring = this.#read()
  }

  /** For the store, whatever ring there is. */
  readonly reveal: Reveal = (post) => revealer(this.#ring)(post)

  get rooms(): PrivateRooms | undefined {
    return this.#live?.rooms
  }

  get mail(): DirectMail | undefined {
    return this.#live?.mail
  }

  /** Reads the keys anew, as a process does that starts. */
  start(posts: PostNetwork, { signer, ...deps }: PrivatePartsDeps): void {
    this.#ring = this.#read()
    const shared = { ...deps, posts }
    const boxKeys = new BoxKeys(join(this.#folder, 'box-keys'), { ...shared, identity: this.#identity })
    const mail = new DirectMail({ ...shared, boxKeys, identity: signer })
    const rooms = new PrivateRooms({ ...shared, ring: this.#ring, identity: signer, mail })
    rooms.start()
    this.#live = { boxKeys, mail, rooms, started: boxKeys.start().then(() => mail.start()) }
  }

  async stop(): Promise<void> {
    const live = this.#live
    if (live === undefined) return
    this.#live = undefined
    live.rooms.stop()
    await live.started
    await live.mail.stop()
    await live.boxKeys.stop()
  }

  #read(): RoomKeyRing {
    return RoomKeyRing.open(join(this.#folder, 'room-keys'), { identity: this.#identity })
  }
}
