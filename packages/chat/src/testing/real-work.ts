/** Work that waits for the thread pool as well as for a manual clock: time creeps while it goes on. */
import type { ManualClock } from '@dchat/system'

/** Longer than any of it takes, ms of manual time. */
const LIMIT_MS = 120_000
/** What takes longer than this waits for the clock, most of all. */
const FINE_MS = 100

/** Lets time creep until `isDone` holds. @throws {Error} when it does not within two minutes of manual time */
export async function creepUntil(clock: ManualClock, isDone: () => boolean): Promise<void> {
  const beganMs = clock.monotonicMs()
  while (!isDone()) {
    const passedMs = clock.monotonicMs() - beganMs
    if (passedMs >= LIMIT_MS) throw new Error(`condition not met within ${LIMIT_MS} ms of manual time`)
    await clock.advance(passedMs < FINE_MS ? 1 : 10)
  }
}

/** Lets time creep until `work` has ended. */
export async function creepWhile<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let isSettled = false
  const end = (): void => {
    isSettled = true
  }
  work.then(end, end)
  await creepUntil(clock, () => isSettled)
  return work
}
