/** What a node counts of its history with peers since its start. */

export interface HistoryCounts {
  /** Pages that came. */
  pages: number
  /** Page requests that ended in a fault of the peer: a wrong count, a standstill, silence. */
  pageFaults: number
  /** `pageend` that nobody awaited. */
  strayPageEnds: number
  /** Pages that were served. */
  servedPages: number
  /** `rooms` that came too soon after the others. */
  hastyRooms: number
  /** Reconciliations that were begun, each of one room with one channel. */
  sessions: number
  /** Of these, those that came to their end. */
  finishedSessions: number
  /** Of these, those that ended in a fault of the peer: silence, a frame that is malformed, frames without end, posts that it claims and does not send. */
  failedSessions: number
  /** Frames of peers that were answered. */
  answeredFrames: number
  /** Frames of peers that were not: malformed, or of a session that has had all its frames. */
  refusedFrames: number
  /** Answers that came when nobody awaited them. */
  lateAnswers: number
  /** Posts that reconciliations have brought. */
  fetched: number
  /** Posts that peers lacked, and that there was no room to wait for. */
  unpushed: number
  /** Repairs that were begun, each of many rooms with one channel. */
  repairs: number
}

export function newHistoryCounts(): HistoryCounts {
  return {
    pages: 0,
    pageFaults: 0,
    strayPageEnds: 0,
    servedPages: 0,
    hastyRooms: 0,
    sessions: 0,
    finishedSessions: 0,
    failedSessions: 0,
    answeredFrames: 0,
    refusedFrames: 0,
    lateAnswers: 0,
    fetched: 0,
    unpushed: 0,
    repairs: 0,
  }
}
