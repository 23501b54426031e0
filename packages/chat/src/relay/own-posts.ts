/** Posts of this node's own keys: made, stored, sent, sent again, taken back. Source: docs/chat.md, *Relay*. */
import type { CommittedPost, MessageStore, NewPost, OwnTarget, PostLine } from '@dchat/store'
import type { Clock } from '@dchat/system'
import { ChatError } from '../errors.ts'
import type { PostRefusal } from '../errors.ts'
import { CHAT_LIMITS } from '../limits.ts'
import type { PostDraft, Signer } from '../post/post.ts'
import { signPost } from '../post/sign-post.ts'
import type { Deliveries, OwnPost } from './deliveries.ts'
import { OwnClock } from './own-clock.ts'
import type { PostChannel } from './post-channel.ts'
import type { Relay, Relayed } from './relay.ts'
import { RoomTurns } from './room-turns.ts'

export interface OwnPostsDeps {
  readonly store: MessageStore
  /** Signs what a draft names no other signer for. */
  readonly signer: Signer
  readonly clock: Clock
  readonly deliveries: Deliveries
  readonly relay: Relay
}

/** What an encrypted body is bound to. */
export interface BodyPlace {
  readonly time: number
  readonly author: Buffer
}

/** What the user decides of a post. */
export interface OwnDraft extends Pick<PostDraft, 'room' | 'kind'> {
  /** Or makes it when its place is known; the posts of the room that come after it wait for it. */
  readonly body: string | ((at: BodyPlace) => string | Promise<string>)
  /** @default the node's */
  readonly signer?: Signer
  /** What is shown of it here, where it is encrypted. */
  readonly line?: PostLine
  /** The own line that it takes back, where it is encrypted. */
  readonly takesBack?: OwnTarget
}

const PER_MINUTE = CHAT_LIMITS.OWN_PER_MINUTE.value
const SLICE = CHAT_LIMITS.SERVE_SLICE_POSTS.value
const PENDING_BYTES = CHAT_LIMITS.OWN_PENDING_BYTES.value

export class OwnPosts {
  readonly #deps: OwnPostsDeps
  readonly #ownClock: OwnClock
  readonly #turns = new RoomTurns()

  constructor(deps: OwnPostsDeps) {
    this.#deps = deps
    this.#ownClock = new OwnClock(deps.store.posts, deps.clock)
  }

  /**
   * Signs a post, stores it durably and sends it to every featured channel. Its line, if it makes one, says how far it came at once.
   * @throws {ChatError} CHAT_POST_MALFORMED, CHAT_POST_REFUSED: nothing was stored
   * @throws {StoreError} as `PostStore.append`
   * @throws what making the body throws: nothing was stored
   */
  async publish(draft: OwnDraft): Promise<CommittedPost> {
    const { room } = draft
    // What waits for its turn is of this minute too, but for a few.
    if (this.#turns.countOf(room) >= PER_MINUTE) throw refusal(room, 'outnumbered')
    const post = await this.#turns.take(room, () => this.#make(draft))
    const committed = await this.#append(post)
    const { line } = committed
    const delivery = this.#deps.deliveries.deliveryOf(post.id)
    return line === null || delivery === undefined ? committed : { ...committed, line: { ...line, delivery } }
  }

  /** From the place to the signature nothing else of its author is placed in the room. */
  async #make({ room, kind, body: given, signer = this.#deps.signer, line, takesBack }: OwnDraft): Promise<NewPost> {
    const own = { room, author: signer.key }
    const { time, parents } = this.#ownClock.place(own)
    // One more of the minute could push out another that was told to be stored.
    if (this.#ownClock.countIn(own, time) >= PER_MINUTE) throw refusal(room, 'outnumbered')
    const body = typeof given === 'string' ? given : await given({ time, author: signer.key })
    const { id, author, bytes } = signPost({ room, kind, body, time, parents }, signer)
    this.#ownClock.note(own, { time, id })
    const received = this.#deps.clock.nowMs()
    return {
      id,
      time,
      author,
      room,
      kind,
      body,
      bytes,
      received,
      own: true,
      ...(line && { line }),
      ...(takesBack && { takesBack }),
    }
  }

  async #append(post: NewPost): Promise<CommittedPost> {
    try {
      const committed = await this.#deps.store.posts.append(post)
      const { fate } = committed
      if (fate === 'stored' || fate === 'known') return committed
      throw refusal(post.room, fate)
    } catch (error) {
      this.#ownClock.takeBack(post, post.id)
      throw error
    }
  }

  /** An own post was committed: it goes out. */
  onCommitted(committed: CommittedPost): void {
    const { post, fate, line } = committed
    if (fate !== 'stored') return
    const { id, room, time } = post
    this.#deps.deliveries.follow({ id, room, time, seq: line?.seq })
    this.#deps.relay.sendOwn(post)
  }

  /**
   * A featured channel has opened: what nobody got yet goes there, and a profile so young that no repair looks at it. Of much only
   * the newest: the peer asks for all of it by pages, or by a repair, and on a slow way nothing should go there twice.
   */
  sendPending(channel: PostChannel): void {
    const { relay } = this.#deps
    const newest: Relayed[] = []
    let bytes = 0
    for (const post of this.#pendingFromNewest()) {
      bytes += post.bytes.length
      if (bytes > PENDING_BYTES) break
      newest.push(post)
    }
    for (const post of newest.reverse()) relay.sendOwn(post, [channel])
  }

  *#pendingFromNewest(): Generator<Relayed> {
    const { deliveries, store } = this.#deps
    const pending = deliveries.toOpenWith().reverse()
    for (let start = 0; start < pending.length; start += SLICE) {
      const slice = pending.slice(start, start + SLICE)
      const read = store.posts.read(slice.map(({ id }) => id))
      for (const [index, { id, time }] of slice.entries()) {
        const bytes = read[index]
        if (bytes !== undefined) yield { id, bytes, time }
      }
    }
  }

  /** Sends the post of a line to all featured channels not known to hold it. @throws {ChatError} CHAT_NO_OWN_POST */
  retry(seq: number): void {
    const { id, time } = this.#postOf(seq)
    const [bytes] = this.#deps.store.posts.read([id])
    if (bytes === undefined) throw new ChatError('CHAT_NO_OWN_POST', { seq })
    this.#deps.relay.sendOwn({ id, bytes, time })
  }

  /** Takes back the post of a line that nobody has got. @throws {ChatError} CHAT_NO_OWN_POST, CHAT_ALREADY_SENT */
  cancel(seq: number): void {
    const { deliveries, store } = this.#deps
    const { id } = this.#postOf(seq)
    const { written, held } = deliveries.deliveryOf(id)!
    if (written > 0 || held > 0) throw new ChatError('CHAT_ALREADY_SENT', { seq, written, held })
    deliveries.forget(id)
    if (!store.posts.withdraw(id)) throw new ChatError('CHAT_NO_OWN_POST', { seq })
  }

  #postOf(seq: number): OwnPost {
    const post = this.#deps.deliveries.postOf(seq)
    if (post === undefined) throw new ChatError('CHAT_NO_OWN_POST', { seq })
    return post
  }
}

function refusal(room: string, reason: PostRefusal): ChatError<'CHAT_POST_REFUSED'> {
  return new ChatError('CHAT_POST_REFUSED', { room, reason })
}
