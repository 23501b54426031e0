import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { frame } from './raw-frame.ts'
import { rawPost } from './raw-post.ts'
import { SeededSigner } from './seeded-signer.ts'
import { Spread } from './spread.ts'

test('copies are counted by host, hops along those that come first', async () => {
  const clock = new ManualClock()
  const spread = new Spread({ clock, latencyMs: (from, to) => (from === 'a' && to === 'c' ? 100 : 10) })
  const post = rawPost({ signer: new SeededSigner(1), time: 1, body: 'x' })
  const bytes = frame('post', Buffer.concat([Buffer.of(post.bytes.length), post.bytes]))
  const send = (from: string, to: string): void =>
    spread.sent(from, to, { kind: 'data', bytes: Buffer.concat([frame('have', Buffer.of(0)), bytes]) })
  send('a', 'b')
  spread.watch(post.id, 'a')
  send('a', 'b')
  send('a', 'c')
  await clock.advance(10)
  send('b', 'c')
  await clock.advance(10)
  send('c', 'd')
  send('c', 'b')
  const { copies, hops } = spread.take(post.id)
  expect([...copies]).toEqual([
    ['b', 2],
    ['c', 2],
    ['d', 1],
  ])
  expect([...hops]).toEqual([
    ['b', 1],
    ['c', 2],
    ['d', 3],
  ])
  expect(() => spread.take(post.id)).toThrow(RangeError)
})
