import { expect, test } from 'vitest'
import { isChatError } from '../errors.ts'
import { formatInvitation, parseInvitation } from '../sealed/invitation.ts'
import { checkRoomName } from './room-name.ts'

test.each(['garden', 'Gärten-4', 'п', '🦊'.repeat(32), 'a'.repeat(32), '#x', '@home', 'dchat-room'])('%s is a name', (name) => {
  expect(() => checkRoomName(name)).not.toThrow()
  expect(parseInvitation(formatInvitation({ name, secret: Buffer.alloc(32, 7) })).name).toBe(name)
})

test.each([
  ['', 'it is empty'],
  ['a'.repeat(33), 'it has more than 32 characters'],
  ['🦊'.repeat(33), 'it has more than 32 characters'],
  ['a'.repeat(1_000_000), 'it has more than 32 characters'],
  ['two words', 'it has white space in it'],
  ['two\u2003words', 'it has white space in it'],
  ['line\n', 'it has white space in it'],
  ['\u0007bell', 'it has control characters in it'],
  ['\u009bcsi', 'it has control characters in it'],
  ['a:b', "it has ':' in it"],
  ['\ud800', 'it is no well-formed text'],
])('%j is none', (name, reason) => {
  const error = thrownBy(() => checkRoomName(name))
  expect(isChatError(error, 'CHAT_ROOM_NAME') && error.data).toEqual({ reason })
})

function thrownBy(run: () => void): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
