/** Shutting somebody out of a private room: a new one in its place, for those who remain. Wire: docs/chat.md, *Private room*, Rekey. */
import type { StoredMessage } from '@dchat/store'
import type { Clock } from '@dchat/system'
import { sleep } from '@dchat/system'
import { ChatError, isChatError } from '../errors.ts'
import type { HeldRoom } from '../keys/room-key-ring.ts'
import { remainingOf } from './room-members.ts'
import type { RoomMember } from './room-members.ts'

/** What a rekey has done. Keys are identities, lower-case hex. */
export interface Rekeyed {
  /** The new room. */
  readonly room: string
  /** Who was sent the invitation. */
  readonly invited: readonly string[]
  /** For whom it waits until a box key of theirs comes. */
  readonly waiting: readonly string[]
  /** Authors of the old room whom nobody vouches for: they get none. */
  readonly unverified: number
}

/** What sends invitations: direct messages. */
export interface InvitationMail {
  /** @param message hold: it waits (the line has no id yet) when no box key of `to` is known */
  send(message: { to: Buffer; kind: 'text'; text: string; hold?: boolean }): Promise<Pick<StoredMessage, 'id'>>
}

export interface RoomRekeyDeps {
  readonly mail: InvitationMail
  readonly clock: Clock
  /** Hex of the own key. */
  readonly identity: string
  readonly membersOf: (room: string) => RoomMember[]
  /** Makes a room and answers with its id. */
  readonly create: (name: string) => Promise<string>
  readonly invitationTo: (room: string) => string
  /** Says in the old room which one takes its place. */
  readonly announce: (old: HeldRoom, newRoom: string) => Promise<void>
}

/** What came of an attempt before it broke. */
interface Attempt {
  readonly newRoom: string
  /** The old room tells of the new one. */
  isAnnounced: boolean
  readonly invited: Set<string>
  readonly waiting: Set<string>
}

const MINUTE_MS = 60_000

export class RoomRekey {
  readonly #deps: RoomRekeyDeps
  /** By the old room and who is shut out: what broke in this run, to go on with. */
  readonly #broken = new Map<string, Attempt>()

  constructor(deps: RoomRekeyDeps) {
    this.#deps = deps
  }

  /**
   * Goes on where an attempt of this run broke that was to shut out the same; else makes a new room.
   * @throws {ChatError} CHAT_NO_MEMBER: nothing was done; CHAT_REKEY_BROKEN, with the cause
   * @throws what making the new room throws
   */
  async run(old: HeldRoom, without: readonly string[], signal: AbortSignal): Promise<Rekeyed> {
    const { membersOf, identity } = this.#deps
    const room = old.keys.id
    const { identities, unverified, stranger } = remainingOf(membersOf(room), without, identity)
    if (stranger !== undefined) throw new ChatError('CHAT_NO_MEMBER', { room, key: stranger })
    const attemptKey = [room, ...without.toSorted()].join(' ')
    const attempt = this.#broken.get(attemptKey) ?? (await this.#begin(old))
    this.#broken.delete(attemptKey)
    const { newRoom, invited, waiting } = attempt
    try {
      // First, so that an invitation is known for what it offers when it comes.
      if (!attempt.isAnnounced) await this.#deps.announce(old, newRoom)
      attempt.isAnnounced = true
      for (const one of identities) {
        if (!invited.has(one) && !waiting.has(one)) await this.#invite(one, attempt, signal)
      }
    } catch (cause) {
      this.#broken.set(attemptKey, attempt)
      const done = invited.size + waiting.size
      throw new ChatError('CHAT_REKEY_BROKEN', { room, newRoom, invited: done, left: identities.length - done }, { cause })
    }
    return { room: newRoom, invited: [...invited], waiting: [...waiting], unverified }
  }

  /** Nothing is gone on with that has to do with the room. */
  forget(room: string): void {
    for (const [key, { newRoom }] of this.#broken) if (newRoom === room || key.startsWith(room)) this.#broken.delete(key)
  }

  async #begin({ name }: HeldRoom): Promise<Attempt> {
    return { newRoom: await this.#deps.create(name), isAnnounced: false, invited: new Set(), waiting: new Set() }
  }

  async #invite(identity: string, { newRoom, invited, waiting }: Attempt, signal: AbortSignal): Promise<void> {
    const { mail, invitationTo } = this.#deps
    const to = Buffer.from(identity, 'hex')
    for (;;) {
      try {
        const { id } = await mail.send({ to, kind: 'text', text: invitationTo(newRoom), hold: true })
        ;(id === null ? waiting : invited).add(identity)
        return
      } catch (error) {
        if (!isChatError(error, 'CHAT_POST_REFUSED') || error.data.reason !== 'outnumbered') throw error
        await this.#nextMinute(signal)
      }
    }
  }

  /** Of one author no more posts are taken into a room in a minute than 60. */
  async #nextMinute(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps
    await sleep(clock, MINUTE_MS - (clock.nowMs() % MINUTE_MS), signal)
  }
}
