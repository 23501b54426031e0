import { expect, test } from 'vitest'
import { CHAT_LIMITS } from './chat-limits.ts'
import { DoubleFilter, isSameRemote } from './double-filter.ts'
import type { PairedChannel } from './double-filter.ts'

const PEER = 'tcp://5.6.7.8:26661/'

const dialled = (url = PEER): PairedChannel => ({ info: { url, resolvedUrl: url }, peerVersion: { extSendAddr: [url] } })
const accepted = (...extSendAddr: string[]): PairedChannel => ({
  info: { url: 'tcp://5.6.7.8:50123/', resolvedUrl: null },
  peerVersion: { extSendAddr },
})

function filterOf(...channels: PairedChannel[]): DoubleFilter<PairedChannel> {
  const filter = new DoubleFilter<PairedChannel>()
  for (const channel of channels) filter.add(channel)
  return filter
}

test.each([
  ['dialled at an address the other announces', dialled(), accepted(PEER), true],
  ['the other announces another address', dialled(), accepted('tcp://9.9.9.9:1/'), false],
  ['the other announces nothing', dialled(), accepted(), false],
  ['both accepted', accepted(PEER), accepted(PEER), false],
])('one remote: %s', (_, one, other, expected) => {
  expect(isSameRemote(one, other)).toBe(expected)
  expect(isSameRemote(other, one)).toBe(expected)
})

test('the n-th copy on one channel is paired with the n-th on the other', () => {
  const [out, back] = [dialled(), accepted(PEER)]
  const filter = filterOf(out, back)
  const shown = [
    [out, 'a'],
    [out, 'a'],
    [back, 'a'],
    [back, 'a'],
    [back, 'a'],
    [out, 'a'],
    [back, 'b'],
    [out, 'b'],
  ] as const
  expect(shown.map(([channel, text], index) => filter.isDouble(channel, text, index))).toEqual([
    false,
    false,
    true,
    true,
    false,
    true,
    false,
    true,
  ])
})

test('twice on one channel is two lines', () => {
  const out = dialled()
  const filter = filterOf(out, accepted(PEER))
  expect([filter.isDouble(out, 'a', 0), filter.isDouble(out, 'a', 0)]).toEqual([false, false])
})

test('the same text from another remote is another line', () => {
  const [out, stranger] = [dialled(), accepted('tcp://9.9.9.9:1/')]
  const filter = filterOf(out, accepted(PEER), stranger)
  expect([filter.isDouble(out, 'a', 0), filter.isDouble(stranger, 'a', 0)]).toEqual([false, false])
})

test('three channels to one remote show a line once', () => {
  const [out, back, again] = [dialled(), accepted(PEER), accepted(PEER)]
  const filter = filterOf(out, back, again)
  expect([out, back, again].map((channel) => filter.isDouble(channel, 'a', 0))).toEqual([false, true, true])
})

test('a copy that comes later than the window is a line of its own', () => {
  const [out, back] = [dialled(), accepted(PEER)]
  const filter = filterOf(out, back)
  const windowMs = CHAT_LIMITS.DOUBLE_WINDOW_MS
  expect([filter.isDouble(out, 'a', 0), filter.isDouble(back, 'a', windowMs)]).toEqual([false, true])
  expect([filter.isDouble(out, 'b', 0), filter.isDouble(back, 'b', windowMs + 1)]).toEqual([false, false])
})

test('long texts are told apart by all they hold', () => {
  const [out, back] = [dialled(), accepted(PEER)]
  const filter = filterOf(out, back)
  const long = 'x'.repeat(50_000)
  expect([
    filter.isDouble(out, `${long}1`, 0),
    filter.isDouble(back, `${long}2`, 0),
    filter.isDouble(back, `${long}1`, 0),
  ]).toEqual([false, false, true])
})

test('remembers a bounded number of texts a channel, the newest ones', () => {
  const [out, back] = [dialled(), accepted(PEER)]
  const filter = filterOf(out, back)
  for (let index = 0; index <= CHAT_LIMITS.DOUBLE_TEXTS; index += 1) filter.isDouble(out, `line ${index}`, 0)
  expect(filter.isDouble(back, 'line 0', 1)).toBe(false)
  expect(filter.isDouble(back, 'line 1', 1)).toBe(true)
})

test('a channel that closed takes part no longer', () => {
  const [out, back] = [dialled(), accepted(PEER)]
  const filter = filterOf(out, back)
  filter.remove(back)
  expect(filter.isDouble(out, 'a', 0)).toBe(false)
  filter.add(back)
  expect(filter.isDouble(out, 'a', 0)).toBe(false)
  expect(filter.isDouble(back, 'a', 0)).toBe(true)
})
