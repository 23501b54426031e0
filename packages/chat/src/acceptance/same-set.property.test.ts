/** Whatever came to whom, in which order, over which partitions: in the end all nodes have the set that the plainest reading of the rules gives. */
import { SeededRandom, shuffled } from '@dchat/system'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChatSimulation } from '../testing/chat-simulation.ts'
import type { FeaturedPeer } from '../testing/featured-peer.ts'
import { naiveSet } from '../testing/naive-set.ts'
import type { ModelPost } from '../testing/naive-set.ts'
import { rawPost } from '../testing/raw-post.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { SetDigest } from '../testing/set-digest.ts'

const MINUTE = 60_000
/** Some seconds of one core; a busy machine has less. */
const TIMEOUT_MS = 300_000
const NODES = 4
/** So small that each of them is met by a few dozen posts. */
const QUOTAS = { perAuthorMinute: 4, perRoom: 24, perAuthor: 12 }
const ROOMS = ['dchat', 'side', ''] as const
const signers = ['a', 'b', 'c', 'd'].map((name) => new SeededSigner(`same set ${name}`))

/** A post, and the model's view of it. */
type Made = RawPost & ModelPost

function makePosts(random: SeededRandom, nowMs: number): Made[] {
  return Array.from({ length: 70 }, (_, index) => {
    const signer = signers[random.int(signers.length)]!
    const room = ROOMS[random.int(5) % 3]!
    const kind = room === '' ? 2 : 0
    // Two minutes and a little, so that minutes are full and times meet.
    const time = nowMs - random.int(150) * 1_000
    const post = rawPost({ signer, room, kind, time, body: room === '' ? `nick${index}` : `text ${index}` })
    return { ...post, author: signer.key.toString('hex'), kind }
  })
}

function heldBy({ posts }: { posts: ConstructorParameters<typeof SetDigest>[0] }): string[] {
  return posts
    .rooms()
    .flatMap(({ room }) => [...new SetDigest(posts).places(room)].map(({ id }) => id.toString('hex')))
    .toSorted()
}

test('any order of arrival and any partition end in the same set on all nodes', { timeout: TIMEOUT_MS }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 20 }), async (seed) => {
      const random = new SeededRandom(seed)
      await using chat = new ChatSimulation({ seed, latency: { minMs: 1, maxMs: 400 } })
      // A line, so that every post has to be passed on.
      for (let index = 0; index < NODES; index += 1) {
        const peers = index === 0 ? [] : [chat.nodes[index - 1]!.url]
        chat.add({ quotas: QUOTAS, settings: { peers, outboundConnections: 0, inboundConnections: 16 } })
      }
      await chat.start(...chat.nodes)
      await chat.until(() => chat.nodes.every(({ node }) => node.p2p!.peerCount > 0))
      const posts = makePosts(random, chat.clock.nowMs())
      const injectors: FeaturedPeer[] = []
      const sides = new Map<string, number>()
      const cut = random.int(NODES - 1)
      for (const [index, node] of chat.nodes.entries()) {
        const side = index <= cut ? 0 : 1
        sides.set(node.node.host, side)
        sides.set(chat.nextPeerHost, side)
        injectors.push(await chat.peer(node))
      }
      await chat.advance(1_000)
      for (const [index, post] of shuffled(random, posts).entries()) {
        if (index === 20) chat.simulation.conditions.partition((host) => sides.get(host)!)
        const at = random.int(NODES)
        injectors[at]!.post(post)
        if (random.int(4) === 0) injectors[random.int(NODES)]!.post(post)
        await chat.advance(random.int(300))
      }
      chat.simulation.conditions.partition(undefined)
      await chat.advance(45 * MINUTE)
      const wanted = naiveSet(posts, QUOTAS)
      for (const node of chat.nodes) expect(heldBy(node.store)).toEqual(wanted)
      expect(chat.bans).toBe(0)
    }),
    { numRuns: 8 },
  )
})
