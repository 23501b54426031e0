/** Work that goes on side by side for a while. */

/** Goes on until `signal`. */
export type Job = (signal: AbortSignal) => Promise<void>

/** Runs `jobs` for `ms`, and waits until all have ended. @throws what the first of them threw, which ends the others too */
export async function together(ms: number, jobs: readonly Job[]): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([AbortSignal.timeout(ms), failed.signal])
  const failures: unknown[] = []
  await Promise.all(
    jobs.map((job) =>
      job(signal).catch((error: unknown) => {
        failures.push(error)
        failed.abort()
      }),
    ),
  )
  if (failures.length > 0) throw failures[0]
}
