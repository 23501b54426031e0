/** Answers the frames of reconciliations that the other side of a channel began, each from what is held now. Wire: docs/chat.md, *History*. */
import { isChatError } from '../errors.ts'
import type { SyncFrame } from '../messages.ts'
import { IdSet } from '../reconcile/id-set.ts'
import { respond } from '../reconcile/reconcile.ts'
import { HISTORY_LIMITS, SYNC_OPTIONS } from './history-limits.ts'
import { PeerSessionCounts } from './session-numbers.ts'
import { refusedSince } from './sync-window.ts'

const WAITING_MAX = HISTORY_LIMITS.SYNC_WAITING.value
const EMPTY_FRAME = Buffer.alloc(0)
/** A frame of this length says that nothing differs: the version alone. */
const EQUAL_FRAME_BYTES = 1

export interface SyncAnswererDeps {
  lowWater(room: string): number
  /** Whether there are posts of the room here. */
  holds(room: string): boolean
  /** The offered posts of a room, of which a view may be taken in that turn of the event loop or the next. */
  idSet(room: string): Promise<IdSet>
  /** Resolves when the frame is queued. @throws {NetError} the channel's stop reason */
  send(frame: SyncFrame): Promise<void>
  /** Reading of the channel pauses, and goes on. */
  hold(): void
  release(): void
  /** Runs work that ends with the channel. */
  spawn(work: () => Promise<void>): void
  /** Runs work in a turn of the event loop of its own, at the channel's expense. @throws what it throws, or the channel's stop reason */
  inTurn<R>(work: () => R): Promise<R>
  onAnswered(frame: SyncFrame, isEqual: boolean): void
  onRefused(): void
}

export class SyncAnswerer {
  readonly #deps: SyncAnswererDeps
  readonly #sessions = new PeerSessionCounts()
  readonly #none = new IdSet()
  #waiting: SyncFrame[] = []
  #isRunning = false
  #isHolding = false

  constructor(deps: SyncAnswererDeps) {
    this.#deps = deps
  }

  /** Answers it after those before it. An empty frame asks for nothing: only an answer may be empty. */
  take(frame: SyncFrame): void {
    if (frame.frame.length === 0 || !this.#sessions.count(frame.session)) {
      this.#deps.onRefused()
      return
    }
    this.#waiting.push(frame)
    if (!this.#isHolding && this.#waiting.length >= WAITING_MAX) {
      this.#isHolding = true
      this.#deps.hold()
    }
    if (this.#isRunning) return
    this.#isRunning = true
    this.#deps.spawn(() => this.#run())
  }

  async #run(): Promise<void> {
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      if (this.#isHolding && this.#waiting.length < WAITING_MAX - 1) {
        this.#isHolding = false
        this.#deps.release()
      }
      await this.#answer(frame)
    }
    this.#isRunning = false
  }

  async #answer(request: SyncFrame): Promise<void> {
    const deps = this.#deps
    const since = refusedSince(request.since, deps.lowWater(request.room))
    if (since !== undefined) return deps.send({ ...request, since, frame: EMPTY_FRAME })
    const set = deps.holds(request.room) ? await deps.idSet(request.room) : this.#none
    try {
      const frame = await deps.inTurn(() => respond(set.view(request.since, request.until), request.frame, SYNC_OPTIONS))
      deps.onAnswered(request, frame.length === EQUAL_FRAME_BYTES)
      await deps.send({ ...request, frame })
    } catch (error) {
      if (!isChatError(error, 'CHAT_RECONCILE_MALFORMED')) throw error
      deps.onRefused()
    }
  }
}
