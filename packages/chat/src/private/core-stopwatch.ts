/** What work of one thread at a time, whichever, may have taken of a core. */

/**
 * A stopwatch in milliseconds since any start. Between two readings it moves by the time that passed or the processor time of the
 * whole process, whichever is less: what was done in between, one thing after another, took no more. Waiting for a turn on a busy
 * machine does not count.
 */
export function coreStopwatch(): () => number {
  let at = readings()
  let sumMs = 0
  return () => {
    const before = at
    at = readings()
    sumMs += Math.max(0, Math.min(at.wallMs - before.wallMs, at.cpuMs - before.cpuMs))
    return sumMs
  }
}

function readings(): { readonly wallMs: number; readonly cpuMs: number } {
  const { user, system } = process.cpuUsage()
  return { wallMs: performance.now(), cpuMs: (user + system) / 1_000 }
}
