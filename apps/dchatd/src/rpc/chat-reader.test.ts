import type { Message } from '@dchat/rpc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readerFor, textFor } from './chat-reader.ts'
import type { Caller } from './chat-reader.ts'
import { INVITATION, KEY, ROOM, TestBackend } from './testing/test-backend.ts'

const OWNER: Caller = { token: undefined, mayCall: () => true }
const READER: Caller = { token: 'bot', mayCall: () => false }
const JOINER: Caller = { token: 'bot', mayCall: (method) => method === 'room.accept' }

const MASKED = INVITATION.replace(/A+$/, '…')

/** A backend with an invitation in a conversation, one in a private room, and one that everybody reads. */
function backendWithInvitations(): TestBackend {
  const backend = new TestBackend()
  backend.store({ text: 'hi' })
  backend.store({ text: `psst ${INVITATION}`, room: `@${KEY}`, encrypted: 'direct', own: true, delivery: STORED })
  backend.store({ text: INVITATION, room: ROOM, encrypted: 'room' })
  backend.store({ text: INVITATION })
  return backend
}

const STORED = { state: 'stored', written: 0, held: 0 } as const
const texts = (messages: readonly Message[]): string[] => messages.map(({ text }) => text)

test('who may join reads everything', () => {
  const backend = backendWithInvitations()
  for (const caller of [OWNER, JOINER]) expect(readerFor(caller, backend)).toBe(backend)
  expect([OWNER, JOINER, READER].map((caller) => textFor(caller, INVITATION))).toEqual([INVITATION, INVITATION, MASKED])
})

test('who may only read gets an encrypted invitation without its secret, wherever lines come from', () => {
  const backend = backendWithInvitations()
  const reader = readerFor(READER, backend)
  expect(texts(reader.history({ since: 0, limit: 9 }).messages)).toEqual(['hi', `psst ${MASKED}`, MASKED, INVITATION])
  expect(texts(reader.pending())).toEqual([`psst ${MASKED}`])
  expect(reader.lastSeq()).toBe(4)
  const heard: Message[] = []
  const unsubscribe = reader.onMessage((message) => heard.push(message))
  backend.store({ text: INVITATION, room: ROOM, encrypted: 'room' })
  unsubscribe()
  expect(texts(heard)).toEqual([MASKED])
})

test('a search tells nothing of what is in an invitation: with and without it the same is found', async () => {
  const line = fc.record({ text: fc.constantFrom('AAA', 'AAAA cats', 'dogs'), isInvitation: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (lines, limit) => {
      const [all, without] = [new TestBackend(), new TestBackend()]
      for (const [index, { text, isInvitation }] of lines.entries()) {
        const fields = { seq: index + 1, room: ROOM, encrypted: 'room' } as const
        all.store({ ...fields, text: isInvitation ? `${text} ${INVITATION}` : text })
        if (!isInvitation) without.store({ ...fields, text })
      }
      for (const query of ['AAA', 'cats', 'dchat-room']) {
        const found = await readerFor(READER, all).search({ query, limit })
        expect(found).toEqual(await without.search({ query, limit }))
      }
    }),
  )
})
