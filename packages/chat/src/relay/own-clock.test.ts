/** How many posts of a minute are one's own: also those of an earlier run, which a store may hold beside those of others. */
import { openStore } from '@dchat/store'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import { PostKind } from '../post/post.ts'
import { signPost } from '../post/sign-post.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { OwnClock } from './own-clock.ts'

test('own posts of the minute that an earlier run has stored count, those of others and of other minutes do not', async () => {
  const clock = new ManualClock()
  const [own, other] = [new SeededSigner('own'), new SeededSigner('other')]
  const store = openStore({ path: ':memory:', clock, logger: new MemoryLogger(), commitDelayMs: 0 })
  const nowMs = clock.nowMs()
  const minute = Math.floor(nowMs / 60_000) * 60_000
  const put = async (signer: SeededSigner, time: number, room = 'cats'): Promise<void> => {
    const post = signPost({ room, kind: PostKind.Text, body: `${time}`, time, parents: [] }, signer)
    const stored = store.posts.append({ ...post, received: nowMs, own: signer === own })
    await clock.advance(0)
    expect((await stored).fate).toBe('stored')
  }
  for (let index = 0; index < 40; index += 1) await put(own, minute + index)
  for (let index = 0; index < 300; index += 1) await put(new SeededSigner(index), minute + 40 + index)
  for (let index = 0; index < 7; index += 1) await put(own, minute + 59_000 + index)
  await put(own, minute - 1)
  await put(own, minute + 60_000)
  await put(own, minute, 'dogs')
  const ownClock = new OwnClock(store.posts, clock)
  const [cats, dogs] = [
    { room: 'cats', author: own.key },
    { room: 'dogs', author: own.key },
  ]
  expect([ownClock.countIn(cats, minute), ownClock.countIn(cats, minute + 59_999), ownClock.countIn(cats, minute - 1)]).toEqual([
    47, 47, 0,
  ])
  ownClock.note(cats, { time: minute + 59_500, id: Buffer.alloc(32) })
  expect(ownClock.countIn(cats, minute)).toBe(48)
  expect([ownClock.countIn(dogs, minute), ownClock.countIn({ ...cats, author: other.key }, minute)]).toEqual([1, 0])
  await store.close()
})
