/** How soon the daemon answers: printed, for the machine decides it. `pnpm bench` measures it. */
import { expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'

/** Far more than it takes; a start that waits for the network or a whole index of the history is found by it. */
const GENEROUS_MS = 5_000

test('the first call is answered soon after the start, also with a history', async () => {
  await using node = new DaemonNode()
  for (const what of ['first start', 'second start', 'start with 2,000 lines']) {
    const startMs = performance.now()
    await node.start()
    expect(await node.client.call('ping', [])).toBe('pong')
    const tookMs = performance.now() - startMs
    console.log(`${what}: first answer after ${tookMs.toFixed(0)} ms`)
    expect(tookMs).toBeLessThan(GENEROUS_MS)
    if (what === 'second start') {
      await Promise.all(Array.from({ length: 1_000 }, () => node.client.call('send', { text: 'x'.repeat(100) })))
      await Promise.all(Array.from({ length: 1_000 }, () => node.client.call('send', { text: 'x'.repeat(100) })))
    }
    await node.kill('SIGTERM')
  }
})
