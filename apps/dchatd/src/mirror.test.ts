import { POSTS_FEATURE } from '@dchat/chat'
import type { Channel } from '@dchat/net'
import { SessionFlag } from '@dchat/net'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { BroadcastOptions, BroadcastOutcome } from './broadcaster.ts'
import { CHAT_LIMITS } from './chat-limits.ts'
import { Mirror, mirrorText } from './mirror.ts'

interface Sent {
  text: string
  options: BroadcastOptions
}

function setup(outcome: BroadcastOutcome): { mirror: Mirror; sent: Sent[]; logger: MemoryLogger; clock: ManualClock } {
  const sent: Sent[] = []
  const clock = new ManualClock()
  const logger = new MemoryLogger()
  const broadcast = (text: string, options: BroadcastOptions = {}): BroadcastOutcome => {
    sent.push({ text, options })
    for (let count = 0; count < outcome.written; count += 1) options.onWritten?.(channel([]))
    return outcome
  }
  return { mirror: new Mirror({ broadcaster: { broadcast }, clock, logger }), sent, logger, clock }
}

const channel = (features: [string, number][], session: SessionFlag = SessionFlag.Inbound): Channel =>
  ({ info: { session }, peerVersion: { features } }) as unknown as Channel

const LATE = channel([])

test('lines go to channels without posts only, and each that takes one is told', async () => {
  const { mirror, sent } = setup({ written: 2, late: [Promise.resolve(true), Promise.resolve(false)] })
  const told: Channel[] = []
  const sending = mirror.send({ text: '<ann> hi', isBare: false, onWritten: (to) => told.push(to) })
  sent[0]!.options.onWritten!(LATE)
  await sending
  expect([told.length, told[2]]).toEqual([3, LATE])
  expect(mirror.counts).toEqual({ written: 3, tooLong: 0, leftOut: 1 })
  const { isFor, isPaced } = sent[0]!.options
  expect(isPaced).toBe(true)
  expect([channel([]), channel([['other', 1]]), channel([[...POSTS_FEATURE]])].map((one) => isFor!(one))).toEqual([
    true,
    true,
    false,
  ])
})

test('a line that is too long is left out whole, counted, and said now and then', async () => {
  const { mirror, sent, logger, clock } = setup({ written: 0, late: [] })
  const send = (text: string): Promise<void> => mirror.send({ text, isBare: false, onWritten: () => {} })
  await send('€'.repeat(341) + 'x')
  expect(sent).toHaveLength(1)
  for (let count = 0; count < 3; count += 1) await send('€'.repeat(341) + 'xx')
  expect([sent.length, mirror.counts.tooLong, logger.records.length]).toEqual([1, 3, 1])
  await clock.advance(CHAT_LIMITS.MIRROR_REPORT_MS)
  await send('x'.repeat(1_025))
  expect(logger.records.map(({ fields }) => fields['tooLong'])).toEqual([1, 4])
})

test('what a user of the reference would have sent has no limits but its own', async () => {
  const { mirror, sent } = setup({ written: 1, late: [] })
  await mirror.send({ text: 'x'.repeat(8_192), isBare: true, onWritten: () => {} })
  expect([sent.length, sent[0]!.options.isPaced]).toEqual([1, false])
})

test.each([
  [{ kind: 'text', nick: 'ann', text: 'hi' }, '<ann> hi'],
  [{ kind: 'text', nick: null, text: 'hi' }, 'hi'],
  [{ kind: 'action', nick: 'ann', text: 'waves' }, '* ann waves'],
  [{ kind: 'action', nick: null, text: 'waves' }, '* someone waves'],
] as const)('%j is mirrored as %s', (line, text) => {
  expect(mirrorText(line)).toBe(text)
})
