/** The lines of posts. Facts: docs/chat.md, *Which rooms*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Members } from '../encrypted/members.ts'
import type { Waiting } from '../encrypted/waiting.ts'
import type { LineTable } from '../line-table.ts'
import type { Delivery, MessageKind, NewMessage, StoredMessage } from '../message.ts'
import type { News } from '../news.ts'
import type { NewPost, PostLine } from '../post-store.ts'
import { isConversation } from '../room-store.ts'
import type { Rooms } from '../rooms.ts'
import { countBytes } from '../row.ts'
import { DELIVERY_STATES, LINE_BY_ID, LINE_CLASS } from '../schema.ts'
import { firstRow, prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'
import type { Profiles } from './profiles.ts'
import type { Retractions } from './retractions.ts'

export interface PostLinesDeps {
  readonly db: DatabaseSync
  readonly lines: LineTable
  readonly roomNames: Rooms
  readonly profiles: Profiles
  readonly members: Members
  readonly retractions: Retractions
  readonly waiting: Waiting
  readonly news: News
}

/** What a line needs of its post. */
export type ShownPost = Omit<NewPost, 'bytes'>

/** Whose line it is, whatever it says. */
export type SaidBy = Pick<NewPost, 'id' | 'author' | 'time' | 'received' | 'own'>

/** Kinds of posts that people see. Source: docs/chat.md, *Post*. */
const SHOWN: ReadonlyMap<number, MessageKind> = new Map([
  [0, 'text'],
  [1, 'action'],
  [3, 'topic'],
])
const NOT_SENT: Delivery = { state: 'stored', written: 0, held: 0 }

/** For use inside a transaction; `ownSeq` anywhere. */
export class PostLines {
  readonly #deps: PostLinesDeps
  readonly #find: StatementSync

  constructor(deps: PostLinesDeps) {
    this.#deps = deps
    this.#find = prepareRows(
      deps.db,
      `SELECT m.seq, m.class, d.state, d.written FROM (SELECT seq, class FROM messages WHERE ${LINE_BY_ID} LIMIT 1) m
       LEFT JOIN deliveries d ON d.seq = m.seq`,
    )
  }

  /** Makes the line of a stored post that says it in the clear: null where it is of no kind that is shown, or was shown before. */
  show(post: ShownPost): StoredMessage | null {
    const kind = SHOWN.get(post.kind)
    return kind === undefined ? null : this.make(post, { room: post.room, kind, text: post.body })
  }

  /** Makes the line of what somebody said, or gives it to the own line that waited for it; null where that was shown before. */
  make(post: SaidBy, said: PostLine): StoredMessage | null {
    if (this.wasShown(post.id)) return null
    return (said.seq === undefined ? undefined : this.#bind(post, said, said.seq)) ?? this.#insert(post, said)
  }

  /** Whether the post has a line; one that comes back after it was withdrawn is noted as held. */
  wasShown(id: Buffer): boolean {
    const earlier = firstRow(this.#find, id.toString('hex'))
    if (earlier !== undefined) this.#noteReturned(earlier)
    return earlier !== undefined
  }

  /** The seq of the line of an own post. */
  ownSeq(id: Buffer): number | undefined {
    const row = firstRow(this.#find, id.toString('hex'))
    return row === undefined || row[1] !== LINE_CLASS.own ? undefined : Number(row[0])
  }

  /** The seq of the line of an own post that no peer has yet. */
  unsentSeq(id: Buffer): number | undefined {
    const row = firstRow(this.#find, id.toString('hex'))
    return row?.[2] === DELIVERY_STATES.indexOf('stored') ? Number(row[0]) : undefined
  }

  #insert(post: SaidBy, { room, kind, text }: PostLine): StoredMessage {
    const { time, received, own } = post
    const id = post.id.toString('hex')
    const authorKey = post.author.toString('hex')
    const delivery = own ? NOT_SENT : null
    const line: NewMessage = { id, room, kind, authorKey, nick: null, from: null, text, time, received, own, delivery }
    const stored = this.#deps.lines.insert(line, countBytes(line), this.#authorOf(room, authorKey))
    return this.#markRetracted(stored, post)
  }

  /** What cannot wait any more as it was dropped is sent all the same now. */
  #bind(post: SaidBy, { room }: PostLine, seq: number): StoredMessage | undefined {
    const { lines, waiting, news } = this.#deps
    const authorKey = post.author.toString('hex')
    const bound = lines.bind(seq, room, { id: post.id.toString('hex'), authorKey, time: post.time })
    if (bound === undefined) return undefined
    waiting.remove(seq)
    if (bound.delivery?.state === 'failed') lines.setDelivery(seq, NOT_SENT)
    const delivery = bound.delivery?.state === 'failed' ? NOT_SENT : bound.delivery
    const line = this.#markRetracted({ ...bound, delivery, ...this.#authorOf(room, authorKey) }, post)
    news.bound.push(line)
    return line
  }

  #authorOf(room: string, authorKey: string): Pick<StoredMessage, 'nick' | 'member'> {
    const { profiles, members, roomNames } = this.#deps
    const member = members.identityOf(roomNames.findOrAdd(room), authorKey) ?? null
    return { nick: profiles.nickOf(member ?? authorKey) ?? null, member }
  }

  #markRetracted(line: StoredMessage, post: SaidBy): StoredMessage {
    const { retractions, roomNames } = this.#deps
    const scope = isConversation(line.room) ? 'conversation' : roomNames.findOrAdd(line.room)
    return retractions.markNew(post, scope) ? Object.assign(line, { text: '', retracted: true, mention: false }) : line
  }

  /** An own post that was withdrawn and comes back from a peer was delivered after all. */
  #noteReturned([seq, lineClass, state, written]: Row): void {
    if (lineClass !== LINE_CLASS.own || state !== DELIVERY_STATES.indexOf('failed')) return
    this.#deps.lines.setDelivery(Number(seq), { state: 'held', written: Number(written), held: 1 })
  }
}
