/** What one transaction changed in the offered sets: who came and went in it is not told. */
import type { Place, SetChange } from '../post-store.ts'

interface RoomChange {
  readonly added: Map<string, Place>
  readonly removed: Map<string, Place>
}

const keyOf = ({ id }: Place): string => id.toString('latin1')

export class SetChanges {
  readonly #rooms = new Map<string, RoomChange>()

  add(room: string, place: Place): void {
    const change = this.#at(room)
    if (!change.removed.delete(keyOf(place))) change.added.set(keyOf(place), { time: place.time, id: place.id })
  }

  remove(room: string, place: Place): void {
    const change = this.#at(room)
    if (!change.added.delete(keyOf(place))) change.removed.set(keyOf(place), { time: place.time, id: place.id })
  }

  /** Whether `place` came and did not go again. */
  isAdded(room: string, place: Place): boolean {
    return this.#rooms.get(room)?.added.has(keyOf(place)) ?? false
  }

  /** All changes, by room; none are left here. */
  take(): SetChange[] {
    const changes: SetChange[] = []
    for (const [room, { added, removed }] of this.#rooms) {
      if (added.size + removed.size > 0) changes.push({ room, added: [...added.values()], removed: [...removed.values()] })
    }
    this.#rooms.clear()
    return changes
  }

  #at(room: string): RoomChange {
    let change = this.#rooms.get(room)
    if (change === undefined) this.#rooms.set(room, (change = { added: new Map(), removed: new Map() }))
    return change
  }
}
