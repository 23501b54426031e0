import type { Channel } from '@dchat/net'
import { ManualClock } from '@dchat/system'
import { expect, test } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import { ReachLog } from './reach-log.ts'

const clock = new ManualClock(1_000)
/** A channel that this node dialled. */
const to = (host: number, id = host): Channel => {
  const url = `tcp://9.0.0.${host}:1/`
  return { info: { id, url, resolvedUrl: url }, clock } as unknown as Channel
}

test('a line is with each peer once, on the channel it was told on last, as far as it came', async () => {
  const log = new ReachLog()
  log.begin(1)
  expect(log.of(1)).toEqual({ peers: [], isComplete: true })
  log.note(1, to(1), 'written')
  log.note(1, to(2), 'held')
  await clock.advance(5)
  log.note(1, to(1, 77), 'held')
  log.note(1, to(2), 'written')
  expect(log.of(1)).toEqual({
    peers: [
      { url: 'tcp://9.0.0.1:1/', channelId: 77, state: 'held', atMs: 1_005 },
      { url: 'tcp://9.0.0.2:1/', channelId: 2, state: 'held', atMs: 1_000 },
    ],
    isComplete: true,
  })
})

test('of a line from before the start, and of more peers than are remembered, not all are known', () => {
  const log = new ReachLog()
  log.note(1, to(1), 'held')
  expect(log.of(1)).toMatchObject({ peers: [{ channelId: 1 }], isComplete: false })
  log.begin(2)
  for (let host = 0; host < CHAT_LIMITS.REACH_PEERS.value; host += 1) log.note(2, to(host), 'written')
  expect([log.of(2).peers.length, log.of(2).isComplete]).toEqual([CHAT_LIMITS.REACH_PEERS.value, true])
  log.note(2, to(250), 'written')
  expect([log.of(2).peers.length, log.of(2).isComplete]).toEqual([CHAT_LIMITS.REACH_PEERS.value, false])
})

test('the oldest line is forgotten', () => {
  const log = new ReachLog()
  for (let seq = 0; seq <= CHAT_LIMITS.REACH_LINES.value; seq += 1) log.begin(seq)
  expect([log.of(0), log.of(1)]).toEqual([
    { peers: [], isComplete: false },
    { peers: [], isComplete: true },
  ])
})
