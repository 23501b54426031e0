/** Who gets the secret of the room that takes the place of another. Facts: docs/chat.md, *Private room*, Rekey. */
import { expect, test } from 'vitest'
import { remainingOf } from './room-members.ts'
import type { RoomMember } from './room-members.ts'

const member = (author: string, identity: string | null, own = false): RoomMember => ({ author, identity, own, lastSeen: 1 })
const ME = 'me'
const MEMBERS = [
  member('bob-key', 'bob'),
  member('my-key', ME, true),
  member('carol-key', 'carol'),
  member('nobody-key', null),
  member('carol-key-2', 'carol'),
  member('my-old-key', ME),
  member('somebody-key', null),
]

test.each([
  ['nobody', [], ['bob', 'carol'], 2],
  ['an identity', ['bob'], ['carol'], 2],
  ['one of the keys of an identity', ['carol-key-2'], ['bob'], 2],
  ['an author whom nobody vouches for', ['nobody-key'], ['bob', 'carol'], 1],
  ['everybody', ['carol', 'bob', 'nobody-key', 'somebody-key'], [], 0],
])('without %s', (_, without, identities, unverified) => {
  expect(remainingOf(MEMBERS, without, ME)).toEqual({ identities, unverified, stranger: undefined })
})

test.each([['dave'], [ME], ['my-key'], ['my-old-key']])('%s is no other member', (key) => {
  expect(remainingOf(MEMBERS, ['bob', key], ME).stranger).toBe(key)
})

test('an own key without a certificate is not counted among those that nobody vouches for', () => {
  expect(remainingOf([member('my-key', null, true)], [], ME)).toEqual({ identities: [], unverified: 0, stranger: undefined })
})
