import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { addr, ping, pong } from '../messages/core-messages.ts'
import { MAGIC, messageFrame } from './frames.ts'
import { latencyOf } from './link-conditions.ts'
import { Trace, Traffic } from './trace.ts'

const data = (...parts: readonly Uint8Array[]): { kind: 'data'; bytes: Buffer } => ({ kind: 'data', bytes: Buffer.concat(parts) })

test('traffic is counted by command, however frames share a write', () => {
  const traffic = new Traffic()
  const [one, two] = [messageFrame(ping, { nonce: 1 }), messageFrame(pong, { nonce: 2 })]
  const long = messageFrame(addr, { addrs: Array.from({ length: 100 }, () => ['tcp://1.2.3.4:1/', 1n] as const) })
  traffic.sent('a', 'b', data(one, long, one))
  traffic.sent('a', 'b', data(two))
  traffic.sent('a', 'b', { kind: 'end' })
  expect([...traffic.byCommand]).toEqual([
    ['ping', { messages: 2, bytes: 2 * one.length }],
    ['addr', { messages: 1, bytes: long.length }],
    ['pong', { messages: 1, bytes: two.length }],
  ])
  expect(traffic.messages).toBe(4)
})

test('what is no whole frame is counted apart', () => {
  const traffic = new Traffic()
  const frame = messageFrame(ping, { nonce: 1 })
  traffic.sent('a', 'b', data(frame, frame.subarray(0, 6)))
  traffic.sent('a', 'b', data(MAGIC))
  traffic.sent('a', 'b', data(MAGIC, Uint8Array.of(255, 255)))
  expect([...traffic.byCommand.keys()]).toEqual(['ping', '(other)'])
  expect(traffic.byCommand.get('(other)')).toEqual({ messages: 3, bytes: 6 + 4 + 6 })
})

test('a trace tells every event, its time and its bytes', async () => {
  const digestOf = async (bytes: string, ms: number): Promise<string> => {
    const clock = new ManualClock()
    const trace = new Trace(clock)
    trace.dialled('a', 'tcp://b:1/', 'open')
    await clock.advance(ms)
    trace.sent('a', 'b', data(Buffer.from(bytes)))
    expect(trace.events).toBe(2)
    expect(trace.digest).toBe(trace.digest)
    return trace.digest
  }
  const first = await digestOf('x', 5)
  expect(await digestOf('x', 5)).toBe(first)
  expect(await digestOf('y', 5)).not.toBe(first)
  expect(await digestOf('x', 6)).not.toBe(first)
})

test('latencies are of the pair and the seed, within their range, short ones more often', () => {
  const latency = latencyOf(1, { minMs: 10, maxMs: 160 })
  const pairs = Array.from({ length: 3_000 }, (_, index) => ['1.1.1.1', `2.2.${index >> 8}.${index & 255}`] as const)
  const all = pairs.map(([a, b]) => latency(a, b))
  expect(all).toEqual(pairs.map(([a, b]) => latency(b, a)))
  expect(all).not.toEqual(pairs.map(([a, b]) => latencyOf(2, { minMs: 10, maxMs: 160 })(a, b)))
  expect([Math.min(...all), Math.max(...all)]).toEqual([10, 160])
  const mean = all.reduce((sum, each) => sum + each, 0) / all.length
  expect(Math.abs(mean - 60)).toBeLessThan(5)
  expect(all.every(Number.isInteger)).toBe(true)
})
