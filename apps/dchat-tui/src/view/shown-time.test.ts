import { expect, it } from 'vitest'
import { shownTime } from './shown-time.ts'

it('is that of the author, but never later than the line came', () => {
  expect(shownTime({ time: 5, received: 9 })).toBe(5)
  expect(shownTime({ time: 9, received: 5 })).toBe(5)
  expect(shownTime({ time: null, received: 7 })).toBe(7)
})
