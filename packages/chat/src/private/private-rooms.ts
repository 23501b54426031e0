/** What is done with private rooms: made, shared, written in, left behind. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import type { CommittedPost, MessageKind, MessageStore, StoredMessage } from '@dchat/store'
import type { Clock, Logger } from '@dchat/system'
import { ScopeStopped } from '@dchat/system'
import { ChatError } from '../errors.ts'
import { newIdentity } from '../identity/identity.ts'
import type { HeldRoom, RoomKeyRing } from '../keys/room-key-ring.ts'
import type { PostNetwork } from '../post-network.ts'
import type { Signer } from '../post/post.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'
import { formatInvitation, parseInvitation } from '../sealed/invitation.ts'
import { newRoomSecret, roomKeysOf } from '../sealed/room-keys.ts'
import type { RoomKeys } from '../sealed/room-keys.ts'
import { innerOf } from './inner-meaning.ts'
import { OwnCertificates } from './own-certificates.ts'
import { roomDraft } from './room-draft.ts'
import { toMembers } from './room-members.ts'
import type { RoomMember } from './room-members.ts'
import { checkRoomName } from './room-name.ts'
import { offerOf } from './room-offer.ts'
import type { Offer, OfferLine } from './room-offer.ts'
import { RoomRekey } from './room-rekey.ts'
import type { InvitationMail, Rekeyed } from './room-rekey.ts'

export interface PrivateRoomsDeps {
  /** Opened with `revealer(ring)`. */
  readonly store: MessageStore
  readonly posts: Pick<PostNetwork, 'publish' | 'publishStanding' | 'keep' | 'drop'>
  readonly ring: RoomKeyRing
  /** The node's own: it vouches for the author keys of rooms. */
  readonly identity: Signer
  readonly mail: InvitationMail
  readonly clock: Clock
  readonly logger: Logger
}

/** Life: constructed → `start` once posts are → `stop` before they stop. Every method that names a room throws CHAT_ROOM_LOCKED where its keys are not here. */
export class PrivateRooms {
  readonly #deps: PrivateRoomsDeps
  readonly #certificates: OwnCertificates
  readonly #rekey: RoomRekey
  #controller: AbortController | undefined

