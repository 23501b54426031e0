/**
 * Ends the daemon without notice, again and again, under load and while it starts: nothing it has promised may be missing
 * afterwards, nothing be there twice. A promise is an answer to `chat.send`, and a line that a subscriber was told.
 *
 * `DCHAT_KILL_CYCLES` sets how often (200), `DCHAT_KILL_SEED` the delays.
 */
import { SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { DaemonNode } from '@dchat/e2e'
import { MortalDaemon } from './testing/mortal-daemon.ts'

const CYCLES = Number(process.env['DCHAT_KILL_CYCLES'] ?? 200)
const SEED = Number(process.env['DCHAT_KILL_SEED'] ?? 5)
/** Daemons at a time, each with a home of its own. */
const DAEMONS = 2
/** So often a start is cut short too. */
const START_CUTS = 4

test(
  `after each of ${CYCLES} kills every promised line is there, and none twice`,
  async () => {
    await using homes = new AsyncDisposableStack()
    const mortals = Array.from({ length: DAEMONS }, (_, index) => {
      const config = { chat: ['rate_limit = 0'], net: ['outbound_connections = 0'] }
      const node = homes.use(new DaemonNode({ hasTcpRpc: true, config }))
      return new MortalDaemon(node, `daemon-${index}`, new SeededRandom(SEED * DAEMONS + index))
    })
    await Promise.all(
      mortals.map(async (mortal, index) => {
        for (let cycle = index; cycle < CYCLES; cycle += DAEMONS) {
          if (cycle % START_CUTS === index) await mortal.stillbirth()
          await mortal.live(cycle)
        }
        await mortal.rest()
      }),
    )
    for (const { book } of mortals) {
      console.log(`${book.promises} lines promised, ${book.stored} stored`)
      expect(book.promises).toBeGreaterThan(CYCLES)
    }
  },
  CYCLES * 3_000 + 60_000,
)
