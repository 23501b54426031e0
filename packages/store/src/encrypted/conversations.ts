/** Opens conversations as something is said in them. Facts: docs/chat.md, *Direct message*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MAX_UNANSWERED } from '../limits.ts'
import type { NewMessage } from '../message.ts'
import type { News } from '../news.ts'
import type { PostRoom, PostRooms } from '../posts/post-rooms.ts'
import { JOINED } from '../schema.ts'
import { prepareRows } from '../statement.ts'
import type { Untried } from './untried.ts'

export interface ConversationsDeps {
  readonly db: DatabaseSync
  readonly rooms: PostRooms
  readonly news: News
  readonly untried: Untried
}

/** For use inside a transaction. */
export class Conversations {
  readonly #deps: ConversationsDeps
  readonly #isIgnored: StatementSync

  constructor(deps: ConversationsDeps) {
    this.#deps = deps
    this.#isIgnored = prepareRows(deps.db, 'SELECT 1 FROM ignored_keys WHERE key = ?')
  }

  /** A line of a conversation was stored. */
  noteLine(line: NewMessage): void {
    const { rooms, untried } = this.#deps
    const room = rooms.findOrAdd(line.room)
    const isFirstAnswer = line.own && !room.isAnswered
    if (isFirstAnswer) rooms.setAnswered(room)
    const opens = room.joined === JOINED.no && this.#mayOpen(line, room)
    if (opens) this.open(room)
    else if (isFirstAnswer) untried.raise(room.name)
  }

  open(room: PostRoom): void {
    const { rooms, news, untried } = this.#deps
    rooms.setJoined(room, JOINED.yes)
    news.rooms.add(room.name)
    untried.raise(room.name)
  }

  #mayOpen({ own, authorKey }: NewMessage, room: PostRoom): boolean {
    if (own) return true
    if (authorKey !== null && this.#isIgnored.get(authorKey) !== undefined) return false
    return room.isAnswered || this.#deps.rooms.unanswered < MAX_UNANSWERED
  }
}
