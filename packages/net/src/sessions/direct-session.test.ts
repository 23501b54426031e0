/** Source: docs/node.md, *Sessions*, direct. */
import { describe, expect, test } from 'vitest'
import type { DnetEvent } from '../dnet.ts'
import { HostColor } from '../hosts/host-color.ts'
import { LIMITS } from '../limits.ts'
import { LocalNet } from '../testing/local-net.ts'
import type { LocalNode } from '../testing/local-net.ts'
import { dialRaw } from '../testing/raw-peer.ts'
import type { RawListener } from '../testing/raw-peer.ts'
import type { DirectChannel } from './direct-session.ts'
import { sessionName } from './session-flags.ts'
import { A, DEAD, RETRY_MS, run, code } from './direct-session.test-util.ts'
import { listenAt, greetAll } from '../testing/raw-listeners.ts'

/** Asks for a channel to `a`, who then answers. */
async function getChannel(net: LocalNet, node: LocalNode, a: RawListener): Promise<DirectChannel> {
  const asking = node.p2p.direct.getChannel(A)
  await greetAll(net, a)
  return asking
}

describe('a channel that was asked for', () => {
  test('is opened once for all who ask, and closed when the last gives it back', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const asking = Promise.all([node.p2p.direct.getChannel(A), node.p2p.direct.getChannel('tcp://30.0.0.1:1')])
    await greetAll(net, a)
    const [first, second] = await asking
    const third = await node.p2p.direct.getChannel(A)
    expect([first.channel, a.peers.length]).toEqual([second.channel, 1])
    expect(third.channel).toBe(first.channel)
    const { hosts } = node.p2p
    expect([hosts.registry.stateOf(A), hosts.container.colorOf(A), node.p2p.peerCount]).toEqual(['connected', HostColor.Gold, 1])
    expect(node.p2p.channels.map(({ info }) => sessionName(info.session))).toEqual(['direct'])

    first.release()
    first.release()
    second[Symbol.dispose]()
    await net.clock.advance(1)
    expect(third.channel.isStopped).toBe(false)
    third.release()
    await net.clock.runUntil(() => node.p2p.channels.length === 0)
    expect([hosts.registry.stateOf(A), hosts.container.colorOf(A), node.p2p.peerCount]).toEqual(['free', HostColor.Grey, 0])
    expect(a.peers[0]!.isEnded).toBe(true)
  })

  test('is that of another session when it has one, which stays open', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net, { peers: [A] })
    await greetAll(net, a)
    const { channel, release } = await node.p2p.direct.getChannel(A)
    expect([sessionName(channel.info.session), channel]).toEqual(['manual', node.p2p.peers[0]])
    release()
    await net.clock.advance(10_000)
    expect([channel.isStopped, a.peers.length]).toEqual([false, 1])
  })

  test('is that of another session that was about to have one', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net, { peers: [A] })
    const asking = node.p2p.direct.getChannel(A)
    await net.clock.advance(3_000)
    await greetAll(net, a)
    expect([sessionName((await asking).channel.info.session), a.peers.length]).toEqual(['manual', 1])
  })

  test('is an inbound one, where the peer has dialled from that address', async () => {
    await using net = new LocalNet()
    const node = await run(net, { inbound: [net.urlOf(0)] })
    const peer = await net.settle(dialRaw(net.network.transport('30.0.0.1'), node.url, { clock: net.clock }))
    peer.greet()
    await net.clock.advance(1)
    const [inbound] = node.p2p.peers
    const { channel, release } = await node.p2p.direct.getChannel(inbound!.info.url)
    expect([channel, sessionName(channel.info.session)]).toEqual([inbound, 'inbound'])
    release()
    await net.clock.advance(1_000)
    expect([channel.isStopped, net.network.counts.dials]).toEqual([false, 1])
  })

  test('is not used after the peer has closed it; the next who asks gets a new one', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const first = await getChannel(net, node, a)
    a.peers[0]!.stream.end()
    await net.clock.advance(1)
    expect([first.channel.isStopped, node.p2p.hosts.registry.stateOf(A)]).toEqual([true, 'free'])
    const second = await getChannel(net, node, a)
    first.release()
    await net.clock.advance(10)
    expect([second.channel.isStopped, a.peers.length]).toEqual([false, 2])
  })

  test('may be asked for again while the last one closes', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const first = await getChannel(net, node, a)
    first.release()
    const again = node.p2p.direct.getChannel(A)
    await net.clock.advance(RETRY_MS)
    await greetAll(net, a)
    expect([(await again).channel.isStopped, a.peers.length]).toEqual([false, 2])
  })

  test('to a host that another part works on is waited for', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const { registry } = node.p2p.hosts
    registry.move(A, 'refine')
    const asking = node.p2p.direct.getChannel(A)
    await net.clock.advance(10_000)
    expect([a.peers.length, registry.stateOf(A)]).toEqual([0, 'refine'])
    registry.move(A, 'free')
    await net.clock.advance(RETRY_MS)
    await greetAll(net, a)
    expect((await asking).channel.info.url).toBe(A)
  })

  test.each(['refine', 'suspend'] as const)('to a host that stays in state %s is refused in the end', async (state) => {
    await using net = new LocalNet()
    const node = await run(net, { timeWithNoConnectionsMs: 3_600_000 })
    const { registry } = node.p2p.hosts
    if (state === 'suspend') registry.move(DEAD, 'move')
    registry.move(DEAD, state)
    const startMs = net.clock.monotonicMs()
    const asking = node.p2p.direct.getChannel(DEAD).catch((error: unknown) => error)
    expect(await net.settle(asking)).toMatchObject({ code: 'NET_HOST_STATE_BLOCKED', data: { url: DEAD, from: state } })
    const tookMs = net.clock.monotonicMs() - startMs
    expect(tookMs).toBeGreaterThanOrEqual(35_000)
    expect(tookMs).toBeLessThanOrEqual(35_000 + RETRY_MS)
    expect(registry.stateOf(DEAD)).toBe(state)
  })
})

