/** Posts, encrypted bodies and invitations, as their writers mean them. Wire: docs/chat.md. */
import { isDeepStrictEqual } from 'node:util'
import * as chat from '@dchat/chat'
import type { InnerMessage } from '@dchat/chat'
import { SeededSigner } from '@dchat/chat/testing'
import { maskInvitations } from '@dchat/rpc'
import fc from 'fast-check'
import type { FuzzJob } from '../fuzz-job.ts'
import { attempt, must } from '../fuzz-target.ts'
import { refusalOfPost } from '../targets/posts.ts'
import { madeJob } from './made-values.ts'

const [ANN, BOB] = [new SeededSigner('ann'), new SeededSigner('bob')]
const VERIFIER = new chat.PostVerifier()
const SECRET = Buffer.alloc(32, 7)

const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
const text = fc.string({ unit: 'grapheme', maxLength: 120 })
const draft = fc.record({
  room: fc.stringMatching(/^[a-o][a-z0-9._-]{0,63}$/),
  kind: fc.constantFrom(0, 1, 3, 6, 200),
  time: fc.maxSafeNat(),
  parents: fc.array(id, { maxLength: 8 }),
  body: text,
})

const posts = fc.property(draft, fc.nat(), (made, bit) => {
  const post = chat.signPost(made, ANN)
  const { room, kind, time, parents, body } = chat.decodePost(post.bytes)
  must(isDeepStrictEqual({ room, kind, time, parents, body }, { ...made }), 'a post comes back as another')
  must(VERIFIER.verifySync(post), 'a post that was signed is not taken for signed')
  const turned = Buffer.from(post.bytes)
  const at = bit % (8 * turned.length)
  turned[at >> 3]! ^= 1 << (at & 7)
  const other = attempt(() => chat.decodePost(turned), refusalOfPost)
  must('refused' in other || !VERIFIER.verifySync(other.value), 'a post with one bit turned over is taken for signed')
})

const inner: fc.Arbitrary<InnerMessage> = fc.record({
  kind: fc.nat(255),
  text: fc.oneof(
    text,
    fc.nat(4_092).map((length) => 'x'.repeat(length)),
  ),
})

const roomBodies = fc.property(inner, fc.maxSafeNat(), (message, time) => {
  const keys = chat.roomKeysOf(SECRET)
  const body = chat.sealRoom(message, { author: ANN.key, time, keys })
  const opened = chat.openRoom({ author: ANN.key, time, body }, keys)
  must(opened?.kind === message.kind && opened.text === message.text, 'a body opens as another')
  must(chat.openRoom({ author: BOB.key, time, body }, keys) === undefined, 'a body opens for another author')
  must(
    chat.openRoom({ author: ANN.key, time: time === 0 ? 1 : time - 1, body }, keys) === undefined,
    'a body opens for another time',
  )
})

const directBodies = fc.asyncProperty(inner, fc.maxSafeNat(), async (message, time) => {
  const key = await chat.openBoxKey(SECRET)
  const body = await chat.sealDirect(message, { author: ANN.key, time, recipient: BOB.key, boxKey: key.publicKey })
  const opened = await chat.openDirect({ author: ANN.key, time, body }, { recipient: BOB.key, keys: [key] })
  must(opened?.kind === message.kind && opened.text === message.text, 'a message opens as another')
  const passedOn = await chat.openDirect({ author: BOB.key, time, body }, { recipient: BOB.key, keys: [key] })
  must(passedOn === undefined, 'a message opens when somebody else signs it')
})

const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(':', 'a', 'A'.repeat(43), 'dchat-room:', ' ', '\u200b'), minLength: 1, maxLength: 4 }),
)

const invitations = fc.property(name, id, fc.string({ unit: 'grapheme', maxLength: 20 }), (room, secret, around) => {
  const formatted = attempt(
    () => chat.formatInvitation({ name: room, secret }),
    (error) => (chat.isChatError(error, 'CHAT_INVITATION_MALFORMED') ? 'no name' : undefined),
  )
  if ('refused' in formatted) return
  const parsed = chat.parseInvitation(`  ${formatted.value}\n`)
  must(parsed.name === room && parsed.secret.equals(secret), 'an invitation comes back as another')
  const shown = maskInvitations(`${around}${formatted.value}${around}`)
  must(!shown.includes(secret.toString('base64url')), 'a secret shows in a text that was masked')
})

export const POST_VALUES: readonly FuzzJob[] = [
  madeJob('made-posts', 4, () => posts),
  madeJob('made-room-bodies', 2, () => roomBodies),
  madeJob('made-direct-messages', 0.3, () => directBodies),
  madeJob('made-invitations', 20, () => invitations),
]
