import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { describeTransport } from './describe-transport.test-util.ts'
import { MemoryNetwork } from './memory.ts'
import type { MemoryNetworkOptions } from './memory.ts'
import type { Listening, TransportStream } from './transport.ts'

const world = new MemoryNetwork()
describeTransport('memory', () => ({ transport: world.transport('1.2.3.4'), anyUrl: 'tcp://1.2.3.4:0/' }))

const URL = 'tcp://2.2.2.2:2/'
const never = (): AbortSignal => new AbortController().signal

/** A stream with what happened on it, each with its time. */
class Ear {
  readonly stream: TransportStream
  readonly heard: string[] = []

  constructor(stream: TransportStream, clock: ManualClock) {
    this.stream = stream
    const note = (what: string): void => void this.heard.push(`${clock.monotonicMs()} ${what}`)
    stream.open({
      onData: (bytes) => note(bytes.toString()),
      onDrain: () => {},
      onEnd: () => note('end'),
      onClose: (error) => note(error === undefined ? 'close' : error.message),
    })
  }
}

/** A link from 1.1.1.1 to 2.2.2.2, 50 ms long unless told otherwise. */
async function link(options: MemoryNetworkOptions = {}): Promise<{
  clock: ManualClock
  network: MemoryNetwork
  near: Ear
  far: Ear
  listening: Listening
}> {
  const clock = new ManualClock()
  const network = new MemoryNetwork({ clock, latencyMs: 50, ...options })
  let far: Ear | undefined
  const listening = network.transport('2.2.2.2').listen(URL, (stream) => {
    far = new Ear(stream, clock)
  })
  await clock.advance(0)
  const dialling = network.transport('1.1.1.1').dial(URL, { signal: never() })
  await clock.runUntil(() => far !== undefined)
  await clock.advance(50)
  const near = new Ear(await dialling, clock)
  return { clock, network, near, far: far!, listening: await listening }
}

describe('a memory network', () => {
  test('takes its latency each way, in manual time', async () => {
    const { clock, network, near, far, listening } = await link()
    expect(clock.monotonicMs()).toBe(100)
    near.stream.write(Buffer.from('x'))
    far.stream.write(Buffer.from('y'))
    await clock.advance(49)
    expect([near.heard, far.heard]).toEqual([[], []])
    await clock.advance(1)
    expect([near.heard, far.heard]).toEqual([['150 y'], ['150 x']])
    near.stream.destroy()
    await clock.advance(50)
    expect([near.heard.at(-1), far.heard.at(-1)]).toEqual(['150 close', '200 close'])
    await listening.close()
    expect([network.openHandles, network.linkCount, clock.pendingTimers]).toEqual([0, 0, 0])
  })

  test('has a latency for each pair of hosts, and keeps the order of what is under way', async () => {
    const { clock, near, far } = await link({ latencyMs: (from, to) => (from === '1.1.1.1' && to === '2.2.2.2' ? 7 : 1_000) })
    for (const text of ['a', 'b', 'c']) near.stream.write(Buffer.from(text))
    await clock.advance(1)
    near.stream.write(Buffer.from('d'))
    near.stream.end()
    await clock.advance(20)
    expect(far.heard.map((each) => each.split(' ')[1])).toEqual(['a', 'b', 'c', 'd', 'end', 'close'])
    expect(near.heard.map((each) => each.split(' ')[1])).toEqual(['end', 'close'])
  })

  test('refuses or loses dials as it is told', async () => {
    const clock = new ManualClock()
    const fates = { '6.6.6.6': 'refused', '7.7.7.7': 'lost' } as const
    const network = new MemoryNetwork({ clock, latencyMs: 10, fateOf: (from) => fates[from as '6.6.6.6'] ?? 'open' })
    const streams: TransportStream[] = []
    const listening = network.transport('2.2.2.2').listen(URL, (stream) => streams.push(stream))
    await clock.advance(0)
    const failed = (error: unknown): unknown => error
    const refused = network.transport('6.6.6.6').dial(URL, { signal: never() }).catch(failed)
    const ending = new AbortController()
    const reason = new Error('enough')
    const lost = network.transport('7.7.7.7').dial(URL, { signal: ending.signal }).catch(failed)
    const open = network.transport('8.8.8.8').dial(URL, { signal: never() })
    await clock.advance(60_000)
    expect(await refused).toMatchObject({ code: 'NET_DIAL_FAILED', data: { reason: 'ECONNREFUSED' } })
    ending.abort(reason)
    expect(await lost).toBe(reason)
    const near = await open
    expect(streams.map(({ remoteUrl }) => remoteUrl)).toEqual([expect.stringMatching(/^tcp:\/\/8\.8\.8\.8:\d+\/$/)])
    expect(network.counts).toMatchObject({ dials: 3, connections: 1 })
    near.destroy()
    streams[0]!.destroy()
    await (await listening).close()
    await clock.advance(10)
    expect([network.openHandles, clock.pendingTimers]).toEqual([0, 0])
  })

  test('counts what it carries and shows it to a tap', async () => {
    const seen: string[] = []
    const { clock, network, near, far } = await link({
      tap: {
        dialled: (from, url, fate) => seen.push(`${from} ${url} ${fate}`),
        sent: (from, to, parcel) => seen.push(`${from} ${to} ${parcel.kind}`),
      },
    })
    near.stream.write(Buffer.from('abc'))
    far.stream.write(Buffer.from('de'))
    far.stream.destroy()
    await clock.advance(100)
    expect(network.counts).toEqual({ dials: 1, connections: 1, writes: 2, bytes: 5 })
    expect(seen).toEqual([`1.1.1.1 ${URL} open`, '1.1.1.1 2.2.2.2 data', '2.2.2.2 1.1.1.1 data', '2.2.2.2 1.1.1.1 reset'])
  })
})

describe('a link', () => {
  test('that stalls keeps what is sent, tells nobody, and goes on in order', async () => {
    const { clock, network, near, far } = await link()
    const [way] = [...network.links]
    near.stream.write(Buffer.from('before'))
    way!.stall()
    near.stream.write(Buffer.from('a'))
    far.stream.write(Buffer.from('b'))
    near.stream.write(Buffer.from('c'))
    await clock.advance(10_000)
    // What was under way when it stalled still arrives.
    expect([near.heard, far.heard]).toEqual([[], ['150 before']])
    way!.resume()
    await clock.advance(50)
    expect([near.heard, far.heard.slice(1)]).toEqual([['10150 b'], ['10150 a', '10150 c']])
    near.stream.destroy()
    await clock.advance(50)
    expect(network.linkCount).toBe(0)
  })

  test('that is stalled does not tell that a side closed', async () => {
    const { clock, network, near, far } = await link()
    const [way] = [...network.links]
    way!.stall()
    near.stream.destroy()
    await clock.advance(60_000)
    expect([far.heard, way!.openEnds]).toEqual([[], 1])
    far.stream.destroy()
    await clock.advance(0)
    expect(network.linkCount).toBe(0)
  })

  test('that breaks ends both sides at once, with an error', async () => {
    const { clock, network, near, far, listening } = await link()
    near.stream.write(Buffer.from('lost'))
    for (const way of network.links) way.break()
    await clock.advance(1_000)
    expect([near.heard, far.heard]).toEqual([['100 read ECONNRESET'], ['100 read ECONNRESET']])
    await listening.close()
    expect(network.openHandles).toBe(0)
  })
})
