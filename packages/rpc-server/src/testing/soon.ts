/** Waits for a condition by looking, for what has no event to wait for. */
import { expect } from 'vitest'

/** Resolves once `read` gives `wanted`; fails with the last value after ten seconds, which no machine needs. */
export async function soon(read: () => unknown, wanted: unknown): Promise<void> {
  await expect.poll(read, { timeout: 10_000, interval: 2 }).toEqual(wanted)
}
