/** Own posts whose bodies are made when their place is known, and those that another key signs. Source: docs/chat.md, *Encrypted kinds*, *Quotas*. */
import type { CommittedPost } from '@dchat/store'
import { describe, expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import type { BodyPlace, OwnDraft } from './own-posts.ts'

const PER_MINUTE = 60

/** A body that tells its place; made when the test says so. */
class SlowBody {
  readonly #made = Promise.withResolvers<void>()
  readonly places: BodyPlace[] = []

  readonly body = async (at: BodyPlace): Promise<string> => {
    this.places.push(at)
    await this.#made.promise
    return Buffer.from(`${at.time}`).toString('base64url')
  }

  make(): void {
    this.#made.resolve()
  }

  fail(): void {
    this.#made.reject(new Error('no body'))
  }
}

function direct(body: OwnDraft['body'], rest: Partial<OwnDraft> = {}): OwnDraft {
  return { room: DIRECT_ROOM, kind: PostKind.DirectMessage, body, ...rest }
}

describe('a body that is made for its place', () => {
  test('holds the time and the author that the post has; it may take no time at all', async () => {
    await using stage = await RelayStage.open()
    const body = ({ time, author }: BodyPlace): string => Buffer.concat([Buffer.from(`${time} `), author]).toString('base64url')
    const { post } = await stage.net.settle(stage.posts.publish(direct(body)))
    const { time, author } = decodePost(post.bytes)
    expect(Buffer.from(post.body, 'base64url')).toEqual(Buffer.concat([Buffer.from(`${time} `), stage.signer.key]))
    expect([author, time]).toEqual([stage.signer.key, stage.nowMs])
  })

  test('is made when the one before it in the room was; other rooms go on', async () => {
    await using stage = await RelayStage.open()
    const slow = [new SlowBody(), new SlowBody(), new SlowBody()] as const
    const sent = slow.map(({ body }) => stage.posts.publish(direct(body)))
    const after = stage.posts.publish(direct('AAAA'))
    await stage.settle()
    expect(slow.map(({ places }) => places.length)).toEqual([1, 0, 0])
    expect((await stage.net.settle(stage.posts.publish({ room: 'dchat', kind: 0, body: 'hey' }))).fate).toBe('stored')
    for (const each of slow) each.make()
    const posts = (await stage.net.settle(Promise.all([...sent, after]))).map(({ post }) => decodePost(post.bytes))
    const times = posts.map(({ time }) => time)
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    for (const [index, post] of posts.slice(1).entries()) expect(post.parents[0]).toEqual(posts[index]!.id)
    expect(posts.map(({ body }) => body)).toEqual([
      ...times.slice(0, 3).map((time) => Buffer.from(`${time}`).toString('base64url')),
      'AAAA',
    ])
  })

  test('that cannot be made is told to its caller, stores nothing and holds nobody up', async () => {
    await using stage = await RelayStage.open()
    const slow = [new SlowBody(), new SlowBody()] as const
    const sent = slow.map(({ body }) => stage.posts.publish(direct(body)))
    slow[0].fail()
    slow[1].make()
    const ended = await stage.net.settle(Promise.allSettled(sent))
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(ended[0]).toMatchObject({ reason: { message: 'no body' } })
    const stored = (ended[1] as PromiseFulfilledResult<CommittedPost>).value.post
    expect(stage.store.posts.newest(DIRECT_ROOM, { count: 2, notAfter: stage.nowMs }).map(({ id }) => id)).toEqual([stored.id])
    expect(decodePost(stored.bytes).parents).toEqual([])
  })

  test('waits behind at most a minute of posts', async () => {
    await using stage = await RelayStage.open()
    await stage.clock.advance(60_000 - (stage.nowMs % 60_000))
    const slow = new SlowBody()
    const sent = Array.from({ length: PER_MINUTE }, () => stage.posts.publish(direct(slow.body)))
    await expect(stage.posts.publish(direct('AAAA'))).rejects.toMatchObject({
      code: 'CHAT_POST_REFUSED',
      data: { room: DIRECT_ROOM, reason: 'outnumbered' },
    })
    slow.make()
    const fates = (await stage.net.settle(Promise.all(sent))).map(({ fate }) => fate)
    expect(fates).toEqual(Array.from({ length: PER_MINUTE }, () => 'stored'))
  })
})

describe('another signer', () => {
  test('signs the post, which is an own one, and has a minute of its own', async () => {
    await using stage = await RelayStage.open()
    await stage.clock.advance(60_000 - (stage.nowMs % 60_000))
    const signer = new SeededSigner('in this room alone')
    const say = (body: string, draft: Partial<OwnDraft>): Promise<CommittedPost> =>
      stage.net.settle(stage.posts.publish({ room: 'dchat', kind: PostKind.Text, body, ...draft }))
    for (let index = 0; index < PER_MINUTE; index += 1) await say(`${index}`, {})
    await expect(say('too many', {})).rejects.toMatchObject({ code: 'CHAT_POST_REFUSED' })
    const { post, line } = await say('by another key', { signer })
    expect(decodePost(post.bytes).author).toEqual(signer.key)
    expect(line).toMatchObject({ own: true, authorKey: signer.key.toString('hex'), delivery: { state: 'stored' } })
    for (let index = 1; index < PER_MINUTE; index += 1) await say(`${index}`, { signer })
    await expect(say('too many', { signer })).rejects.toMatchObject({ code: 'CHAT_POST_REFUSED' })
  })
})
