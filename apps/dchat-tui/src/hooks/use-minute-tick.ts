import type { Clock, Timer } from '@dchat/system'
import { useEffect } from 'react'
import type { Store } from '../state/store.ts'

const MINUTE_MS = 60_000

/** Tells the store the time at the start of each minute, while it is shown: nothing is drawn for a time that nobody sees. */
export function useMinuteTick(store: Store, clock: Clock, isShown: boolean): void {
  useEffect(() => {
    if (!isShown) return
    let timer: Timer
    const tell = (): void => {
      timer = clock.setTimer(MINUTE_MS - (clock.nowMs() % MINUTE_MS), tell, { background: true })
      const nowMs = clock.nowMs()
      if (minuteOf(nowMs) !== minuteOf(store.state.nowMs)) store.dispatch({ type: 'ticked', nowMs })
    }
    tell()
    return () => timer.cancel()
  }, [store, clock, isShown])
}

function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS)
}
