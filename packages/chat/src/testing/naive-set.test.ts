import { expect, test } from 'vitest'
import { naiveSet } from './naive-set.ts'
import type { ModelPost } from './naive-set.ts'

const BOUNDS = { perAuthorMinute: 2, perRoom: 4, perAuthor: 3 }

/** `id author time`, in room r. */
function posts(...lines: readonly string[]): ModelPost[] {
  return lines.map((line) => {
    const [hex, author, time] = line.split(' ') as [string, string, string]
    return { hex, author, room: 'r', kind: 0, time: Number(time) }
  })
}

test.each([
  ['of a minute of an author the lowest ids', posts('3 a 1', '1 a 2', '2 a 3', '9 b 1'), ['1', '2', '9']],
  ['of an author in a room the newest', posts('1 a 1', '2 a 60001', '3 a 120001', '4 a 180001'), ['2', '3', '4']],
  [
    'of a full room what is newest of each author, and of equals the higher key',
    posts('1 a 1', '2 a 60001', '3 b 1', '4 b 60001', '5 b 120001', '6 c 1'),
    ['2', '4', '5', '6'],
  ],
  ['each once', posts('1 a 1', '1 a 1'), ['1']],
])('stay %s', (_, given, stays) => {
  const reversed = given.toReversed()
  // The second author with one newer post is b: c and a have none older.
  expect([naiveSet(given, BOUNDS), naiveSet(reversed, BOUNDS)]).toEqual([stays, stays])
})

test('of the empty room the newest profile and box key of each author', () => {
  const profile = (hex: string, time: number, kind: number): ModelPost => ({ hex, author: 'a', room: '', kind, time })
  expect(naiveSet([profile('1', 5, 2), profile('2', 9, 2), profile('3', 7, 2), profile('4', 1, 5)], BOUNDS)).toEqual(['2', '4'])
})
