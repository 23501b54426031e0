/** Who is spoken to in the commands of posts, and who may. Source: docs/chat.md, *Announced, never imposed*. */
import { SESSION_DEFAULT } from '@dchat/net'
import { handshakeFrames, messageFrame } from '@dchat/net/testing'
import { describe, expect, test } from 'vitest'
import { FeaturedPeer } from '../testing/featured-peer.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { wire } from '../testing/wire-messages.ts'

const PLAIN = { features: [] } as const
const ID = Buffer.alloc(32, 7)
const COMMANDS = [
  messageFrame(wire.post, { bytes: Buffer.from('x') }),
  messageFrame(wire.have, { ids: [ID] }),
  messageFrame(wire.want, { ids: [ID] }),
  messageFrame(wire.rooms, { rooms: [] }),
  messageFrame(wire.page, { request: 1, room: 'a', beforeTime: 1, beforeId: ID, limit: 1 }),
  messageFrame(wire.pageend, { request: 1, count: 0, more: false }),
  messageFrame(wire.sync, { session: 1, room: 'a', since: 0, until: 1, frame: Buffer.from('a') }),
]
const reasons = (stage: RelayStage): string[] => stage.node.p2p.hosts.bans.list().map(({ reason }) => reason)

describe('a peer that has not listed posts', () => {
  test.each(COMMANDS.map((frame, index) => [Object.keys(wire)[index]!, frame] as const))(
    'is banned for a "%s" as for any unknown command',
    async (_, frame) => {
      await using stage = await RelayStage.open()
      const peer = await stage.peer(PLAIN)
      peer.raw.send(frame)
      await stage.settle()
      expect([peer.isClosed, reasons(stage)]).toEqual([true, ['NET_UNKNOWN_COMMAND']])
    },
  )

  test('is banned too when the command came before the versions were exchanged', async () => {
    await using stage = await RelayStage.open()
    const stream = await stage.net.settle(
      stage.net.network.transport('70.0.0.1').dial(stage.node.url, { signal: new AbortController().signal }),
    )
    let isClosed = false
    stream.open({ onData: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => (isClosed = true) })
    stream.write(COMMANDS[1]!)
    stream.write(handshakeFrames())
    await stage.settle()
    expect([isClosed, reasons(stage)]).toEqual([true, ['NET_UNKNOWN_COMMAND']])
  })

  test.each([[[]], [[['dchat.posts', 0]]], [[['dchat.post', 1]]], [[['other', 5]]]] as const)(
    'with features %j is never sent one',
    async (features) => {
      await using stage = await RelayStage.open()
      const [plain, featured] = [await stage.peer({ features }), await stage.peer()]
      await stage.net.settle(stage.posts.publish({ room: 'dchat', kind: 0, body: 'hey' }))
      const posts = [stage.post('a'.repeat(2_000)), stage.post('b')]
      featured.post(...posts)
      featured.send(wire.have, { ids: [ID] })
      await stage.clock.advance(120_000)
      expect(plain.received.map(({ command }) => command)).toEqual(['version', 'verack', 'getaddr'])
      expect([plain.isClosed, stage.posts.channels.length]).toEqual([false, 1])
    },
  )
})

test('a higher version than ours is spoken to', async () => {
  await using stage = await RelayStage.open()
  await stage.peer({
    features: [
      ['other', 1],
      ['dchat.posts', 4_000_000_000],
    ],
  })
  expect(stage.posts.channels).toHaveLength(1)
})

test('a node that does not list posts takes no command of them', async () => {
  await using stage = await RelayStage.open({ isFeatured: false })
  const peer = await stage.peer()
  expect(stage.posts.channels).toHaveLength(0)
  peer.post(stage.post('hey'))
  await stage.settle()
  expect([peer.isClosed, reasons(stage)]).toEqual([true, ['NET_UNKNOWN_COMMAND']])
})

test('what a featured peer sent before the versions were exchanged is not lost', async () => {
  await using stage = await RelayStage.open()
  const transport = stage.net.network.transport('70.0.0.1')
  const stream = await stage.net.settle(transport.dial(stage.node.url, { signal: new AbortController().signal }))
  const post = stage.post('early bird')
  stream.write(messageFrame(wire.post, { bytes: post.bytes }))
  const peer = new FeaturedPeer(stream, { clock: stage.clock })
  await stage.settle()
  expect([stage.store.posts.holds(post.id), peer.isClosed]).toEqual([true, false])
})

test('the peer of a seed is not spoken to', async () => {
  await using stage = await RelayStage.open()
  const seed = stage.net.addSeed({ features: [['dchat.posts', 1]] })
  await stage.net.run(seed)
  const commands: string[] = []
  stage.node.p2p.dnet.subscribe((event) => {
    if (event.event === 'send') commands.push(event.info.cmd)
  })
  await stage.net.settle(stage.node.p2p.reload({ seeds: [seed.url] }))
  await stage.net.settle(stage.node.p2p.seed())
  await stage.net.settle(stage.posts.publish({ room: 'dchat', kind: 0, body: 'hey' }))
  await stage.settle()
  expect(commands.filter((command) => command in wire)).toEqual([])
  expect(stage.node.p2p.channels.filter(({ info }) => (info.session & SESSION_DEFAULT) !== 0)).toEqual([])
})
