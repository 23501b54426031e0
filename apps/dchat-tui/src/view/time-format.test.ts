import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTime, minuteFormat, timeFormatFault } from './time-format.ts'

/** Tuesday, 3 March 2026, 00:05:07 local time. */
const NIGHT = new Date(2026, 2, 3, 0, 5, 7).getTime()
const AFTERNOON = new Date(2026, 10, 29, 15, 45, 0).getTime()

test.each([
  ['%H:%M', '00:05', '15:45'],
  ['%R', '00:05', '15:45'],
  ['%T', '00:05:07', '15:45:00'],
  ['%I:%M %p', '12:05 AM', '03:45 PM'],
  ['%a %d %b %y', 'Tue 03 Mar 26', 'Sun 29 Nov 26'],
  ['[%Y-%m-%d]', '[2026-03-03]', '[2026-11-29]'],
  ['100%% %%H', '100% %H', '100% %H'],
  ['', '', ''],
])('%s', (format, night, afternoon) => {
  expect(timeFormatFault(format)).toBeNull()
  expect([formatTime(format, NIGHT), formatTime(format, AFTERNOON)]).toEqual([night, afternoon])
})

test.each([
  ['%H:%M', '%H:%M'],
  ['%T', '%R'],
  ['%I:%M:%S %p', '%I:%M %p'],
  ['%a %H.%M.%S', '%a %H.%M'],
  ['%S', '%R'],
  ['', '%R'],
])('%s is %s by the minute', (format, short) => {
  expect(minuteFormat(format)).toBe(short)
})

test.each([
  ['%Q', 'does not know %Q'],
  ['%H:%', 'does not know % at the end'],
  ['%%%', 'does not know % at the end'],
  ['%constructor', 'does not know %c'],
  ['%H\u001b[31m', 'printable ASCII'],
  ['%H時', 'printable ASCII'],
])('%j cannot be used', (format, fault) => {
  expect(timeFormatFault(format)).toContain(fault)
})

test('what a format gives is printable ASCII, and bounded unless the format is refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('%', 'H', 'M', 'a', 'b', 'Y', 'x', ' ', ':') }),
      fc.nat({ max: 4e12 }),
      (format, ms) => {
        const text = formatTime(format, ms)
        expect(text).toMatch(/^[\x20-\x7e]*$/u)
        const isBounded = text.length <= format.length * 4
        expect(isBounded || timeFormatFault(format) !== null).toBe(true)
      },
    ),
  )
})
