/** What a node of a simulation has for private rooms: keys on disk, which outlive its restarts, and the rooms while it is up. */
import type { MessageStore, Reveal } from '@dchat/store'
import type { Clock } from '@dchat/system'
import { join } from 'node:path'
import { RoomKeyRing } from '../keys/room-key-ring.ts'
import type { PostNetwork } from '../post-network.ts'
import type { Signer } from '../post/post.ts'
import { PrivateRooms } from '../private/private-rooms.ts'
import { revealer } from '../private/reveal-room.ts'

export interface PrivatePartsDeps {
  readonly store: MessageStore
  readonly signer: Signer
  readonly clock: Clock
}

export class PrivateParts {
  readonly #path: string
  readonly #identity: string
  #ring: RoomKeyRing
  #rooms: PrivateRooms | undefined

  /** @param folder made when it is missing */
  constructor(folder: string, signer: Signer) {
    this.#path = join(folder, 'room-keys')
    this.#identity = signer.key.toString('hex')
    this.#ring = this.#read()
  }

  /** For the store, whatever ring there is. */
  readonly reveal: Reveal = (post) => revealer(this.#ring)(post)

  get ring(): RoomKeyRing {
    return this.#ring
  }

  get rooms(): PrivateRooms | undefined {
    return this.#rooms
  }

  /** Reads the keys anew, as a process does that starts. */
  start(posts: PostNetwork, deps: PrivatePartsDeps): void {
    const { store, signer, clock } = deps
    this.#ring = this.#read()
    const mail = { send: () => Promise.reject(new Error('no mail')) }
    this.#rooms = new PrivateRooms({ store, posts, ring: this.#ring, identity: signer, mail, clock })
    this.#rooms.start()
  }

  stop(): void {
    this.#rooms?.stop()
    this.#rooms = undefined
  }

  #read(): RoomKeyRing {
    return RoomKeyRing.open(this.#path, { identity: this.#identity })
  }
}
