/** The lines of posts in joined rooms. Facts: docs/chat.md, *Which rooms*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LineTable } from '../line-table.ts'
import type { MessageKind, NewMessage, StoredMessage } from '../message.ts'
import type { NewPost } from '../post-store.ts'
import { countBytes } from '../row.ts'
import { DELIVERY_STATES, LINE_BY_ID, LINE_CLASS } from '../schema.ts'
import { firstRow, prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'
import type { Profiles } from './profiles.ts'
import type { Retractions } from './retractions.ts'

export interface PostLinesDeps {
  readonly db: DatabaseSync
  readonly lines: LineTable
  readonly profiles: Profiles
  readonly retractions: Retractions
}

/** What a line needs of its post. */
export type ShownPost = Omit<NewPost, 'bytes'>

/** Kinds of posts that people see. Source: docs/chat.md, *Post*. */
const SHOWN: ReadonlyMap<number, MessageKind> = new Map([
  [0, 'text'],
  [1, 'action'],
  [3, 'topic'],
])

/** For use inside a transaction; `seqOf` anywhere. */
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

  /** Makes the line of a stored post of a joined room: null where it is of no kind that is shown, or was shown before. */
  show(post: ShownPost): StoredMessage | null {
    const kind = SHOWN.get(post.kind)
    if (kind === undefined) return null
    const id = post.id.toString('hex')
    const earlier = firstRow(this.#find, id)
    if (earlier !== undefined) {
      this.#noteReturned(earlier)
      return null
    }
    return this.#insert(post, { id, kind })
  }

  /** The seq of the line of an own post. */
  ownSeq(id: Buffer): number | undefined {
    const row = firstRow(this.#find, id.toString('hex'))
    return row === undefined || row[1] !== LINE_CLASS.own ? undefined : Number(row[0])
  }

  #insert(post: ShownPost, { id, kind }: { id: string; kind: MessageKind }): StoredMessage {
    const { lines, profiles, retractions } = this.#deps
    const { room, body, time, received, own, author } = post
    const authorKey = author.toString('hex')
    const delivery = own ? ({ state: 'stored', written: 0, held: 0 } as const) : null
    const line: NewMessage = { id, room, kind, authorKey, nick: null, from: null, text: body, time, received, own, delivery }
    const nick = profiles.nickOf(authorKey) ?? null
    const stored = lines.insert(line, countBytes(line), { nick })
    if (!retractions.markNew(post.id, author)) return stored
    return Object.assign(stored, { text: '', retracted: true })
  }

  /** An own post that was withdrawn and comes back from a peer was delivered after all. */
  #noteReturned([seq, lineClass, state, written]: Row): void {
    if (lineClass !== LINE_CLASS.own || state !== DELIVERY_STATES.indexOf('failed')) return
    this.#deps.lines.setDelivery(Number(seq), { state: 'held', written: Number(written), held: 1 })
  }
}
