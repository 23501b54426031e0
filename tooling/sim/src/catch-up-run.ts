/** A node that was away for a day comes back to one peer that has thousands of posts more. */
import { ChatSimulation } from '@dchat/chat/testing'

export interface CatchUpOptions {
  readonly seed: number
  /** Made while the other was away. */
  readonly posts: number
}

export interface CatchUpReport {
  readonly posts: number
  /** From being connected until the sets were equal. */
  readonly tookMs: number
  /** From being connected until the newest post was there. */
  readonly newestMs: number
  /** Messages and bytes of both, by command. */
  readonly byCommand: ReadonlyMap<string, { readonly messages: number; readonly bytes: number }>
  /** Bytes of the posts that were missing. */
  readonly postBytes: number
  readonly roundTripMs: number
}

const DAY_MS = 86_400_000
/** Made before the day away, held by both. */
const SHARED = 500
/** Said at once: a minute of one author holds 60. */
const BURST = 10
const LATENCY_MS = 50
const STEP_MS = 50
const LIMIT_MS = 600_000

export async function runCatchUp({ seed, posts }: CatchUpOptions): Promise<CatchUpReport> {
  await using chat = new ChatSimulation({ seed, latency: { minMs: LATENCY_MS, maxMs: LATENCY_MS } })
  const stays = chat.add()
  const goes = chat.add({ settings: { peers: [stays.url], outboundConnections: 0 } })
  await chat.start(stays, goes)
  await chat.until(() => stays.node.p2p!.peerCount === 1)
  /** In bursts, evenly over so much time. */
  const say = async (count: number, overMs: number): Promise<void> => {
    for (let from = 0; from < count; from += BURST) {
      const texts = Array.from({ length: Math.min(BURST, count - from) }, (_, index) => `said ${from + index}`.padEnd(120, '.'))
      await Promise.all([...texts.map((text) => stays.say(text)), chat.advance((overMs * BURST) / count)])
    }
  }
  await say(SHARED, SHARED * 1_200)
  await chat.until(() => goes.set.digest === stays.set.digest)
  const gone = goes.node.leave()
  await chat.advance(60_000)
  await gone
  await say(posts, DAY_MS)
  const newest = stays.store.posts.newest('dchat', { count: 1, notAfter: Number.MAX_SAFE_INTEGER })[0]!.id
  const before = new Map([...chat.simulation.traffic.byCommand].map(([command, sum]) => [command, { ...sum }]))
  goes.node.start()
  await chat.until(() => goes.isUp && goes.node.p2p!.peerCount === 1)
  const startMs = chat.clock.monotonicMs()
  let newestMs: number | undefined
  while (goes.set.digest !== stays.set.digest) {
    await chat.advance(STEP_MS)
    if (goes.holds(newest)) newestMs ??= chat.clock.monotonicMs() - startMs
    if (chat.clock.monotonicMs() - startMs > LIMIT_MS) throw new Error(`not caught up within ${LIMIT_MS} ms`)
  }
  const byCommand = new Map(
    [...chat.simulation.traffic.byCommand].map(([command, { messages, bytes }]) => {
      const was = before.get(command) ?? { messages: 0, bytes: 0 }
      return [command, { messages: messages - was.messages, bytes: bytes - was.bytes }]
    }),
  )
  return {
    posts,
    tookMs: chat.clock.monotonicMs() - startMs,
    newestMs: newestMs ?? 0,
    byCommand,
    postBytes: byCommand.get('post')?.bytes ?? 0,
    roundTripMs: 2 * LATENCY_MS,
  }
}
