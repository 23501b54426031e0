/**
 * The sets of a store's rooms for reconciliation: each is built when it is first asked for, a slice a turn of the event loop, then
 * kept by what the store tells of its changes. Source: docs/decisions/0016-posts.md.
 */
import { NetError } from '@dchat/net'
import type { Place, PostStore, SetChange } from '@dchat/store'
import type { Clock, Unsubscribe } from '@dchat/system'
import { IdSet } from '../reconcile/id-set.ts'
import { RECONCILE_LIMITS } from '../reconcile/reconcile-limits.ts'

export interface IdSetsOptions {
  /** Of all sets together. The one that was asked for last stays whatever its size. @default ID_SETS_RECORDS */
  readonly maxRecords?: number
}

export interface IdSetsDeps {
  readonly posts: Pick<PostStore, 'places' | 'onSetChange'>
  readonly clock: Pick<Clock, 'defer'>
}

interface Entry {
  readonly room: string
  readonly set: IdSet
  readonly built: PromiseWithResolvers<IdSet>
  /** Up to where the store was read; undefined before the first slice. */
  readTo: Place | undefined
  isBuilt: boolean
}

export class IdSets {
  readonly #maxRecords: number
  readonly #deps: IdSetsDeps
  /** Those asked for longest ago first. */
  readonly #entries = new Map<string, Entry>()
  /** Entries to be built, one after the other; the first is under way. */
  readonly #building: Entry[] = []
  #records = 0
  #isDeferred = false
  #unsubscribe: Unsubscribe | null = null

  constructor(options: IdSetsOptions, deps: IdSetsDeps) {
    this.#maxRecords = options.maxRecords ?? RECONCILE_LIMITS.ID_SETS_RECORDS.value
    this.#deps = deps
  }

  /** Records of all sets. */
  get records(): number {
    return this.#records
  }

  start(): void {
    this.#unsubscribe ??= this.#deps.posts.onSetChange((changes) => this.#onSetChange(changes))
  }

  /** Idempotent. Whoever waits for a set gets NET_STOPPED. */
  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = null
    for (const entry of [...this.#entries.values()]) this.#fail(entry, new NetError('NET_STOPPED', {}))
  }

  /**
   * The set of a room, empty for one that is not stored. Use it in the turn it is given or the next, and ask again for the next
   * frame: a set that was dropped for others no longer hears of changes.
   * @throws {NetError} NET_STOPPED before `start` and after `stop`
   * @throws {StoreError} what reading the store throws
   */
  async get(room: string): Promise<IdSet> {
    if (this.#unsubscribe === null) throw new NetError('NET_STOPPED', {})
    const entry = this.#entries.get(room) ?? this.#newEntry(room)
    this.#entries.delete(room)
    this.#entries.set(room, entry)
    return entry.built.promise
  }

  #newEntry(room: string): Entry {
    const entry: Entry = { room, set: new IdSet(), built: Promise.withResolvers(), readTo: undefined, isBuilt: false }
    // Who asked hears of a failure; nobody else need.
    entry.built.promise.catch(() => {})
    this.#entries.set(room, entry)
    this.#building.push(entry)
    this.#deferSlice()
    return entry
  }

  #deferSlice(): void {
    if (this.#isDeferred || this.#building.length === 0) return
    this.#isDeferred = true
    this.#deps.clock.defer(() => {
      this.#isDeferred = false
      this.#buildSlice()
      this.#deferSlice()
    })
  }

  /**
   * What changes meanwhile is told and applied at once, wherever it lies: what a later slice reads again is there already, and
   * what was taken out is not read any more.
   */
  #buildSlice(): void {
    const entry = this.#building[0]
    if (entry === undefined) return
    try {
      const limit = RECONCILE_LIMITS.ID_SETS_SLICE.value
      const places = this.#deps.posts.places(entry.room, entry.readTo === undefined ? { limit } : { after: entry.readTo, limit })
      for (const place of places) this.#add(entry, place)
      entry.readTo = places.at(-1)
      if (places.length < limit) this.#finish(entry)
    } catch (error) {
      this.#fail(entry, error)
    }
  }

  #finish(entry: Entry): void {
    this.#building.shift()
    entry.isBuilt = true
    entry.built.resolve(entry.set)
    this.#dropOldest()
  }

  #fail(entry: Entry, error: unknown): void {
    const at = this.#building.indexOf(entry)
    if (at >= 0) this.#building.splice(at, 1)
    entry.built.reject(error)
    this.#drop(entry)
  }

  #onSetChange(changes: readonly SetChange[]): void {
    for (const { room, added, removed } of changes) {
      const entry = this.#entries.get(room)
      if (entry === undefined) continue
      for (const place of removed) if (entry.set.remove(place)) this.#records--
      for (const place of added) this.#add(entry, place)
    }
    this.#dropOldest()
  }

  #add({ set }: Entry, place: Place): void {
    if (set.add(place)) this.#records++
  }

  #dropOldest(): void {
    if (this.#records <= this.#maxRecords) return
    for (const entry of [...this.#entries.values()].slice(0, -1)) {
      if (entry.isBuilt) this.#drop(entry)
      if (this.#records <= this.#maxRecords) return
    }
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.room)
    this.#records -= entry.set.size
  }
}
