/** Tells channels which rooms are stored here: at their start, then when one is new, at most once a minute. Wire: docs/chat.md, *Commands*, `rooms`. */
import type { OfferedRoom } from '@dchat/store'
import type { Clock, Timer } from '@dchat/system'
import { HISTORY_LIMITS } from './history-limits.ts'
import { roomsToTell } from './rooms-to-tell.ts'

const INTERVAL_MS = HISTORY_LIMITS.ROOMS_TOLD_INTERVAL_MS.value
/** From the first post of a new room to its telling, and between two tries on a channel that is full. */
const DELAY_MS = 1_000
/** Rooms that are gone may be remembered as told, so many. */
const FORGOTTEN_MAX = 1_024

/** What one channel was told. */
interface Listener {
  readonly told: Set<string>
  /** Monotonic time of the last message. */
  lastMs: number
  /** @returns false when the channel is full or gone: it is told later */
  send(rooms: readonly OfferedRoom[]): boolean
}

export interface RoomsGossipDeps {
  readonly clock: Clock
  offered(): readonly OfferedRoom[]
}

/** With more rooms than one message holds the others follow a minute apart, until the channel has been told of each once. */
export class RoomsGossip {
  readonly #deps: RoomsGossipDeps
  readonly #listeners = new Map<number, Listener>()
  #timer: Timer | undefined

  constructor(deps: RoomsGossipDeps) {
    this.#deps = deps
  }

  /** A channel is there: it is told at once. */
  add(channelId: number, send: Listener['send']): void {
    const listener = { told: new Set<string>(), lastMs: -Infinity, send }
    this.#listeners.set(channelId, listener)
    if (!this.#tell(listener, this.#deps.offered())) this.#setTimer()
  }

  remove(channelId: number): void {
    this.#listeners.delete(channelId)
    if (this.#listeners.size === 0) this.close()
  }

  /** Posts of a room were stored: who was not told of it is told. Costs a lookup a channel. */
  noteRoom(room: string): void {
    if (this.#timer !== undefined) return
    for (const { told } of this.#listeners.values()) {
      if (told.has(room)) continue
      this.#setTimer()
      return
    }
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #setTimer(): void {
    if (this.#timer !== undefined || this.#listeners.size === 0) return
    let lastMs = Infinity
    for (const listener of this.#listeners.values()) lastMs = Math.min(lastMs, listener.lastMs)
    const waitMs = lastMs + INTERVAL_MS - this.#deps.clock.monotonicMs()
    this.#timer = this.#deps.clock.setTimer(Math.max(DELAY_MS, waitMs), () => this.#tellAll())
  }

  #tellAll(): void {
    this.#timer = undefined
    const offered = this.#deps.offered()
    let isDone = true
    for (const listener of this.#listeners.values()) isDone = this.#tell(listener, offered) && isDone
    if (!isDone) this.#setTimer()
  }

  /** @returns whether the channel has been told of every room */
  #tell(listener: Listener, offered: readonly OfferedRoom[]): boolean {
    const { told } = listener
    const rooms = roomsToTell(offered, (room) => told.has(room))
    const nowMs = this.#deps.clock.monotonicMs()
    if (rooms.length === 0 && listener.lastMs >= 0) return true
    if (nowMs - listener.lastMs < INTERVAL_MS || !listener.send(rooms)) return false
    listener.lastMs = nowMs
    for (const { room } of rooms) told.add(room)
    if (told.size > offered.length + FORGOTTEN_MAX) keepOnly(told, offered)
    return rooms.length < HISTORY_LIMITS.ROOMS_TOLD_ENTRIES.value
  }
}

function keepOnly(told: Set<string>, offered: readonly OfferedRoom[]): void {
  const rooms = new Set(offered.map(({ room }) => room))
  for (const room of told) if (!rooms.has(room)) told.delete(room)
}
