/** What becomes of encrypted posts inside their transaction. Facts: docs/chat.md, *Encrypted kinds*. */
import type { Logger } from '@dchat/system'
import type { StoredMessage } from '../message.ts'
import type { News } from '../news.ts'
import type { NewPost, Reveal, Revealed, TriedPost } from '../post-store.ts'
import { POST_KIND } from '../posts/post-kinds.ts'
import type { PostLines, ShownPost } from '../posts/post-lines.ts'
import type { RetractionScope, Retractions } from '../posts/retractions.ts'
import { conversationOf, isConversation } from '../room-store.ts'
import type { Rooms } from '../rooms.ts'
import { checkRevealed } from './check-revealed.ts'
import type { Members } from './members.ts'
import type { Rekeys } from './rekeys.ts'
import type { Untried } from './untried.ts'

export interface RevealedPostsDeps {
  readonly logger: Logger
  readonly news: News
  readonly roomNames: Rooms
  readonly lines: PostLines
  readonly retractions: Retractions
  readonly members: Members
  readonly rekeys: Rekeys
  readonly untried: Untried
}

/** For use inside a transaction. */
export class RevealedPosts {
  readonly #reveal: Reveal
  readonly #deps: RevealedPostsDeps

  constructor(reveal: Reveal, deps: RevealedPostsDeps) {
    this.#reveal = reveal
    this.#deps = deps
  }

  /** A post was stored that says something here without being opened, or has to be tried. */
  note(post: NewPost): void {
    const { lines, untried, retractions } = this.#deps
    const { kind, own, takesBack } = post
    if (takesBack !== undefined) retractions.note(post, takesBack.id, this.#scopeOf(takesBack.room))
    if (kind === POST_KIND.direct && !own && !lines.wasShown(post.id)) untried.add(post)
  }

  /** Makes what people see of a stored post of a joined room. */
  show(post: ShownPost): StoredMessage | null {
    const { lines } = this.#deps
    if (post.kind !== POST_KIND.private) return lines.show(post)
    if (lines.wasShown(post.id)) return null
    const revealed = this.#open(post)
    return revealed === undefined ? null : this.#apply(post, revealed)
  }

  /** A direct message was tried. */
  settle({ post, revealed }: TriedPost): void {
    const { untried, retractions, lines } = this.#deps
    untried.remove(post.id)
    const room = conversationOf(post.author.toString('hex'))
    if (revealed?.as === 'line') lines.make({ ...post, own: false }, { room, kind: revealed.kind, text: revealed.text })
    if (revealed?.as === 'retraction') retractions.note(post, revealed.target, 'conversation')
  }

  #apply(post: ShownPost, revealed: Revealed): StoredMessage | null {
    const { lines, retractions } = this.#deps
    const { room } = post
    switch (revealed.as) {
      case 'line':
        return lines.make(post, { room, kind: revealed.kind, text: revealed.text })
      case 'retraction':
        retractions.note(post, revealed.target, this.#scopeOf(room))
        return null
      case 'member':
        this.#noteMember(post, revealed.identity)
        return null
      case 'rekey':
        return this.#noteRekey(post, revealed.room)
      case 'nothing':
        return null
    }
  }

  #noteMember({ id, author, time, room }: ShownPost, identity: string): void {
    const { members, roomNames, news } = this.#deps
    const certificate = { room: roomNames.findOrAdd(room), author: author.toString('hex'), identity, time, id }
    if (members.note(certificate)) news.rooms.add(room)
  }

  #noteRekey(post: ShownPost, newRoom: string): StoredMessage | null {
    const { lines, rekeys, roomNames } = this.#deps
    const line = lines.make(post, { room: post.room, kind: 'system', text: `this room goes on as ${newRoom}` })
    if (line !== null) rekeys.add(line.seq, roomNames.findOrAdd(post.room), newRoom)
    return line
  }

  #scopeOf(room: string): RetractionScope {
    return isConversation(room) ? 'conversation' : this.#deps.roomNames.findOrAdd(room)
  }

  #open(post: ShownPost): Revealed | undefined {
    try {
      const revealed = this.#reveal(post)
      if (revealed !== undefined) checkRevealed(revealed)
      return revealed
    } catch (error) {
      this.#deps.logger.error('A post of a private room could not be opened', { room: post.room, error })
      return undefined
    }
  }
}
