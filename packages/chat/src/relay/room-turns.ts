/** Work that goes on one after another within a room, in the order it was asked for; rooms do not wait for each other. */

interface Turns {
  /** Settles, and never fails, when the last of them has ended. */
  last: Promise<void>
  /** Of work that has not ended. */
  count: number
}

export class RoomTurns {
  readonly #rooms = new Map<string, Turns>()

  /** How much work of a room has not ended. */
  countOf(room: string): number {
    return this.#rooms.get(room)?.count ?? 0
  }

  /** Begins `work` at once when the room is free, else when what was asked for before has ended. @throws what `work` throws */
  take<T>(room: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#rooms.get(room) ?? { last: Promise.resolve(), count: 0 }
    const running = turns.count === 0 ? work() : turns.last.then(work)
    this.#rooms.set(room, turns)
    turns.count += 1
    const end = (): void => {
      turns.count -= 1
      if (turns.count === 0) this.#rooms.delete(room)
    }
    turns.last = running.then(end, end)
    return running
  }
}