  constructor(deps: PrivateRoomsDeps) {
    this.#deps = deps
    this.#certificates = new OwnCertificates(deps)
    this.#rekey = new RoomRekey({
      mail: deps.mail,
      clock: deps.clock,
      identity: deps.identity.key.toString('hex'),
      membersOf: (room) => this.members(room),
      create: (name) => this.create(name),
      invitationTo: (room) => this.invitation(room),
      announce: async ({ keys }, newRoom) => {
        await this.#publish(keys.id, { kind: InnerKind.Rekey, text: newRoom })
      },
    })
  }

  /** Keeps the own certificates in the joined rooms from now on, and joins those that came with an import, or whose making was cut short. */
  start(): void {
    if (this.#controller !== undefined) return
    this.#controller = new AbortController()
    this.#certificates.start()
    void this.#joinNew(this.#controller.signal)
  }

  /** A rekey that waits ends. Idempotent. */
  stop(): void {
    this.#certificates.stop()
    this.#controller?.abort(new ScopeStopped())
    this.#controller = undefined
  }

  /**
   * Makes a room, joins it and vouches for oneself in it. Its keys are on disk before anything is published. Should publishing fail,
   * then the room is here all the same, and the certificate follows.
   * @returns its id
   * @throws {ChatError} CHAT_ROOM_NAME, CHAT_ROOMS_FULL: nothing was done; else as `PostNetwork.publish`
   */
  async create(name: string): Promise<string> {
    checkRoomName(name)
    const secret = newRoomSecret()
    const keys = roomKeysOf(secret)
    secret.fill(0)
    return this.#enter(this.#hold(keys, name))
  }

  /** What lets in whoever has it: a secret. */
  invitation(room: string): string {
    const { name, keys } = this.#held(room)
    return formatInvitation({ name, secret: keys.secret })
  }

  /**
   * Sends the invitation as a direct message.
   * @param options hold: it waits when no box key of `to` is known. @default false
   * @throws {ChatError} as `DirectMail.send`
   */
  async invite(room: string, to: Buffer, { hold = false }: { readonly hold?: boolean } = {}): Promise<void> {
    await this.#deps.mail.send({ to, kind: 'text', text: this.invitation(room), hold })
  }

  /**
   * Takes an invitation: joins the room and vouches for oneself in it. A room that is held already keeps its author key and its name.
   * @returns its id
   * @throws {ChatError} CHAT_INVITATION_MALFORMED, CHAT_ROOMS_FULL: nothing was done; else as `create`
   */
  async accept(text: string): Promise<string> {
    const { ring, store } = this.#deps
    const { name, secret } = parseInvitation(text)
    const keys = roomKeysOf(secret)
    secret.fill(0)
    const present = ring.find(keys.id)
    if (present !== undefined) return this.#enter(present)
    const held = this.#hold(keys, name)
    // Joined without its keys it was filled with nothing.
    store.rooms.leave(keys.id)
    return this.#enter(held)
  }

  /** Who has written in the room or is vouched for in it, newest first, at most 1,000. */
  members(room: string): RoomMember[] {
    const { author } = this.#held(room)
    return toMembers(this.#deps.store.members.list(room), author.keyHex)
  }

  /**
   * Shuts out `without` (identities, or author keys of the room; none: whoever else may have the secret): makes a new room of the same
   * name, says in the old room that it takes its place, and then sends its invitation to every other verified member. The old room
   * stays as it is. More than 60 invitations take more than a minute.
   * @throws {ChatError} CHAT_NO_MEMBER: nothing was done; CHAT_REKEY_BROKEN: the new room is here, and not everybody has heard of it yet;
   * the same call again goes on, until the next start
   */
  async rekey(room: string, without: readonly Buffer[]): Promise<Rekeyed> {
    const signal = this.#controller?.signal ?? AbortSignal.abort(new ScopeStopped())
    const keys = without.map((key) => key.toString('hex'))
    return this.#rekey.run(this.#held(room), keys, signal)
  }

  /** Says something; that joins the room. @throws {ChatError} CHAT_TEXT_TOO_LONG, and as `PostNetwork.publish` */
  async say(said: { readonly room: string; readonly kind: 'text' | 'action'; readonly text: string }): Promise<StoredMessage> {
    const { room, kind } = said
    return (await this.#publish(room, innerOf(said), kind)).line!
  }

  /** As `say`. */
  async topic(room: string, text: string): Promise<StoredMessage> {
    return (await this.#publish(room, { kind: InnerKind.Topic, text }, 'topic')).line!
  }

  /**
   * Takes back what the own author key of the room has written; of another it has no effect.
   * @param id of the post
   */
  async retract(room: string, id: Buffer): Promise<void> {
    await this.#publish(room, { kind: InnerKind.Retract, text: id.toString('hex') })
  }

  /** Leaves the room and wipes its keys: only an invitation opens it again, under a new author key. Its lines stay. */
  forget(room: string): void {
    const { store, ring } = this.#deps
    this.#held(room)
    store.rooms.leave(room)
    ring.forget(room)
    this.#rekey.forget(room)
  }

  /** The name of a room whose keys are here. */
  nameOf(room: string): string | undefined {
    return this.#deps.ring.find(room)?.name
  }

  /** What a line of a conversation offers that is an invitation. */
  offerOf(line: OfferLine): Offer | undefined {
    return offerOf(line, this.#deps)
  }

  /** Rooms in which this store has never seen the own certificate: who was in one has published it. Those that were left stay left. */
  async #joinNew(signal: AbortSignal): Promise<void> {
    const { ring, store, logger } = this.#deps
    for (const { keys, author } of ring.rooms()) {
      if (signal.aborted) return
      try {
        if (store.members.identityOf(keys.id, author.keyHex) === undefined) await store.rooms.join(keys.id)
      } catch (error) {
        if (!signal.aborted)
          logger.warn('A private room could not be joined; the next start tries again', { room: keys.id, error })
      }
    }
  }

  #held(room: string): HeldRoom {
    const held = this.#deps.ring.find(room)
    if (held === undefined) throw new ChatError('CHAT_ROOM_LOCKED', { room })
    return held
  }

  /** The author key is for this room alone, so that nobody can tell from it whose it is. */
  #hold(keys: RoomKeys, name: string): HeldRoom {
    const held: HeldRoom = { keys, name, author: newIdentity(), since: this.#deps.clock.nowMs() }
    this.#deps.ring.add(held)
    return held
  }

  async #enter(held: HeldRoom): Promise<string> {
    const room = held.keys.id
    await this.#deps.store.rooms.join(room)
    await this.#certificates.ensure(held)
    return room
  }

  async #publish(room: string, inner: InnerMessage, shownAs?: MessageKind): Promise<CommittedPost> {
    const held = this.#held(room)
    await this.#enter(held)
    const line = shownAs && { room, kind: shownAs, text: inner.text }
    return this.#deps.posts.publish({ ...roomDraft(held, inner, this.#deps.ring), ...(line && { line }) })
  }
}
