/** The liars about history: each listens at an address of its own, and lies to whoever comes. */
import { plannedPosts } from '@dchat/bench/fill-posts'
import { SeededSigner, listenFeatured, rawNegentropy, rawPost, wire } from '@dchat/chat/testing'
import type { FeaturedPeer, RawPost } from '@dchat/chat/testing'
import { loopbackHost } from '@dchat/e2e'
import { systemTransports } from '@dchat/net'
import { SeededRandom, SystemClock } from '@dchat/system'
import { ownTask, serveOrders } from '../child.ts'
import type { LiarOrder, LiarReport, LiarTask } from './liars.ts'
import type { Ground, Lie, PageQuestion, SyncQuestion } from './lie.ts'
import { LIES } from './lies.ts'

const HOUR_MS = 3_600_000

const task = ownTask<LiarTask>()
const clock = new SystemClock()
const random = new SeededRandom(task.seed)
const gap = [...plannedPosts(task.gap)].map(({ post }) => post)
const signers = Array.from({ length: 50 }, (_, number) => new SeededSigner(`liar ${number}`))
const asked: Record<string, number> = {}
let made = 0

function make(count: number, time?: number | bigint): readonly RawPost[] {
  return Array.from({ length: count }, () => {
    made += 1
    // A second apart and of many authors: no quota drops them.
    return rawPost({
      signer: signers[made % signers.length]!,
      time: time ?? Date.now() - HOUR_MS + made * 1_000,
      body: `lie ${made}`,
    })
  })
}

function groundOf(peer: FeaturedPeer): Ground {
  const every = (ms: number, work: () => void): void => {
    const timer = setInterval(() => (peer.isClosed ? clearInterval(timer) : work()), ms)
  }
  return { random, gap, make, every }
}

function hear(lie: Lie, peer: FeaturedPeer, { command, value }: { command: string; value: unknown }): void {
  const ground = groundOf(peer)
  if (command === 'verack') {
    if (lie.greet === undefined) peer.send(wire.rooms, { rooms: [] })
    else lie.greet(peer, ground)
  }
  if (command !== wire.page.name && command !== wire.sync.name && command !== wire.want.name) return
  asked[lie.name] = (asked[lie.name] ?? 0) + 1
  if (command === wire.page.name) {
    const question = value as PageQuestion
    if (lie.page === undefined) peer.send(wire.pageend, { request: question.request, count: 0, more: false })
    else lie.page(question, peer, ground)
  } else if (command === wire.sync.name) {
    const question = value as SyncQuestion
    if (lie.sync === undefined) peer.send(wire.sync, { ...question, frame: rawNegentropy() })
    else lie.sync(question, peer, ground)
  } else lie.want?.((value as { ids: readonly Uint8Array[] }).ids, peer, ground)
}

async function listen(name: string): Promise<string> {
  const lie = LIES.find((each) => each.name === name)
  const transport = systemTransports().get('tcp')
  if (lie === undefined || transport === undefined) throw new TypeError(`there is no lie ${name}`)
  const options = {
    clock,
    onMessage: (message: { command: string; value: unknown }, peer: FeaturedPeer) => hear(lie, peer, message),
  }
  return (await listenFeatured(transport, `tcp://${loopbackHost()}:0`, options)).url
}

const listening = Promise.all(task.lies.map(listen))

serveOrders<LiarOrder, LiarReport>(async () => ({ urls: await listening, asked }))
