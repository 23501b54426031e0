/** What becomes of a dial that is aborted, at whatever point. */
import { getEventListeners } from 'node:events'
import type { RawServer } from '../testing/raw-server.ts'

/** Lets sockets get their turns: for what must not happen, however long one waits. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

export interface AbortableDial {
  readonly dial: (signal: AbortSignal) => Promise<unknown>
  /** Resolves when the server has said all that it says before the abort. */
  readonly untilSaid: () => Promise<void>
}

export interface Aborted {
  readonly rejectsWithReason: boolean
  /** On the signal. */
  readonly listenersLeft: number
}

export const CLEAN: Aborted = { rejectsWithReason: true, listenersLeft: 0 }

/** Aborts a dial once it has read all that the server says. @returns when its socket is gone from there too */
export async function abortDial(server: RawServer, { dial, untilSaid }: AbortableDial): Promise<Aborted> {
  const ending = new AbortController()
  const reason = new Error('enough')
  const failing = dial(ending.signal).catch((error: unknown) => error)
  await untilSaid()
  await turns(20)
  ending.abort(reason)
  const failure = await failing
  await server.allClosed(1)
  return { rejectsWithReason: failure === reason, listenersLeft: getEventListeners(ending.signal, 'abort').length }
}
