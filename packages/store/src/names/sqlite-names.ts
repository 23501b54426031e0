/** Names, pins and ignored keys: see `NameStore`. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock, Publisher } from '@dchat/system'
import type { Members } from '../encrypted/members.ts'
import type { Untried } from '../encrypted/untried.ts'
import type { Guard } from '../guard.ts'
import type { Ledger, LedgerPart } from '../ledger.ts'
import { MAX_IGNORED_KEYS, MAX_PINNED_KEYS } from '../limits.ts'
import type { Claim, NameStore } from '../name-store.ts'
import type { PostRooms } from '../posts/post-rooms.ts'
import type { Profiles } from '../posts/profiles.ts'
import { conversationOf } from '../room-store.ts'
import { JOINED } from '../schema.ts'
import { prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'
import type { StoreEvents } from '../store-events.ts'
import { Claims } from './claims.ts'

export interface SqliteNamesOptions {
  readonly foldNick: (nick: string) => string
}

export interface SqliteNamesDeps {
  readonly db: DatabaseSync
  readonly clock: Clock
  readonly guard: Guard
  readonly ledger: Ledger
  readonly profiles: Profiles
  readonly events: Publisher<StoreEvents>
  readonly rooms: PostRooms
  readonly members: Members
  readonly untried: Untried
}

/** A few keys that the user chose: in memory, and in a table. */
class KeyList implements LedgerPart {
  readonly #max: number
  readonly #all: StatementSync
  readonly #add: StatementSync
  readonly #remove: StatementSync
  #keys: Set<string>

  constructor(db: DatabaseSync, { table, order, max }: { table: string; order: string; max: number }) {
    this.#max = max
    this.#all = prepareRows(db, `SELECT key FROM ${table} ORDER BY ${order}`)
    this.#add = db.prepare(`INSERT INTO ${table}(key) VALUES (?)`)
    this.#remove = db.prepare(`DELETE FROM ${table} WHERE key = ?`)
    this.#keys = this.#read()
  }

  get keys(): ReadonlySet<string> {
    return this.#keys
  }

  /** Inside a transaction. @throws {RangeError} for one key too many */
  set(key: string, isOn: boolean): void {
    if (isOn && this.#keys.size >= this.#max) throw new RangeError(`key: no more than ${this.#max} keys can be marked so`)
    if (isOn) this.#add.run(key)
    else this.#remove.run(key)
    if (isOn) this.#keys.add(key)
    else this.#keys.delete(key)
  }

  forget(): void {
    this.#keys = this.#read()
  }

  #read(): Set<string> {
    return new Set((this.#all.all() as unknown as Row[]).map(([key]) => String(key)))
  }
}

export class SqliteNames implements NameStore {
  readonly #options: SqliteNamesOptions
  readonly #deps: SqliteNamesDeps
  readonly #claims: Claims
  readonly #pinned: KeyList
  readonly #ignored: KeyList
  #ignoredVersion = 1

  constructor(options: SqliteNamesOptions, deps: SqliteNamesDeps) {
    const { db, ledger, profiles } = deps
    this.#options = options
    this.#deps = deps
    this.#claims = new Claims(db)
    this.#pinned = new KeyList(db, { table: 'pinned_keys', order: 'key', max: MAX_PINNED_KEYS })
    this.#ignored = new KeyList(db, { table: 'ignored_keys', order: 'n', max: MAX_IGNORED_KEYS })
    ledger.join(this.#pinned)
    ledger.join(this.#ignored)
    profiles.listen((profile) => this.#claims.note(profile))
  }

  nickOf(key: string): string | undefined {
    return this.#deps.guard.use(() => this.#deps.profiles.nickOf(key))
  }

  claims(nick: string): Claim[] {
    return this.#deps.guard.use(() => this.#claims.of(this.#options.foldNick(nick)))
  }

  pin(key: string, on: boolean): void {
    checkKey(key)
    if (this.isPinned(key) === on) return
    this.#change(() => {
      this.#pinned.set(key, on)
      if (!on) return
      this.#claims.notePinned(key, this.#deps.clock.nowMs())
      this.#deps.untried.raise(conversationOf(key))
    })
  }

  isPinned(key: string): boolean {
    return this.#deps.guard.use(() => this.#pinned.keys.has(key))
  }

  ignored(): string[] {
    return this.#deps.guard.use(() => [...this.#ignored.keys])
  }

  isIgnored(key: string): boolean {
    return this.#ignored.keys.has(key)
  }

  ignore(key: string, on: boolean): void {
    checkKey(key)
    if (this.isIgnored(key) === on) return
    this.#change(() => this.#ignored.set(key, on))
    this.#ignoredVersion += 1
    const { rooms, events } = this.#deps
    for (const room of [...rooms.all()]) if (room.joined !== JOINED.no) events.publish('room', room.name)
  }

  /** Whether the lines of a key in a room (its number) are not shown: it is ignored, or who is vouches for it there. */
  hides(key: string, room: number): boolean {
    const { keys } = this.#ignored
    if (keys.size === 0) return false
    return keys.has(key) || keys.has(this.#deps.members.identityOf(room, key) ?? '')
  }

  /** Grows with each change of whose lines are not shown; 0 while no key is ignored. */
  get ignoredVersion(): number {
    return this.#ignored.keys.size === 0 ? 0 : this.#ignoredVersion + this.#deps.members.version
  }

  #change(run: () => void): void {
    const { guard, ledger } = this.#deps
    guard.checkOpen()
    guard.use(() => ledger.transaction(run))
  }
}

function checkKey(key: string): void {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new RangeError('key: has to be 64 lower-case hex digits')
}
