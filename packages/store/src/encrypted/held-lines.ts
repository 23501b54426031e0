/** Own lines that wait for a key of their recipient, as `MessageStore` has them. */
import type { Changes } from '../changes.ts'
import type { CommitLoop } from '../commit-loop.ts'
import type { Guard } from '../guard.ts'
import type { LineTable } from '../line-table.ts'
import type { NewMessage, StoredMessage } from '../message.ts'
import type { WaitingLine } from '../message-store.ts'
import type { Profiles } from '../posts/profiles.ts'
import { checkMessage, countBytes } from '../row.ts'
import type { Waiting } from './waiting.ts'

export interface HeldLinesDeps {
  readonly guard: Guard
  readonly changes: Changes
  readonly loop: CommitLoop
  readonly lineTable: LineTable
  readonly profiles: Profiles
  readonly waiting: Waiting
}

export class HeldLines {
  readonly #deps: HeldLinesDeps

  constructor(deps: HeldLinesDeps) {
    this.#deps = deps
  }

  async append(message: NewMessage, recipient: string): Promise<StoredMessage> {
    checkMessage(message)
    const { own, id, time, delivery, authorKey } = message
    if (!own || id !== null || time !== null || delivery === null)
      throw new TypeError('a line that waits is own, without id and time')
    if (!/^[0-9a-f]{64}$/.test(recipient)) throw new TypeError('recipient: has to be 64 lower-case hex digits')
    const { lineTable, waiting, profiles, changes, loop } = this.#deps
    const line = changes.make(() => {
      const nick = (authorKey === null ? undefined : profiles.nickOf(authorKey)) ?? message.nick
      const stored = lineTable.insert(message, countBytes(message), { nick })
      waiting.add(stored.seq, recipient)
      return stored
    })
    loop.wake()
    return line
  }

  list(recipient: string | undefined): WaitingLine[] {
    return this.#deps.guard.use(() => this.#deps.waiting.list(recipient))
  }

  drop(seq: number): boolean {
    const { lineTable, waiting, changes, loop } = this.#deps
    return changes.make(() => {
      if (!waiting.remove(seq)) return false
      loop.dropDelivery(seq)
      lineTable.setDelivery(seq, { state: 'failed', written: 0, held: 0 })
      return true
    })
  }
}
