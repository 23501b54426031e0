import { ManualClock } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { describeTransport } from '../testing/transport-contract.ts'
import { MemoryNetwork } from './memory.ts'
import type { TransportStream } from './transport.ts'

describeTransport('memory', () => ({ transport: new MemoryNetwork().transport('1.2.3.4'), anyUrl: 'tcp://1.2.3.4:0/' }))

describe('a memory network', () => {
  const quiet = { onDrain: (): void => {}, onEnd: (): void => {}, onClose: (): void => {} }

  test('takes its latency each way, in manual time', async () => {
    const clock = new ManualClock()
    const network = new MemoryNetwork({ clock, latencyMs: 50 })
    const heardAtMs: number[] = []
    const listening = network.transport('2.2.2.2').listen('tcp://2.2.2.2:2/', (stream) => {
      stream.open({ ...quiet, onData: () => heardAtMs.push(clock.monotonicMs()) })
    })
    await clock.advance(50)
    const dialling = network.transport('1.1.1.1').dial('tcp://2.2.2.2:2/', { signal: new AbortController().signal })
    await clock.advance(50)
    const stream = await dialling
    stream.write(Buffer.from('x'))
    await clock.advance(49)
    expect(heardAtMs).toEqual([])
    await clock.advance(51)
    expect(heardAtMs).toEqual([150])
    stream.destroy()
    await clock.advance(100)
    await (await listening).close()
    expect(network.openHandles).toBe(0)
  })

  test('keeps apart who cannot reach whom', async () => {
    const network = new MemoryNetwork({ isReachable: (from) => from !== '6.6.6.6' })
    const streams: TransportStream[] = []
    const url = 'tcp://2.2.2.2:2/'
    const listening = await network.transport('2.2.2.2').listen(url, (stream) => streams.push(stream))
    const { signal } = new AbortController()
    await expect(network.transport('6.6.6.6').dial(url, { signal })).rejects.toMatchObject({ code: 'NET_DIAL_FAILED' })
    await network.transport('7.7.7.7').dial(url, { signal })
    expect(streams.map(({ remoteUrl }) => remoteUrl)).toEqual([expect.stringMatching(/^tcp:\/\/7\.7\.7\.7:\d+\/$/)])
    expect(network.openHandles).toBe(3)
    await listening.close()
  })
})
