/** Where private rooms go on, as their members say. Facts: docs/chat.md, *Rekey*. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { MAX_TOLD_REKEYS } from '../limits.ts'
import type { Rekey } from '../member-store.ts'
import { prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'

const SELECT = `
  SELECT r.name, m.author_key, v.identity, k.new_room, m.time, k.seq
  FROM rekeys k JOIN messages m ON m.seq = k.seq JOIN rooms r ON r.id = k.room
  LEFT JOIN members v ON v.room = k.room AND v.author = m.author_key`
const NEWEST = `AND m.retracted = 0 ORDER BY k.seq DESC LIMIT ${MAX_TOLD_REKEYS}`

export class Rekeys {
  readonly #add: StatementSync
  readonly #of: StatementSync
  readonly #to: StatementSync

  constructor(db: DatabaseSync) {
    this.#add = db.prepare('INSERT INTO rekeys VALUES (?, ?, ?)')
    this.#of = prepareRows(db, `${SELECT} WHERE k.room = ? ${NEWEST}`)
    this.#to = prepareRows(db, `${SELECT} WHERE k.new_room = ? ${NEWEST}`)
  }

  /** The line `seq` of a room (its number) says that it goes on in `newRoom`. Inside a transaction. */
  add(seq: number, room: number, newRoom: string): void {
    this.#add.run(seq, room, newRoom)
  }

  /** @param room its number */
  of(room: number): Rekey[] {
    return (this.#of.all(room) as unknown as Row[]).map(toRekey)
  }

  to(newRoom: string): Rekey[] {
    return (this.#to.all(newRoom) as unknown as Row[]).map(toRekey)
  }
}

function toRekey([room, author, identity, newRoom, time, seq]: Row): Rekey {
  return {
    room: String(room),
    author: String(author),
    identity: identity === null ? null : String(identity),
    newRoom: String(newRoom),
    time: Number(time),
    seq: Number(seq),
  }
}
