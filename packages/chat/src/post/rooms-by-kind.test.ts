import { describe, expect, test } from 'vitest'
import { isRoomName, roomTakes } from './rooms-by-kind.ts'

const PRIVATE = `p.${'0123456789abcdef'.repeat(3).slice(0, 40)}`

describe('isRoomName', () => {
  test.each(['', 'dchat', 'a', 'p', '0', '.', '-', 'a_b', 'pp.x', '.p.', 'x'.repeat(64), '_dm', PRIVATE])('takes %j', (room) => {
    expect(isRoomName(room)).toBe(true)
  })

  test.each([
    'x'.repeat(65),
    'Dchat',
    'd chat',
    'dchat\n',
    '\n',
    'é',
    '#dchat',
    '_',
    '_dm2',
    '__dm',
    '_DM',
    'p.',
    'p.x',
    PRIVATE.slice(0, -1),
    `${PRIVATE}0`,
    PRIVATE.replace('a', 'g'),
    PRIVATE.replace('a', 'A'),
  ])('refuses %j', (room) => {
    expect(isRoomName(room)).toBe(false)
  })
})

test('each room takes exactly the kinds that are its own', () => {
  const kindsOf = (room: string): number[] =>
    Array.from({ length: 256 }, (_, kind) => kind).filter((kind) => roomTakes(room, kind))
  expect(kindsOf('')).toEqual([2, 5])
  expect(kindsOf('_dm')).toEqual([16])
  expect(kindsOf(PRIVATE)).toEqual([17])
  const others = kindsOf('dchat')
  expect(others).toHaveLength(252)
  for (const kind of [2, 5, 16, 17]) expect(others).not.toContain(kind)
  expect(kindsOf('p')).toEqual(others)
})
