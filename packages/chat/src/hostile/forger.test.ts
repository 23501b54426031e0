/** Somebody sends posts that nobody wrote. Facts: docs/chat.md, *Post*: offences are banned under the strict policy. */
import { describe, expect, test } from 'vitest'
import { frame } from '../testing/raw-frame.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { rawPost, withBitTurned } from '../testing/raw-post.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { Stage, UNDISTURBED, manyPosts } from '../testing/stage.ts'
import { wire } from '../testing/wire-messages.ts'

const signer = new SeededSigner('mallory')
const victim = new SeededSigner('victim')

/** What a forger may try, each made of a time that is right now. */
const FORGERIES: readonly (readonly [string, (time: number) => { readonly bytes: Buffer }])[] = [
  ['a signature of another key', (time) => rawPost({ signer, author: victim.key, time, body: 'I never said that' })],
  ['a signature of nothing', (time) => rawPost({ signer, time, body: 'x', signature: Buffer.alloc(64) })],
  ['a body that was changed', (time) => turned(rawPost({ signer, time, body: 'pay 10' }), -70)],
  ['a time that was changed', (time) => turned(rawPost({ signer, time, body: 'x' }), 40)],
  ['a signature that was changed', (time) => turned(rawPost({ signer, time, body: 'x' }), -30)],
  ['a key of small order', (time) => rawPost({ signer, author: Buffer.alloc(32), time, body: 'x' })],
  ['another version', (time) => rawPost({ signer, version: 2, time, body: 'x' })],
  ['a room name that is none', (time) => rawPost({ signer, room: 'No Room', time, body: 'x' })],
  ['a room that begins with _', (time) => rawPost({ signer, room: '_x', time, body: 'x' })],
  ['a text in the room of profiles', (time) => rawPost({ signer, room: '', time, body: 'x' })],
  ['a profile in another room', (time) => rawPost({ signer, kind: 2, time, body: 'nick' })],
  ['a nick of 33 characters', (time) => rawPost({ signer, room: '', kind: 2, time, body: 'n'.repeat(33) })],
  ['nine parents', (time) => rawPost({ signer, time, body: 'x', parents: Array.from({ length: 9 }, () => Buffer.alloc(32, 1)) })],
  ['a body that is too long', (time) => rawPost({ signer, time, body: 'x'.repeat(8_193) })],
  ['a body that is not UTF-8', (time) => rawPost({ signer, time, body: Buffer.of(0xc3, 0x28) })],
  ['bytes left over', (time) => ({ bytes: Buffer.concat([rawPost({ signer, time, body: 'x' }).bytes, Buffer.of(0)]) })],
  ['an end that is missing', (time) => ({ bytes: rawPost({ signer, time, body: 'x' }).bytes.subarray(0, -1) })],
  ['nothing', () => ({ bytes: Buffer.alloc(0) })],
]

/** @param at the byte of which a bit is turned; negative: from the end */
function turned(post: RawPost, at: number): RawPost {
  return withBitTurned(post, 8 * (at < 0 ? post.bytes.length + at : at))
}

describe('a forger is banned, and nobody else hears of the post', () => {
  test.each(FORGERIES)('%s', async (_, forge) => {
    await using stage = await Stage.open()
    const { chat, alice, bob } = stage
    const forger = await stage.peer()
    const before = [alice.set, bob.set]
    forger.post(forge(chat.clock.nowMs()))
    await chat.advance(1_000)
    expect(stage.hasBanned(forger)).toBe(true)
    expect([alice.set, bob.set]).toEqual(before)
    expect(await stage.health()).toEqual(UNDISTURBED)
  })
})

test('a flood of forgeries ends with the first one that is looked at', async () => {
  await using stage = await Stage.open()
  const { chat } = stage
  const forger = await stage.peer()
  const time = chat.clock.nowMs()
  const verified = chat.verifier.verified
  forger.post(...manyPosts(1_000, { time }).map((post) => turned(post, -1)))
  await chat.advance(1_000)
  expect(stage.hasBanned(forger)).toBe(true)
  // Those that stood in line with the first may have been verified.
  expect(chat.verifier.verified - verified).toBeLessThanOrEqual(250)
  expect(await stage.health()).toEqual(UNDISTURBED)
})

test('a forger does not get a good post refused that he broke before', async () => {
  await using stage = await Stage.open()
  const { chat, alice } = stage
  const [forger, honest] = [await stage.peer(), await stage.peer()]
  const post = rawPost({ signer: victim, time: chat.clock.nowMs(), body: 'mine' })
  forger.post(turned(post, -1))
  await chat.advance(1_000)
  honest.post(post)
  await chat.advance(1_000)
  expect([alice.holds(post.id), honest.isClosed]).toEqual([true, false])
})

test.each([
  ['post', wire.post.name],
  ['have', wire.have.name],
  ['want', wire.want.name],
  ['rooms', wire.rooms.name],
  ['page', wire.page.name],
  ['pageend', wire.pageend.name],
  ['sync', wire.sync.name],
])('rubbish in place of a "%s" is an offence', async (_, command) => {
  await using stage = await Stage.open()
  const vandal = await stage.peer()
  vandal.raw.send(frame(command, Buffer.from('fd01', 'hex')))
  await stage.chat.advance(1_000)
  expect(stage.hasBanned(vandal)).toBe(true)
  expect(await stage.health()).toEqual(UNDISTURBED)
})
