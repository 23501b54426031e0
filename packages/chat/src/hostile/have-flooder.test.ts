/** Somebody says that he holds what nobody has. Facts: docs/chat.md, *Relay*, *Memory*: 4,096 wants, at most three holders each. */
import { expect, test } from 'vitest'
import { CHAT_LIMITS } from '../limits.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { bodyFor, rawPost } from '../testing/raw-post.ts'
import { Stage, UNDISTURBED } from '../testing/stage.ts'
import { wire } from '../testing/wire-messages.ts'
import { createHash } from 'node:crypto'

const HAVE = 256

function inventedIds(from: number): Buffer[] {
  return Array.from({ length: HAVE }, (_, index) =>
    createHash('sha256')
      .update(`invented ${from + index}`)
      .digest(),
  )
}

test('ids that nobody has are asked for once of who said so, and bounded in number', async () => {
  await using stage = await Stage.open()
  const liar = await stage.peer()
  for (let batch = 0; batch < 200; batch += 1) liar.send(wire.have, { ids: inventedIds(batch * HAVE) })
  await stage.chat.advance(10_000)
  const wanted = liar.valuesOf(wire.want).flatMap(({ ids }) => ids.map((id) => Buffer.from(id).toString('hex')))
  expect(wanted.length).toBeLessThanOrEqual(CHAT_LIMITS.WANTS_OUTSTANDING.value)
  expect(new Set(wanted).size).toBe(wanted.length)
  expect([await stage.health(), stage.chat.bans]).toEqual([UNDISTURBED, 0])
})

test('a flood of invented ids does not keep a real post from being fetched', async () => {
  await using stage = await Stage.open()
  const { chat, alice } = stage
  const [liar, honest] = [await stage.peer(), await stage.peer()]
  let batch = 0
  const flood = (batches: number): void => {
    for (let end = batch + batches; batch < end; batch += 1) liar.send(wire.have, { ids: inventedIds(batch * HAVE) })
  }
  flood(100)
  await chat.advance(100)
  const post = rawPost({ signer: new SeededSigner('honest'), time: chat.clock.nowMs(), body: bodyFor(4_000, 'long') })
  honest.serve([post]).send(wire.have, { ids: [post.id] })
  for (let round = 0; round < 10 && !alice.holds(post.id); round += 1) {
    flood(5)
    await chat.advance(500)
  }
  expect(alice.holds(post.id)).toBe(true)
})

test('the next holder is asked when the first does not answer, at most three', async () => {
  await using stage = await Stage.open()
  const { chat, alice } = stage
  const post = rawPost({ signer: new SeededSigner('x'), time: chat.clock.nowMs(), body: 'who has it' })
  const peers = [await stage.peer(), await stage.peer(), await stage.peer(), await stage.peer()]
  for (const peer of peers) peer.send(wire.have, { ids: [post.id] })
  await chat.advance(5_000)
  expect(peers.filter((peer) => peer.valuesOf(wire.want).length > 0)).toHaveLength(3)
  // Who was never asked still holds it: the reconciler's work, unless it comes by itself.
  peers[3]!.post(post)
  await chat.advance(100)
  expect(alice.holds(post.id)).toBe(true)
})
