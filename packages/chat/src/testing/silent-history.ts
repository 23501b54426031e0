/** A history that neither asks nor answers: for what is measured or tried without it. */
import { newHistoryCounts } from '../history/history-counts.ts'
import type { HistoryHandler } from '../history/history-peer.ts'

/** @param takesPosts whether every post that comes counts as one of a page that was asked for @default false */
export function silentHistory(takesPosts = false): HistoryHandler {
  return {
    progress: { state: 'idle', room: null, received: 0, expected: null, peers: 0 },
    counts: newHistoryCounts(),
    start: () => {},
    noteEarly: () => {},
    stop: () => Promise.resolve(),
    attach: () => ({
      isPaging: false,
      onRooms: () => {},
      onPage: () => Promise.resolve(),
      onPageEnd: () => {},
      onSync: () => {},
      onPost: () => {},
      takesPost: () => takesPosts,
      close: () => {},
    }),
  }
}
