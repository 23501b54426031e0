import type { Clock, Timer } from '@dchat/system'
import { useEffect } from 'react'
import type { Store } from '../state/store.ts'

const MINUTE_MS = 60_000

/** Tells the store the time at the start of each minute. */
export function useMinuteTick(store: Store, clock: Clock): void {
  useEffect(() => {
    let timer: Timer
    const schedule = (): void => {
      timer = clock.setTimer(
        MINUTE_MS - (clock.nowMs() % MINUTE_MS),
        () => {
          store.dispatch({ type: 'ticked', nowMs: clock.nowMs() })
          schedule()
        },
        { background: true },
      )
    }
    schedule()
    return () => timer.cancel()
  }, [store, clock])
}
