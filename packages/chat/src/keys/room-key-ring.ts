/** The keys of the private rooms of one identity, and the key it writes with in each. Facts: docs/chat.md, *Private room*. */
import { ChatError } from '../errors.ts'
import { identityOfSeed } from '../identity/identity.ts'
import type { Identity } from '../identity/identity.ts'
import { roomKeysOf } from '../sealed/room-keys.ts'
import type { RoomKeys } from '../sealed/room-keys.ts'
import { KEY_LIMITS } from './key-limits.ts'
import { SecretEntries, isKeyHex, isTime, keyOfHex } from './secret-entries.ts'
import type { EntryForm } from './secret-entries.ts'

/** A private room whose keys are here. */
export interface HeldRoom {
  readonly keys: RoomKeys
  /** As its invitation has it. */
  readonly name: string
  /** The own author key in this room alone. */
  readonly author: Identity
  /** When it was added, Unix ms. */
  readonly since: number
}

/** What a held room follows from: all that is kept of it, and taken along in an export. */
export interface RoomSecret {
  readonly name: string
  /** 32 bytes. */
  readonly secret: Buffer
  /** Seed of the own author key, 32 bytes. */
  readonly author: Buffer
  /** Unix ms. */
  readonly since: number
}

interface RoomEntry extends RoomSecret {
  /** Whose: hex. */
  readonly identity: string
}

const ROOMS_MAX = KEY_LIMITS.PRIVATE_ROOMS_MAX.value

const FORM: EntryForm<RoomEntry> = {
  toJson: ({ identity, name, secret, author, since }) => ({
    identity,
    name,
    secret: secret.toString('hex'),
    author: author.toString('hex'),
    since,
  }),
  fromJson: ({ identity, name, secret, author, since }) => {
    const secretBytes = keyOfHex(secret)
    const authorBytes = keyOfHex(author)
    if (secretBytes === undefined || authorBytes === undefined) return undefined
    if (!isKeyHex(identity) || typeof name !== 'string' || !isTime(since)) return undefined
    return { identity, name, secret: secretBytes, author: authorBytes, since }
  },
}

/** All of it is in memory; entries of other identities stay in the file as they are. */
export class RoomKeyRing {
  readonly #identity: string
  readonly #entries: SecretEntries<RoomEntry>
  /** By id, in the order they were added. */
  readonly #rooms = new Map<string, HeldRoom>()

  private constructor(identity: string, entries: SecretEntries<RoomEntry>) {
    this.#identity = identity
    this.#entries = entries
    for (const entry of this.#ownEntries()) {
      const room = heldRoomOf(entry)
      this.#rooms.set(room.keys.id, room)
    }
  }

  /** @param options identity: the own key in hex @throws {ChatError} as `SecretEntries.open` */
  static open(path: string, options: { readonly identity: string }): RoomKeyRing {
    return new RoomKeyRing(options.identity, SecretEntries.open(path, FORM))
  }

  /** In the order they were added. */
  rooms(): HeldRoom[] {
    return [...this.#rooms.values()]
  }

  /** @param room `p.` and 40 hex digits */
  find(room: string): HeldRoom | undefined {
    return this.#rooms.get(room)
  }

  /**
   * Holds a room from now on, in the place of what was held of it. Durable when it returns.
   * @throws {ChatError} CHAT_ROOMS_FULL, CHAT_KEYS_UNWRITABLE: nothing has changed
   */
  add(room: HeldRoom): void {
    const { keys, name, author, since } = room
    const entry = { identity: this.#identity, name, secret: keys.secret, author: author.toSeed(), since }
    const others = this.#entriesBut(keys.id)
    if (!this.#rooms.has(keys.id) && this.#rooms.size >= ROOMS_MAX) throw roomsFull()
    this.#entries.set([...others, entry])
    this.#rooms.set(keys.id, room)
  }

  /** Its keys are wiped, here and on the disk: what was written in it cannot be opened any more. False when it is not held. @throws {ChatError} CHAT_KEYS_UNWRITABLE */
  forget(room: string): boolean {
    const held = this.#rooms.get(room)
    if (held === undefined) return false
    const gone = this.#ownEntries().filter(({ secret }) => secret.equals(held.keys.secret))
    this.#entries.set(this.#entriesBut(room))
    this.#rooms.delete(room)
    for (const buffer of [...gone.flatMap(({ secret, author }) => [secret, author]), held.keys.secret, held.keys.contentKey])
      buffer.fill(0)
    return true
  }

  /** What an export takes along. The buffers are the ring's own. */
  secrets(): RoomSecret[] {
    return this.#ownEntries()
  }

  /**
   * Adds what an export brought to the rooms of an identity; what it has already stays. They count from the next start on.
   * @param identity hex
   * @throws {ChatError} CHAT_ROOMS_FULL, CHAT_KEYS_UNWRITABLE: nothing has changed
   */
  bring(identity: string, rooms: readonly RoomSecret[]): void {
    const present = this.#entries.all.filter((entry) => entry.identity === identity)
    const fresh = rooms.filter(({ secret }) => !present.some((entry) => entry.secret.equals(secret)))
    if (present.length + fresh.length > ROOMS_MAX) throw roomsFull()
    if (fresh.length === 0) return
    this.#entries.set([...this.#entries.all, ...fresh.map((room) => ({ ...room, identity }))])
  }

  #ownEntries(): RoomEntry[] {
    return this.#entries.all.filter(({ identity }) => identity === this.#identity)
  }

  #entriesBut(room: string): RoomEntry[] {
    const secret = this.#rooms.get(room)?.keys.secret
    if (secret === undefined) return [...this.#entries.all]
    return this.#entries.all.filter((entry) => entry.identity !== this.#identity || !entry.secret.equals(secret))
  }
}

function heldRoomOf({ name, secret, author, since }: RoomSecret): HeldRoom {
  return { keys: roomKeysOf(secret), name, author: identityOfSeed(author), since }
}

function roomsFull(): ChatError<'CHAT_ROOMS_FULL'> {
  return new ChatError('CHAT_ROOMS_FULL', { maxRooms: ROOMS_MAX })
}
