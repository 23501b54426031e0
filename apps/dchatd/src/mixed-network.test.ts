/**
 * Nodes of ours among plain ones, which speak DchatMsg, know no posts and ban whoever sends an unknown command; connected both ways,
 * as a reference network is. Facts: docs/chat.md, *Beside reference nodes*.
 */
import { SeededSigner } from '@dchat/chat/testing'
import { SESSION_DEFAULT } from '@dchat/net'
import type { P2p } from '@dchat/net'
import { LocalNet } from '@dchat/net/testing'
import type { LocalNode } from '@dchat/net/testing'
import { openStore } from '@dchat/store'
import type { MessageStore } from '@dchat/store'
import { MemoryLogger, SeededRandom } from '@dchat/system'
import { expect, test } from 'vitest'
import { dchatMsg } from './dchat-message.ts'
import { Dchat } from './dchat.ts'

const OURS = 3
const PLAIN = 3
const FIRST_OF_OURS = 100
const MINUTE = 60_000

interface Ours {
  readonly dchat: Dchat
  readonly store: MessageStore
}

interface Plain {
  readonly node: LocalNode
  readonly heard: string[]
}

/** All know each other's addresses and dial every other; nobody looks for more. */
function makeAll(net: LocalNet): { ours: Ours[]; plain: Plain[] } {
  const urls = [...Array(PLAIN).keys(), ...Array.from({ length: OURS }, (_, index) => FIRST_OF_OURS + index)].map((index) =>
    net.urlOf(index),
  )
  const settingsOf = (url: string) => ({
    outboundConnections: 0,
    inboundConnections: 32,
    peers: urls.filter((other) => other !== url),
    banPolicy: 'strict' as const,
  })
  const plain = Array.from({ length: PLAIN }, (_, index) => {
    const heard: string[] = []
    const setUp = (p2p: P2p): void =>
      p2p.protocols.register(SESSION_DEFAULT, (channel) => {
        const messages = channel.subscribe(dchatMsg)
        return { start: () => messages.handle(({ msg }) => void heard.push(msg)) }
      })
    return { node: net.add(settingsOf(net.urlOf(index)), { setUp }), heard }
  })
  const ours = Array.from({ length: OURS }, (_, index) => {
    const url = net.urlOf(FIRST_OF_OURS + index)
    const store = openStore({ path: ':memory:', clock: net.clock, logger: new MemoryLogger() })
    const transports = new Map([['tcp', net.network.transport(url.replace(/^tcp:\/\/|:\d+\/$/g, ''))]])
    const dchat = new Dchat(
      { settings: { inbound: [url], externalAddrs: [url], ...settingsOf(url) }, rateLimit: 50, keep: 'all' },
      {
        clock: net.clock,
        logger: new MemoryLogger(),
        store,
        signer: new SeededSigner(index),
        random: new SeededRandom(index),
        p2p: { transports },
      },
    )
    return { dchat, store }
  })
  return { ours, plain }
}

const textsOf = ({ store }: Ours): string[] => store.history({ limit: 1_000, room: 'dchat' }).messages.map(({ text }) => text)

test('in an hour of talk everybody hears everybody, each line stands once, and nobody is banned', async () => {
  await using net = new LocalNet({ latencyMs: 20 })
  const { ours, plain } = makeAll(net)
  const others = OURS + PLAIN - 1
  for (const { dchat } of ours) void dchat.start()
  for (const { node } of plain) await net.run(node)
  await net.clock.runUntil(() => ours.every(({ dchat }) => dchat.p2p.peerCount === 2 * others))
  const said: string[] = []
  for (let minute = 0; minute < 60; minute += 1) {
    const ourText = `ours ${minute}`
    const plainText = `plain ${minute}`
    said.push(ourText, plainText)
    await net.settle(ours[minute % OURS]!.dchat.say({ room: 'dchat', kind: 'text', text: ourText }, 'ann'))
    plain[minute % PLAIN]!.node.p2p.broadcast(dchatMsg, { msg: plainText })
    await net.clock.advance(MINUTE)
  }
  for (const node of ours) expect(textsOf(node).toSorted()).toEqual(said.toSorted())
  // Who knows no posts is connected both ways with who said it, and gets each line on both channels, as of any plain node.
  for (const { heard } of plain) {
    expect(new Set(heard.filter((text) => text.includes('ours')))).toEqual(
      new Set(said.filter((text) => text.startsWith('ours')).map((text) => `<ann> ${text}`)),
    )
    expect(heard.length).toBeLessThanOrEqual(2 * said.length)
  }
  const nodes = [...ours.map(({ dchat }) => dchat.p2p), ...plain.map(({ node }) => node.p2p)]
  expect(nodes.flatMap(({ hosts }) => hosts.bans.saved())).toEqual([])
  expect(nodes.every(({ peerCount }) => peerCount === 2 * others)).toBe(true)
  for (const { dchat, store } of ours) {
    await net.settle(dchat.stop())
    await net.settle(store.close())
  }
})
