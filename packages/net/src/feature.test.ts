/** Who is asked for a feature, and when. Wire: docs/wire.md, *Core messages*, `version`. */
import { expect, test } from 'vitest'
import { hasFeature } from './feature.ts'
import type { Feature } from './feature.ts'
import { SESSION_DEFAULT } from './sessions/session-flags.ts'
import { line } from './testing/line-message.ts'
import { LocalNet } from './testing/local-net.ts'
import { dialRaw } from './testing/raw-peer.ts'

const LINES: Feature = ['test.lines', 2]

test.each<[readonly Feature[], boolean]>([
  [[], false],
  [[['test.lines', 2]], true],
  [[['test.lines', 3]], true],
  [[['test.lines', 4_294_967_295]], true],
  [[['test.lines', 1]], false],
  [[['test.line', 2]], false],
  [[['TEST.LINES', 2]], false],
  [
    [
      ['test.lines', 1],
      ['other', 9],
      ['test.lines', 2],
    ],
    true,
  ],
])('who announces %j has version 2 of test.lines: %s', (features, expected) => {
  expect(hasFeature({ features }, LINES)).toBe(expected)
})

test('a peer is sent what it has announced, and the question comes too early where a protocol is made', async () => {
  await using net = new LocalNet()
  const node = net.add({ features: [LINES] })
  const early: unknown[] = []
  node.p2p.protocols.register(SESSION_DEFAULT, (channel) => {
    channel.subscribe(line)
    try {
      hasFeature(channel.peerVersion, LINES)
    } catch (error) {
      early.push(error)
    }
    const text = hasFeature(node.p2p.settings, LINES) ? 'spoken here' : ''
    return { start: () => hasFeature(channel.peerVersion, LINES) && channel.post(line, { text }) }
  })
  await net.run(node)
  const options = { clock: net.clock, messages: [line] }
  const dial = (host: string) => net.settle(dialRaw(net.network.transport(host), node.url, options))
  const [speaker, other] = [await dial('30.0.0.1'), await dial('30.0.0.2')]
  speaker.greet({ features: [LINES] })
  other.greet({ features: [['test.lines', 1]] })
  await net.clock.runUntil(() => node.p2p.peerCount === 2)
  await net.clock.advance(1)
  expect([speaker.valuesOf(line), other.valuesOf(line)]).toEqual([[{ text: 'spoken here' }], []])
  expect(early).toEqual([expect.any(TypeError), expect.any(TypeError)])
})
