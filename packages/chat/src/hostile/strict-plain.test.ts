/**
 * Nodes that know nothing of posts and ban whoever sends an unknown command, among nodes with posts.
 * Facts: docs/chat.md, *Announced, never imposed*.
 */
import { eachFrame } from '@dchat/net/testing'
import type { NetworkTap } from '@dchat/net/testing'
import { SeededRandom, pick } from '@dchat/system'
import { expect, test } from 'vitest'
import { POST_MESSAGES } from '../messages.ts'
import { ChatSimulation } from '../testing/chat-simulation.ts'
import { wire } from '../testing/wire-messages.ts'

const MINUTE = 60_000
/** Some ten seconds of one core; a busy machine has less. */
const TIMEOUT_MS = 300_000
const OURS = 12
const PLAIN = 6

/** Counts commands of posts on their way to, or from, hosts without them. */
class Leaks implements NetworkTap {
  readonly plain = new Set<string>()
  readonly found: string[] = []
  readonly #commands = new Set(POST_MESSAGES.map(({ name }) => name))
  toPlain = 0

  dialled(): void {}

  sent(fromHost: string, toHost: string, parcel: Parameters<NetworkTap['sent']>[2]): void {
    if (parcel.kind !== 'data' || !(this.plain.has(fromHost) || this.plain.has(toHost))) return
    eachFrame(parcel.bytes, ({ command }) => {
      this.toPlain += 1
      if (this.#commands.has(command)) this.found.push(`${command} from ${fromHost} to ${toHost}`)
    })
  }
}

test(
  'in an hour of chat, history and churn no plain node is sent an unknown command, and nobody is banned',
  { timeout: TIMEOUT_MS },
  async () => {
    const leaks = new Leaks()
    await using chat = new ChatSimulation({ seed: 3, dialLoss: 0.01, breaksPerHour: 0.5, tap: leaks })
    const { simulation } = chat
    const seed = simulation.addSeed({ greylistRefineryIntervalMs: 1_000 })
    seed.start()
    await chat.advance(1_000)
    const settings = { seeds: [seed.url], outboundConnections: 4, inboundConnections: 16, banPolicy: 'strict' as const }
    for (let index = 0; index < OURS; index += 1) chat.add({ settings })
    const plain = Array.from({ length: PLAIN }, () => simulation.add(settings))
    for (const { host } of [...plain, seed]) leaks.plain.add(host)
    const all = [...plain, ...chat.nodes.map(({ node }) => node)]
    simulation.startAll(all, MINUTE)
    await chat.advance(3 * MINUTE)
    simulation.churn(all, { meanUpMs: 20 * MINUTE, meanDownMs: 2 * MINUTE, deathShare: 0.3 })
    const random = new SeededRandom(11)
    for (let minute = 0; minute < 60; minute += 1) {
      const up = chat.nodes.filter(({ isUp }) => isUp)
      const sizes = [20, 900, 5_000]
      pick(random, up)!
        .say('x'.repeat(sizes[minute % 3]!), minute % 4 === 0 ? 'side' : 'dchat')
        .catch(() => {})
      await chat.advance(MINUTE)
    }
    expect(plain.flatMap(({ p2p }) => p2p?.hosts.bans.saved() ?? [])).toEqual([])
    expect(chat.bans).toBe(0)
    expect(leaks.found).toEqual([])
    expect(leaks.toPlain).toBeGreaterThan(1_000)

    await simulation.calm()
    for (const node of all) node.start()
    await chat.advance(25 * MINUTE)
    expect(new Set(chat.nodes.map(({ set }) => set.digest)).size).toBe(1)
    expect(chat.nodes[0]!.set.posts).toBeGreaterThan(50)
  },
)

test('a peer that lists another version or another feature is spoken to as it understands', async () => {
  await using chat = new ChatSimulation({ latency: { minMs: 1, maxMs: 1 } })
  const alice = chat.add({ settings: { outboundConnections: 0 } })
  await chat.start(alice)
  const plain = await chat.peer(alice, { features: [] })
  const other = await chat.peer(alice, { features: [['dchat.other', 1]] })
  const newer = await chat.peer(alice, {
    features: [
      ['x', 9],
      ['dchat.posts', 7],
    ],
  })
  await chat.advance(1_000)
  await Promise.all([alice.say('hello'), chat.advance(1_000)])
  const posts = (peer: typeof plain): number => peer.received.filter(({ command }) => command === 'post').length
  expect([plain, other, newer].map(posts)).toEqual([0, 0, 1])
  const told = (peer: typeof plain): boolean => peer.received.some(({ command }) => command === 'rooms')
  expect([told(plain), told(other), told(newer)]).toEqual([false, false, true])
  // Who never said that it understands them is treated as any node is that sends an unknown command.
  plain.raw.sendMessage(wire.have, { ids: [] })
  await chat.advance(1_000)
  expect([plain.isClosed, alice.node.p2p!.hosts.bans.saved()]).toEqual([true, [expect.anything()]])
})
