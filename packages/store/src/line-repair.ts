/** Takes spoilt lines out, and has those of posts made anew from what is sound: see row-sum.ts. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock, Logger } from '@dchat/system'
import type { Changes } from './changes.ts'
import type { CommitLoop } from './commit-loop.ts'
import type { Untried } from './encrypted/untried.ts'
import type { Guard } from './guard.ts'
import type { Ledger } from './ledger.ts'
import { LineRemoval } from './line-removal.ts'
import { LINES_MENDED } from './limits.ts'
import type { PostRooms } from './posts/post-rooms.ts'
import type { RoomFill } from './posts/room-fill.ts'
import { isConversation } from './room-store.ts'
import { JOINED, KINDS, LINE_CLASS } from './schema.ts'
import { isDamage } from './sqlite-error.ts'
import { firstRow, prepareRows } from './statement.ts'
import type { Tallies } from './rooms/tallies.ts'

export interface LineRepairDeps {
  readonly db: DatabaseSync
  readonly clock: Pick<Clock, 'defer'>
  readonly logger: Logger
  readonly guard: Guard
  readonly ledger: Ledger
  readonly changes: Changes
  readonly loop: CommitLoop
  readonly rooms: PostRooms
  readonly fill: RoomFill
  readonly tallies: Tallies
  readonly untried: Untried
}

export class LineRepair {
  readonly #deps: LineRepairDeps
  readonly #removal: LineRemoval
  readonly #line: StatementSync
  readonly #noticed = new Set<number>()
  #waiting: number[] = []

  constructor(deps: LineRepairDeps) {
    this.#deps = deps
    this.#removal = new LineRemoval(deps)
    this.#line = prepareRows(deps.db, 'SELECT size FROM messages WHERE seq = ?')
  }

  /** A read has met a spoilt line. Where there are too many, nothing of the file can be relied on: it is condemned. */
  notice(seq: number): void {
    const { guard, clock, logger } = this.#deps
    if (this.#noticed.has(seq) || this.#noticed.size > LINES_MENDED) return
    this.#noticed.add(seq)
    if (this.#noticed.size > LINES_MENDED) {
      guard.condemn('many lines are not what was stored')
      logger.error('Many stored lines were spoilt on the disk: the next start sets the message store aside and begins a new one')
    } else {
      this.#waiting.push(seq)
      clock.defer(() => this.mendNow())
    }
  }

  /** Takes out what was noticed: also before the store is closed, as the read may have been one without which nobody goes on. */
  mendNow(): void {
    for (const seq of this.#waiting.splice(0)) this.#mend(seq)
  }

  #mend(seq: number): void {
    const { guard, changes, logger, loop, fill } = this.#deps
    if (guard.state !== 'open') return
    try {
      const rooms = changes.make(() => this.#takeOut(seq))
      logger.warn('A stored line was spoilt on the disk: it was taken out, and is made anew where its post is here', { seq })
      for (const room of rooms) fill.begin(room).catch((error: unknown) => logger.warn('Lines could not be made anew', { error }))
      loop.wake()
    } catch (error) {
      this.#giveUp(seq, error)
    }
  }

  /** Without room on the disk it is tried again when the line is met again. Where the tables are damaged too, nothing helps but a new file. */
  #giveUp(seq: number, error: unknown): void {
    const { guard, logger } = this.#deps
    logger.error('A stored line is spoilt on the disk, and could not be taken out', { seq, error })
    if (error instanceof Error && isDamage(error.cause)) guard.condemn('a spoilt line could not be taken out')
    else this.#noticed.delete(seq)
  }

  /** @returns the rooms in which posts without lines are to get them: in which one it stood cannot be relied on either */
  #takeOut(seq: number): string[] {
    const { rooms, untried, tallies } = this.#deps
    const row = firstRow(this.#line, seq)
    if (row === undefined) return []
    // Nor whose line of what kind it was: whatever a line may have goes with it.
    this.#removal.remove({ seq, lineClass: LINE_CLASS.own, kind: KINDS.indexOf('system'), size: Number(row[0]) })
    tallies.forget()
    untried.addAll()
    const filled = [...rooms.all()].filter(({ name, joined }) => joined !== JOINED.no && !isConversation(name))
    for (const room of filled) rooms.setJoined(room, JOINED.filling)
    return filled.map(({ name }) => name)
  }
}
