/** Posts that are kept for peers and make no line any more: what was said in their room was forgotten. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { BY_ID } from '../schema.ts'

/** For use inside a transaction. */
export class HiddenPosts {
  readonly #hideRoom: StatementSync
  readonly #hideOne: StatementSync
  readonly #remove: StatementSync

  constructor(db: DatabaseSync) {
    this.#hideRoom = db.prepare('INSERT OR IGNORE INTO hidden_posts SELECT n FROM posts WHERE room = ?')
    this.#hideOne = db.prepare(`INSERT OR IGNORE INTO hidden_posts SELECT n FROM posts WHERE ${BY_ID}`)
    this.#remove = db.prepare('DELETE FROM hidden_posts WHERE post = ?')
  }

  /** All posts that a room has now. */
  hideRoom(room: number): void {
    this.#hideRoom.run(room)
  }

  hide(id: Buffer): void {
    this.#hideOne.run(id)
  }

  /** The post of this number is no longer there. */
  remove(n: number): void {
    this.#remove.run(n)
  }
}
