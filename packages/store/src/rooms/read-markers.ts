/** What each client has read. Kept in memory and written with the next transaction. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { LedgerPart } from '../ledger.ts'
import { MAX_READ_CLIENTS } from '../limits.ts'
import { prepareRows } from '../statement.ts'
import type { Row } from '../statement.ts'

/** What one client has read. */
interface Reading {
  /** Up to here, where it has no marker: what was stored before it came. */
  readonly seq: number
  /** Grows with each use of any client. */
  used: number
  /** By number of the room. */
  readonly markers: Map<number, number>
}

export class ReadMarkers implements LedgerPart {
  readonly #putClient: StatementSync
  readonly #putMarker: StatementSync
  readonly #dropClient: StatementSync
  readonly #dropMarkers: StatementSync
  readonly #clients = new Map<string, Reading>()
  /** By client, the rooms whose markers are to be written. */
  #changed = new Map<string, Set<number>>()
  /** Written in a transaction that may still be undone. */
  #written = new Map<string, Set<number>>()

  constructor(db: DatabaseSync) {
    this.#putClient = db.prepare('INSERT OR REPLACE INTO read_clients VALUES (?, ?, ?)')
    this.#putMarker = db.prepare('INSERT OR REPLACE INTO read_markers VALUES (?, ?, ?)')
    this.#dropClient = db.prepare('DELETE FROM read_clients WHERE client = ?')
    this.#dropMarkers = db.prepare('DELETE FROM read_markers WHERE client = ?')
    this.#read(db)
  }

  /** Whether anything waits for a transaction. */
  get isChanged(): boolean {
    return this.#changed.size > 0
  }

  /** Up to where the client has read, by number of the room; `lastSeq` for all of them when it comes for the first time. */
  of(client: string, lastSeq: number): (room: number) => number {
    const { seq, markers } = this.#use(client, lastSeq)
    return (room) => markers.get(room) ?? seq
  }

  /** False when that is known. */
  set(client: string, room: number, { seq, lastSeq }: { readonly seq: number; readonly lastSeq: number }): boolean {
    const reading = this.#use(client, lastSeq)
    const read = Math.min(seq, lastSeq)
    const isNew = (reading.markers.get(room) ?? reading.seq) !== read
    reading.markers.set(room, read)
    if (isNew) this.#change(client).add(room)
    return isNew
  }

  save(): void {
    for (const [client, rooms] of this.#changed) {
      const reading = this.#clients.get(client)
      if (reading === undefined) {
        this.#dropClient.run(client)
        this.#dropMarkers.run(client)
      } else {
        this.#putClient.run(client, reading.seq, reading.used)
        for (const room of rooms) this.#putMarker.run(client, room, reading.markers.get(room) ?? reading.seq)
      }
    }
    this.#written = this.#changed
    this.#changed = new Map()
  }

  /** Memory is ahead of the tables: what an undone transaction wrote is written with the next. */
  forget(): void {
    for (const [client, rooms] of this.#written) {
      const again = this.#change(client)
      for (const room of rooms) again.add(room)
    }
  }

  #change(client: string): Set<number> {
    const rooms = this.#changed.get(client) ?? new Set()
    this.#changed.set(client, rooms)
    return rooms
  }

  /** The order of use is written with the next marker: it costs nothing of its own. */
  #use(client: string, lastSeq: number): Reading {
    const newest = Math.max(0, ...Array.from(this.#clients.values(), ({ used }) => used))
    const known = this.#clients.get(client)
    if (known !== undefined) {
      known.used = newest + 1
      return known
    }
    const reading = { seq: lastSeq, used: newest + 1, markers: new Map<number, number>() }
    this.#clients.set(client, reading)
    this.#change(client)
    if (this.#clients.size > MAX_READ_CLIENTS) this.#dropOldest()
    return reading
  }

  #dropOldest(): void {
    const [oldest] = [...this.#clients].toSorted(([, a], [, b]) => a.used - b.used)
    this.#clients.delete(oldest![0])
    this.#change(oldest![0])
  }

  #read(db: DatabaseSync): void {
    for (const [client, seq, used] of prepareRows(db, 'SELECT client, seq, used FROM read_clients').all() as unknown as Row[]) {
      this.#clients.set(String(client), { seq: Number(seq), used: Number(used), markers: new Map() })
    }
    for (const [client, room, seq] of prepareRows(db, 'SELECT client, room, seq FROM read_markers').all() as unknown as Row[]) {
      this.#clients.get(String(client))?.markers.set(Number(room), Number(seq))
    }
  }
}
