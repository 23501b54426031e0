import { expect, test } from 'vitest'
import { describeEvent, passesFilter } from './describe-event.ts'

test.each([
  ['send', { chan: { addr: 'tcp://a:1/', id: 7 }, cmd: 'ping', time: '1' }, 'send ping to tcp://a:1/ (channel 7)'],
  ['recv', { chan: { addr: 'tcp://a:1/', id: 7 }, cmd: 'pong', time: '1' }, 'recv pong from tcp://a:1/ (channel 7)'],
  ['outbound_slot_sleeping', { slot: 3 }, 'outbound slot sleeping: slot 3'],
  ['direct_disconnected', { connect_addr: 'tcp://a:1/', err: 'no' }, 'direct disconnected: connect addr tcp://a:1/ · err no'],
  ['new_event', null, 'new event'],
  ['new_event', 'text', 'new event'],
  ['\u202eevil\u001b[2J', { a: { b: '\u0007' } }, 'evil␛: a {"b":"\\u0007"}'],
])('%s with %j is %j', (event, info, line) => {
  expect(describeEvent(event, info)).toBe(line)
})

test('a field that is much too long is cut, and so are too many of them', () => {
  const line = describeEvent('e', Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 'x'.repeat(1_000)])))
  expect(line.length).toBeLessThan(8 * 140)
})

test.each([
  ['', true],
  ['PING', true],
  ['send ping', true],
  ['recv', false],
  ['-ping', false],
  ['ping -recv', true],
  [' - ', true],
])('the filter "%s" lets a sent ping through: %s', (filter, passes) => {
  expect(passesFilter('send ping to tcp://a:1/', filter)).toBe(passes)
})
