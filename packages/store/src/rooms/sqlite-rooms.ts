/** Rooms as people see them: see `RoomStore`. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock, Logger, Publisher, Timer, Unsubscribe } from '@dchat/system'
import type { Changes } from '../changes.ts'
import type { CommitLoop } from '../commit-loop.ts'
import type { Conversations } from '../encrypted/conversations.ts'
import type { Guard } from '../guard.ts'
import type { Ledger } from '../ledger.ts'
import { MARKER_SAVE_MS, MAX_CLIENT_UNITS } from '../limits.ts'
import type { StoredMessage } from '../message.ts'
import type { SqliteNames } from '../names/sqlite-names.ts'
import type { HiddenPosts } from '../posts/hidden-posts.ts'
import { UNIVERSAL_ROOMS } from '../posts/post-rooms.ts'
import type { PostRooms } from '../posts/post-rooms.ts'
import type { RoomFill } from '../posts/room-fill.ts'
import { isConversation } from '../room-store.ts'
import type { NotifyLevel, RoomState, RoomStore } from '../room-store.ts'
import type { Rooms } from '../rooms.ts'
import { JOINED } from '../schema.ts'
import type { StoreEvents } from '../store-events.ts'
import { ForgetLines } from './forget-lines.ts'
import { ReadMarkers } from './read-markers.ts'
import { RoomList } from './room-list.ts'
import { LEVELS } from './room-schema.ts'
import type { Tallies } from './tallies.ts'

export interface SqliteRoomsDeps {
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly logger: Logger
  readonly guard: Guard
  readonly events: Publisher<StoreEvents>
  readonly ledger: Ledger
  readonly loop: CommitLoop
  readonly rooms: PostRooms
  readonly roomNames: Rooms
  readonly fill: RoomFill
  readonly tallies: Tallies
  readonly names: SqliteNames
  readonly conversations: Conversations
  readonly changes: Changes
  readonly hidden: HiddenPosts
  /** Lines were removed of which nothing is to be left. */
  readonly onForgotten: () => void
}

export class SqliteRooms implements RoomStore {
  readonly #deps: SqliteRoomsDeps
  readonly #markers: ReadMarkers
  readonly #list: RoomList
  readonly #putLevel: StatementSync
  readonly #forgetLines: ForgetLines
  #saveTimer: Timer | undefined