describe('a dial that fails', () => {
  test('is tried three times, then the host is grey and suspended', async () => {
    await using net = new LocalNet()
    const node = await run(net)
    const { hosts } = node.p2p
    const asking = node.p2p.direct.getChannel(DEAD).catch((error: unknown) => error)
    await net.clock.advance(RETRY_MS - 1)
    expect(hosts.registry.stateOf(DEAD)).toBe('connect')
    expect(await net.settle(asking)).toMatchObject({ code: 'NET_DIAL_FAILED' })
    expect([hosts.registry.stateOf(DEAD), hosts.container.colorOf(DEAD)]).toEqual(['suspend', HostColor.Grey])
    expect(net.clock.monotonicMs()).toBeGreaterThanOrEqual(3 * RETRY_MS)
  })

  test('may succeed at the second attempt', async () => {
    await using net = new LocalNet()
    const node = await run(net)
    const asking = node.p2p.direct.getChannel(A)
    await net.clock.advance(RETRY_MS - 1)
    await using a = await listenAt(net, A)
    await net.clock.advance(1)
    await greetAll(net, a)
    expect((await asking).channel.info.url).toBe(A)
  })

  test('is not tried again when the peer breaks the protocol; a banned host is refused', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const asking = code(node.p2p.direct.getChannel(A))
    await net.clock.advance(1)
    a.peers[0]!.send(Buffer.from('nothing of ours'))
    expect(await net.settle(asking)).toBe('NET_BAD_MAGIC')
    expect([a.peers.length, node.p2p.hosts.registry.stateOf(A)]).toEqual([1, 'free'])
    expect(await code(node.p2p.direct.getChannel(A))).toBe('NET_HOST_BANNED')
  })

  test('of a scheme that no transport leads to is no matter of the host', async () => {
    await using net = new LocalNet()
    const node = await run(net)
    const url = 'tor://abc.onion:1/'
    expect(await code(node.p2p.direct.getChannel(url))).toBe('NET_SCHEME_UNSUPPORTED')
    expect([node.p2p.hosts.registry.stateOf(url), node.p2p.hosts.container.colorOf(url)]).toEqual(['free', undefined])
  })

  test.each(['', 'no url', 'tcp://', 'tcp://30.0.0.1', 'tcp://30.0.0.1:0'])(
    'what is no address is refused: "%s"',
    async (url) => {
      await using net = new LocalNet()
      const node = await run(net)
      expect(await code(node.p2p.direct.getChannel(url))).toBe('NET_ADDRESS_INVALID')
    },
  )
})

