/**
 * A worker with several featured peers of one node: each tells it of posts of its own by `have`, and sends what it is asked for.
 * Says 'ready' when the posts are signed and the peers connected; begins on a word, and ends on another.
 */
import { FeaturedPeer, wire } from '@dchat/chat/testing'
import { DEFAULT_SETTINGS, makeSettings, systemTransports } from '@dchat/net'
import { SystemClock } from '@dchat/system'
import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { plannedPosts } from './fill-posts.ts'

export interface FeedJob {
  readonly url: string
  readonly peers: number
  /** Of each peer. */
  readonly posts: number
}

/** What a peer has told of and was not asked for yet: the node asks of one peer for no more at a time. */
const WINDOW = 1_024
const BATCH = 256
const AGAIN_MS = 1_000

const job = workerData as FeedJob
const port = parentPort!
const clock = new SystemClock()
const transport = systemTransports(makeSettings({ ...DEFAULT_SETTINGS, localnet: true }), clock).get('tcp')!
const now = Date.now()
const feeds = await Promise.all(
  Array.from({ length: job.peers }, async (_, index) => {
    const plan = { count: job.posts, from: now - 60_000, until: now, name: `feed ${index}` }
    const posts = [...plannedPosts(plan)].map(({ post }) => post)
    let told = 0
    /** Told of, and not asked for yet. */
    const open = new Map<string, Buffer>()
    let isQuiet = false
    const have = (peer: FeaturedPeer, ids: readonly Buffer[]): void => {
      if (ids.length > 0) peer.send(wire.have, { ids })
    }
    const tell = (peer: FeaturedPeer): void => {
      while (told < posts.length && open.size + BATCH <= WINDOW) {
        const batch = posts.slice(told, told + BATCH)
        told += batch.length
        for (const { hex, id } of batch) open.set(hex, id)
        have(
          peer,
          batch.map(({ id }) => id),
        )
      }
    }
    // What the node had no place for it leaves to the reconciler, which these peers are none of.
    const tellAgain = (peer: FeaturedPeer): void => {
      if (isQuiet) have(peer, [...open.values()].slice(0, BATCH))
      isQuiet = true
    }
    const peer = await FeaturedPeer.dial(transport, job.url, {
      clock,
      onMessage: ({ command, value }, own) => {
        if (command !== wire.want.name) return
        isQuiet = false
        for (const id of (value as { ids: readonly Uint8Array[] }).ids) open.delete(Buffer.from(id).toString('hex'))
        tell(own)
      },
    })
    peer.serve(posts)
    return () => {
      tell(peer)
      setInterval(() => tellAgain(peer), AGAIN_MS)
    }
  }),
)
port.postMessage('ready')
await once(port, 'message')
for (const begin of feeds) begin()
await once(port, 'message')
process.exit()
