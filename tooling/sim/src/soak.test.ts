import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { SOAK_NODES } from './soak-run.ts'
import type { SoakOptions, SoakReport } from './soak-run.ts'

const DAYS = 7
/** A minute and a half of one core; a busy machine has less. */
const TIMEOUT_MS = 900_000
/** What the heap may grow by from the first day to the last: a leak of 1 kB for each of the week's 50,000 pings would show. */
const HEAP_GROWTH_MIB = 10

async function soak(options: SoakOptions): Promise<SoakReport> {
  const worker = new Worker(new URL('soak-worker.ts', import.meta.url), {
    workerData: options,
    execArgv: ['--conditions=@dchat/source'],
  })
  const [report] = (await once(worker, 'message')) as [SoakReport]
  await worker.terminate()
  return report
}

test(
  '20 nodes that come and go for a week: nobody is banned, nothing grows, nobody stays alone',
  { timeout: TIMEOUT_MS },
  async () => {
    const report = await soak({ days: DAYS, seed: 1 })
    expect(report).toMatchObject({ bans: 0, lonely: 0, stuck: 0, openHandles: 0, pendingTimers: 0, hostsAtWork: 0 })
    // Four hours up and five minutes down on average: some 40 starts of each node.
    expect(report.starts).toBeGreaterThan(SOAK_NODES * 30)
    const [first, ...later] = report.days
    expect(later).toHaveLength(DAYS - 1)
    for (const day of later) {
      expect(day.heapMiB).toBeLessThan(first!.heapMiB + HEAP_GROWTH_MIB)
      // Bounds by design: three outbound slots a node, each with two ends; each of a few timers.
      expect(day.links).toBeLessThan(SOAK_NODES * 8)
      expect(day.timers).toBeLessThan(SOAK_NODES * 40)
      expect(day.hostsAtWork).toBeLessThan(SOAK_NODES * 16)
      // Sockets that came in during a day, and the known hosts.
      expect(day.hostsIdle).toBeLessThan(SOAK_NODES * 400)
      expect(day.listed).toBeLessThan((SOAK_NODES + 2) * 22)
    }
  },
)

test('a soak of one seed is the same event by event', { timeout: TIMEOUT_MS }, async () => {
  const days = 0.1
  const [first, second] = [await soak({ days, seed: 2, isTraced: true }), await soak({ days, seed: 2, isTraced: true })]
  expect(second.digest).toBe(first.digest)
  expect(first.events).toBeGreaterThan(10_000)
})
