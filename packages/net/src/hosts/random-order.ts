/** Random choice without repeating, at the cost of what is looked at only. */
import type { Random } from '@dchat/system'

/**
 * The members of `items` in random order, each order as likely as any other. Taking `k` of them costs O(k), however many
 * there are. `items` must not change meanwhile.
 */
export function* inRandomOrder<T>(random: Random, items: readonly T[]): Generator<T> {
  // A Fisher-Yates shuffle that remembers only the places it has touched.
  const moved = new Map<number, number>()
  for (let place = 0; place < items.length; place += 1) {
    const other = place + random.int(items.length - place)
    const chosen = moved.get(other) ?? other
    moved.set(other, moved.get(place) ?? place)
    moved.delete(place)
    yield items[chosen]!
  }
}
