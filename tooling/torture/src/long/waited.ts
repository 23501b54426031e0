/** Time that passes as a part of an experiment: how long somebody is away, how often something is done. */
import { setTimeout as delay } from 'node:timers/promises'

/** Resolves after `ms`, or at once with `signal`. */
export async function waited(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