describe('who gives up', () => {
  test('leaves the dial to the others; the last one ends it', async () => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const [one, other] = [new AbortController(), new AbortController()]
    const first = node.p2p.direct.getChannel(A, one).catch((error: unknown) => error)
    const second = node.p2p.direct.getChannel(A, other).catch((error: unknown) => error)
    await net.clock.advance(1)
    one.abort(new Error('enough'))
    expect(await first).toMatchObject({ message: 'enough' })
    await net.clock.advance(1)
    expect([a.peers[0]!.isEnded, node.p2p.hosts.registry.stateOf(A)]).toEqual([false, 'connect'])
    other.abort(new Error('me too'))
    expect(await second).toMatchObject({ message: 'me too' })
    await net.clock.runUntil(() => node.p2p.channels.length === 0)
    await net.clock.advance(1)
    expect([a.peers[0]!.isEnded, node.p2p.hosts.registry.stateOf(A)]).toEqual([true, 'free'])
    await expect(node.p2p.direct.getChannel(A, one)).rejects.toThrow('enough')
  })

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('%s turns after the channel is there leaves none open', async (turns) => {
    await using net = new LocalNet()
    await using a = await listenAt(net, A)
    const node = await run(net)
    const ending = new AbortController()
    const asking = node.p2p.direct.getChannel(A, ending).catch((error: unknown) => error as Error)
    const giveUp = async (): Promise<void> => {
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      ending.abort(new Error('enough'))
      const share = await asking
      if (!(share instanceof Error)) share.release()
    }
    node.p2p.events.subscribe('connected', () => void giveUp())
    await greetAll(net, a)
    await net.clock.advance(1_000)
    expect([node.p2p.channels, a.peers[0]!.isEnded, node.p2p.hosts.registry.stateOf(A)]).toEqual([[], true, 'free'])
  })

  test('between two attempts frees the host', async () => {
    await using net = new LocalNet()
    const node = await run(net)
    const ending = new AbortController()
    const asking = node.p2p.direct.getChannel(DEAD, ending).catch((error: unknown) => error)
    await net.clock.advance(RETRY_MS / 2)
    ending.abort(new Error('enough'))
    await asking
    await net.clock.advance(0)
    expect(node.p2p.hosts.registry.stateOf(DEAD)).toBe('free')
  })

  test('because the node stops hears NET_STOPPED, as does who asks before or after', async () => {
    await using net = new LocalNet()
    const node = net.add({ outboundConnections: 0 })
    expect(await code(node.p2p.direct.getChannel(DEAD))).toBe('NET_STOPPED')
    await net.run(node)
    const asking = [code(node.p2p.direct.getChannel(DEAD)), code(node.p2p.direct.getAnyChannels())]
    await net.clock.advance(1)
    await net.settle(node.p2p.stop())
    expect(await Promise.all(asking)).toEqual(['NET_STOPPED', 'NET_STOPPED'])
    expect(await code(node.p2p.direct.getAnyChannels())).toBe('NET_STOPPED')
  })
})

test('there are at most 64 at once', async () => {
  await using net = new LocalNet()
  const node = await run(net)
  const ending = new AbortController()
  const max = LIMITS.DIRECT_CHANNELS.value
  const asking = Array.from({ length: max + 1 }, (_, index) =>
    code(node.p2p.direct.getChannel(`tcp://40.0.0.${index}:1/`, ending)),
  )
  expect(await asking[max]).toBe('NET_TOO_MANY_CHANNELS')
  ending.abort(new Error('enough'))
  await Promise.all(asking)
})

test('dnet hears of every dial and of the end of each channel', async () => {
  await using net = new LocalNet()
  await using a = await listenAt(net, A)
  const node = await run(net)
  const events: DnetEvent[] = []
  node.p2p.dnet.switch(true)
  node.p2p.dnet.subscribe((event) => {
    if (event.event.startsWith('direct_')) events.push(event)
  })
  const dead = code(node.p2p.direct.getChannel(DEAD))
  await net.settle(dead)
  const { channel, release } = await getChannel(net, node, a)
  release()
  await net.clock.runUntil(() => node.p2p.channels.length === 0)
  const failed = [
    { event: 'direct_connecting', info: { connect_addr: DEAD } },
    { event: 'direct_disconnected', info: { connect_addr: DEAD, err: expect.stringContaining('NET_DIAL_FAILED') } },
  ]
  expect(events).toEqual([
    ...failed,
    ...failed,
    ...failed,
    { event: 'direct_connecting', info: { connect_addr: A } },
    { event: 'direct_connected', info: { connect_addr: A, addr: A, channel_id: channel.info.id } },
    { event: 'direct_disconnected', info: { connect_addr: A, err: expect.stringContaining('NET_CHANNEL_STOPPED') } },
  ])
})
