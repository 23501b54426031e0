/** A node of the benches of history: its store in a file, its posts real ones, on 127.0.0.1. */
import { POSTS_FEATURE, PostNetwork } from '@dchat/chat'
import { SeededSigner, holdPosts, rawPost } from '@dchat/chat/testing'
import type { RawPost } from '@dchat/chat/testing'
import { P2p } from '@dchat/net'
import { openStore } from '@dchat/store'
import type { MessageStore } from '@dchat/store'
import { SystemClock, SystemRandom, silentLogger } from '@dchat/system'

const ROOM = 'dchat'
const AUTHORS = 200
/** Of one author, so that no quota drops any. */
const STEP_MS = 2_000
const BODY_BYTES = 180
const SLICE = 5_000

export function openFile(path: string): MessageStore {
  return openStore({ path, clock: new SystemClock(), logger: silentLogger })
}

/** Stores posts [from, to) of a series that ends at `endMs`, `total` long: the same posts for everybody who says the same. */
export async function fill(
  store: MessageStore,
  series: { from: number; to: number; total: number; endMs: number },
): Promise<void> {
  const signers = Array.from({ length: AUTHORS }, (_, index) => new SeededSigner(index))
  const post = (index: number): RawPost => {
    const time = series.endMs - Math.floor(((series.total - index) * STEP_MS) / AUTHORS)
    return rawPost({ signer: signers[index % AUTHORS]!, room: ROOM, time, body: `${index} `.padEnd(BODY_BYTES, 'x') })
  }
  for (let from = series.from; from < series.to; from += SLICE) {
    const count = Math.min(SLICE, series.to - from)
    await holdPosts(
      store,
      Array.from({ length: count }, (_, index) => post(from + index)),
    )
  }
}

export interface BenchNode {
  readonly p2p: P2p
  readonly posts: PostNetwork
  stop(): Promise<void>
}

/** @param peers are dialled and kept @param isListening on a port of its own */
export async function startNode(
  store: MessageStore,
  how: { peers?: readonly string[]; isListening?: boolean },
): Promise<BenchNode> {
  const clock = new SystemClock()
  const p2p = P2p.create({
    inbound: how.isListening === true ? ['tcp://127.0.0.1:0'] : [],
    peers: how.peers ?? [],
    outboundConnections: 0,
    localnet: true,
    features: [POSTS_FEATURE],
  })
  const deps = { p2p, store, clock, random: new SystemRandom(), logger: silentLogger, signer: new SeededSigner('bench') }
  const posts = new PostNetwork({ keep: 'all' }, deps)
  posts.register()
  posts.start()
  await p2p.start()
  const running = p2p.run()
  await p2p.untilState('run')
  const stop = async (): Promise<void> => {
    await p2p.stop()
    await running
    await posts.stop()
    await store.close()
  }
  return { p2p, posts, stop }
}