  constructor(deps: SqliteRoomsDeps) {
    this.#deps = deps
    this.#markers = new ReadMarkers(deps.db)
    this.#list = new RoomList({ db: deps.db, ignoredVersion: () => deps.names.ignoredVersion })
    this.#putLevel = deps.db.prepare('UPDATE rooms SET level = ? WHERE id = ?')
    this.#forgetLines = new ForgetLines(deps)
    deps.ledger.join(this.#markers)
  }

  /** @param isNew the store is: what is older than it is not unread in the room that is joined from the first */
  start(isNew: boolean): void {
    const { clock, ledger, rooms, tallies, events } = this.#deps
    if (isNew) ledger.transaction(() => [...rooms.all()].forEach((room) => tallies.join(room.n, clock.nowMs())))
    events.subscribe('committed', (messages) => this.#tellTopics(messages))
  }

  /** Writes what waits. */
  stop(): void {
    this.#saveTimer?.cancel()
    this.#save()
  }

  list(client: string): RoomState[] {
    checkClient(client)
    const { guard, ledger } = this.#deps
    const states = guard.use(() => this.#list.list(this.#markers.of(client, ledger.totals.lastSeq)))
    this.#saveSoon()
    return states
  }

  markRead(name: string, { seq, client }: { readonly seq: number; readonly client: string }): void {
    const { guard, ledger, roomNames, events } = this.#deps
    checkClient(client)
    if (!Number.isSafeInteger(seq) || seq < 0) throw new RangeError('seq: has to be 0 or more')
    guard.checkOpen()
    const room = guard.use(() => roomNames.find(name))
    if (room === undefined) return
    const isNew = this.#markers.set(client, room, { seq, lastSeq: ledger.totals.lastSeq })
    this.#saveSoon()
    if (isNew) events.publish('room', name)
  }

  setLevel(name: string, level: NotifyLevel): void {
    const { guard, ledger, roomNames, events } = this.#deps
    guard.checkOpen()
    const number = LEVELS.indexOf(level)
    if (number === -1) throw new RangeError(`level: has to be one of ${LEVELS.join(', ')}`)
    const room = guard.use(() => roomNames.find(name))
    if (room === undefined) return
    guard.use(() => ledger.transaction(() => this.#putLevel.run(number, room)))
    events.publish('room', name)
  }

  isJoined(name: string): boolean {
    return this.#deps.guard.use(() => this.#joinedOf(name) !== JOINED.no)
  }

  conversations(): string[] {
    this.#deps.guard.checkOpen()
    const names = Array.from(this.#deps.rooms.all(), ({ name }) => name)
    return names.filter((name) => isConversation(name))
  }

  isAnswered(name: string): boolean {
    this.#deps.guard.checkOpen()
    return this.#deps.rooms.find(name)?.isAnswered ?? false
  }

  async join(name: string): Promise<boolean> {
    const { guard, fill, loop, events } = this.#deps
    guard.checkOpen()
    if (this.#joinedOf(name) === JOINED.yes || fill.has(name) || UNIVERSAL_ROOMS.has(name)) return false
    if (isConversation(name)) return this.#open(name)
    guard.use(() => this.#noteJoined(name))
    events.publish('room', name)
    const filled = fill.begin(name)
    loop.wake()
    await filled
    return true
  }

  leave(name: string): boolean {
    const { guard, ledger, rooms, fill, events } = this.#deps
    guard.checkOpen()
    const room = rooms.find(name)
    if (room === undefined || room.joined === JOINED.no) return false
    fill.end(name)
    guard.use(() => ledger.transaction(() => rooms.setJoined(room, JOINED.no)))
    events.publish('room', name)
    return true
  }

  async forget(name: string): Promise<number> {
    const { guard, loop, roomNames, events } = this.#deps
    guard.checkOpen()
    loop.commitNow()
    const room = guard.use(() => roomNames.find(name))
    if (room === undefined) return 0
    const count = await this.#forgetLines.run(name, room)
    this.#list.forget()
    events.publish('room', name)
    return count
  }

  onChange(listener: (room: string) => void): Unsubscribe {
    return this.#deps.events.subscribe('room', listener)
  }

  #open(name: string): boolean {
    const { changes, rooms, conversations } = this.#deps
    changes.make(() => conversations.open(rooms.findOrAdd(name)))
    return true
  }

  #noteJoined(name: string): void {
    const { clock, ledger, rooms, tallies } = this.#deps
    ledger.transaction(() => {
      const room = rooms.findOrAdd(name)
      rooms.setJoined(room, JOINED.filling)
      tallies.join(room.n, clock.nowMs())
    })
  }

  #joinedOf(name: string): number {
    return this.#deps.rooms.find(name)?.joined ?? JOINED.no
  }

  #tellTopics(messages: readonly StoredMessage[]): void {
    const rooms = new Set<string>()
    for (const { kind, room } of messages) if (kind === 'topic') rooms.add(room)
    for (const room of rooms) this.#deps.events.publish('room', room)
  }

  #saveSoon(): void {
    if (this.#saveTimer !== undefined || !this.#markers.isChanged) return
    this.#saveTimer = this.#deps.clock.setTimer(MARKER_SAVE_MS, () => this.#save(), { background: true })
  }

  #save(): void {
    const { ledger, guard, logger } = this.#deps
    this.#saveTimer = undefined
    if (!this.#markers.isChanged) return
    try {
      ledger.transaction(() => undefined)
    } catch (cause) {
      logger.warn('Read markers could not be stored; they go with the next lines', { error: guard.noteFailure(cause) })
    }
  }
}

function checkClient(client: string): void {
  if (client !== '' && client.length <= MAX_CLIENT_UNITS && client.isWellFormed()) return
  throw new RangeError(`client: has to be 1 to ${MAX_CLIENT_UNITS} units of text`)
}
