import { expect, test } from 'vitest'
import { DRAWN_MAX } from './limits.ts'
import { frameOf, placesOf, widthOf } from './layout.ts'

test.each([1, 2, 8, 25, 80, 200, DRAWN_MAX])(
  '%i neighbours stand apart from each other and from the middle, inside the frame',
  (count) => {
    const places = placesOf(count)
    expect(places).toHaveLength(count)
    const [left, top] = frameOf(count).split(' ').map(Number) as [number, number]
    for (const [index, one] of places.entries()) {
      expect(Math.hypot(one.x, one.y)).toBeGreaterThan(100)
      expect([Math.abs(one.x) < -left - 100, Math.abs(one.y) < -top - 20]).toEqual([true, true])
      for (const other of places.slice(index + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(19)
    }
  },
)

test('nobody, and the first at the top', () => {
  expect(placesOf(0)).toEqual([])
  const [first] = placesOf(5)
  expect([first!.x, first!.y < 0]).toEqual([expect.closeTo(0), true])
})

test('a line grows with what goes over it, to a bound', () => {
  expect([widthOf(0), widthOf(90), widthOf(1e12)]).toEqual([1, 2, 7])
})
