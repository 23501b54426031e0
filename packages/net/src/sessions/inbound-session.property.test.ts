/** Whatever comes, in whatever order, the bounds hold and `stop()` leaves nothing. Source: docs/limits.md, docs/node.md. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { ping, pong } from '../messages/core-messages.ts'
import { handshakeFrames } from '../testing/frames.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { dialRaw } from '../testing/raw-peer.ts'
import type { RawPeer } from '../testing/raw-peer.ts'

const SLOTS = 3

type Step =
  | { readonly does: 'arrive'; readonly host: string }
  | { readonly does: 'greet' | 'stall' | 'freeze' | 'answer' | 'end' | 'destroy'; readonly which: number }
  | { readonly does: 'wait'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('arrive' as const),
      host: fc
        .tuple(fc.integer({ min: 30, max: 34 }), fc.integer({ min: 1, max: 3 }))
        .map(([group, last]) => `${group}.0.0.${last}`),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constantFrom('greet', 'greet', 'stall', 'freeze', 'answer', 'end', 'destroy'),
      which: fc.nat({ max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 1_000, 5_000, 30_000) }) },
)

async function perform(net: LocalNet, node: LocalNode, peers: RawPeer[], done: Step): Promise<void> {
  if (done.does === 'wait') return net.clock.advance(done.ms)
  if (done.does === 'arrive') {
    const dialling = dialRaw(net.network.transport(done.host), node.url, { clock: net.clock })
    const peer = await net.settle(dialling.catch(() => undefined))
    assert(peer !== undefined || node.p2p.listenUrls.length === 0, 'a running node was not there')
    if (peer !== undefined) peers.push(peer)
    return undefined
  }
  const peer = peers[done.which % Math.max(1, peers.length)]
  if (peer === undefined) return undefined
  if (done.does === 'greet') peer.greet()
  else if (done.does === 'stall') peer.send(handshakeFrames().subarray(0, 7))
  else if (done.does === 'freeze') peer.stream.pause()
  else if (done.does === 'answer') for (const asked of peer.valuesOf(ping)) peer.sendMessage(pong, asked)
  else peer.stream[done.does]()
  return undefined
}

function expectBounds(net: LocalNet, { p2p }: LocalNode): void {
  const { peers, halfOpen, leaving } = p2p.inboundCounts
  expect(peers).toBeLessThanOrEqual(SLOTS)
  expect(peers).toBe(p2p.peerCount)
  expect(halfOpen).toBeLessThanOrEqual(LIMITS.PENDING_INBOUND.value)
  expect(leaving).toBeLessThanOrEqual(LIMITS.INBOUND_CLOSING.value)
  const hosts = Map.groupBy(p2p.peers, ({ info }) => new URL(info.url).hostname)
  for (const of of hosts.values()) expect(of.length).toBeLessThanOrEqual(LIMITS.INBOUND_PER_HOST.value)
  expect(net.network.openHandles).toBeGreaterThan(0)
}

test('any order of arrivals, greetings, stalls, ends and a stop', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), fc.nat({ max: 60 }), async (steps, stopsAt) => {
      const net = new LocalNet()
      const node = net.add({ outboundConnections: 0, inboundConnections: SLOTS })
      await net.run(node)
      const peers: RawPeer[] = []
      let stopping = Promise.resolve()
      for (const [index, each] of steps.entries()) {
        if (index === stopsAt) stopping = node.p2p.stop()
        await perform(net, node, peers, each)
        if (index % 2 === 0) await net.clock.advance(0)
        if (index < stopsAt) expectBounds(net, node)
      }
      await net.settle(Promise.all([stopping, net.stop()]))
      await net.clock.advance(LIMITS.CHANNEL_CLOSE_MS.value)
      expect(node.p2p.inboundCounts).toEqual({ peers: 0, halfOpen: 0, leaving: 0, hosts: 0 })
      for (const peer of peers) peer.stream.destroy()
      await net.clock.advance(0)
      expect([node.p2p.channels, net.network.openHandles, net.clock.pendingTimers]).toEqual([[], 0, 0])
    }),
    { numRuns: 150 },
  )
})
