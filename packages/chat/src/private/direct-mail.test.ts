/** Direct messages between two nodes over a relay without keys. Source: docs/chat.md, *Encrypted kinds*. */
import type { StoredMessage } from '@dchat/store'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { ChatError } from '../errors.ts'
import { decodePost } from '../post/decode-post.ts'
import { KEY_LIMITS } from '../keys/key-limits.ts'
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM, PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { sealDirect } from '../sealed/direct-message.ts'
import type { ChatNode } from '../testing/chat-node.ts'
import { MailStage } from '../testing/mail-stage.ts'
import type { MailNode } from '../testing/mail-node.ts'

const DAY_MS = 86_400_000
const TEXT_MAX_BYTES = 4_092

function idOf({ id }: StoredMessage): Buffer {
  return Buffer.from(id!, 'hex')
}

/** What is stored and shown: nothing of it changes by what is refused. */
function stateOf({ node }: MailNode): unknown {
  return [node.set, node.store.stats(), node.store.waiting()]
}

describe('a conversation', () => {
  test('stands on both sides, in the order it was written in, and shows how far it came', async () => {
    await using stage = await MailStage.open()
    const { alice, bob } = stage
    const first = await stage.during(alice.say(bob, 'hello Bob'))
    expect(first).toMatchObject({ room: `@${bob.hex}`, text: 'hello Bob', own: true, authorKey: alice.hex })
    await stage.until(() => bob.textsWith(alice).length === 1)
    await stage.during(bob.say(alice, 'waves', { kind: 'action' }))
    await stage.during(alice.say(bob, 'bye'))
    await stage.until(() => bob.textsWith(alice).length === 3 && alice.textsWith(bob).length === 3)
    expect(bob.linesWith(alice)).toMatchObject([
      { kind: 'text', text: 'hello Bob', own: false, authorKey: alice.hex, id: first.id, time: first.time },
      { kind: 'action', text: 'waves', own: true, authorKey: bob.hex },
      { kind: 'text', text: 'bye', own: false, authorKey: alice.hex },
    ])
    expect(alice.textsWith(bob)).toEqual(bob.textsWith(alice))
    await stage.chat.advance(1_000)
    expect(alice.linesWith(bob)[0]!.delivery).toMatchObject({ written: 1 })
    expect(bob.mail.counts).toMatchObject({ tried: 2, opened: 2, failed: 0, held: 0, untried: 0 })
  })

  test('is bytes to the relay, equal to those that were sent, and nowhere in the clear', async () => {
    await using stage = await MailStage.open()
    const { alice, bob, relay, frames } = stage
    const said = await stage.during(alice.say(bob, 'nobody else reads this'))
    await stage.until(() => bob.textsWith(alice).length === 1)
    const [sent, relayed, received] = [alice.node, relay, bob.node].map(({ store }) => store.posts.read([idOf(said)])[0]!)
    expect([relayed, received]).toEqual([sent, sent])
    expect(decodePost(sent!)).toMatchObject({ room: DIRECT_ROOM, kind: PostKind.DirectMessage, author: alice.key })
    expect(frames.holds(sent!)).toBe(true)
    for (const secret of ['nobody else reads this', Buffer.from('nobody else reads this').toString('base64url').slice(0, -1)])
      expect(frames.holds(secret)).toBe(false)
    expect(relay.store.history({ limit: 1_000 }).messages).toEqual([])
    expect(relay.store.rooms.list('client').map(({ room }) => room)).toEqual(['dchat'])
  })

  test('with oneself is kept, and nobody tries it', async () => {
    await using stage = await MailStage.open()
    const { alice, bob } = stage
    const line = await stage.during(alice.say(alice, 'note'))
    await stage.until(() => bob.mail.counts.failed === 1)
    expect(alice.linesWith(alice)).toMatchObject([{ seq: line.seq, text: 'note', own: true }])
    expect(alice.mail.counts).toMatchObject({ tried: 0, untried: 0 })
  })

  test('goes on over a restart without a line twice', async () => {
    await using stage = await MailStage.open()
    const { alice, bob, chat } = stage
    await stage.during(alice.say(bob, 'one'))
    await stage.until(() => bob.textsWith(alice).length === 1)
    await stage.during(bob.restart())
    const leaving = bob.node.node.leave()
    await chat.advance(60_000)
    await leaving
    await stage.during(alice.say(bob, 'two'))
    await chat.start(bob.node)
    await stage.until(() => bob.textsWith(alice).length === 2)
    await chat.advance(700_000)
    expect(bob.textsWith(alice)).toEqual(['one', 'two'])
    expect(bob.mail.counts).toMatchObject({ tried: 1, opened: 1 })
  })

  test('takes what is taken back from both sides', async () => {
    await using stage = await MailStage.open()
    const { alice, bob } = stage
    const said = await stage.during(alice.say(bob, 'oops'))
    await stage.during(alice.say(bob, 'kept'))
    await stage.until(() => bob.textsWith(alice).length === 2)
    await stage.during(alice.mail.retract(bob.key, idOf(said)))
    expect(alice.linesWith(bob)).toMatchObject([{ retracted: true, text: '' }, { text: 'kept' }])
    await stage.until(() => bob.linesWith(alice)[0]!.retracted)
    expect(bob.linesWith(alice)).toMatchObject([
      { retracted: true, text: '' },
      { retracted: false, text: 'kept' },
    ])
  })

  test("does not let one side take back the other's", async () => {
    await using stage = await MailStage.open()
    const { alice, bob } = stage
    const said = await stage.during(alice.say(bob, 'mine'))
    await stage.until(() => bob.textsWith(alice).length === 1)
    await stage.during(bob.mail.retract(alice.key, idOf(said)))
    await stage.until(() => alice.mail.counts.opened === 1)
    expect([alice, bob].flatMap((each) => each.linesWith(each === alice ? bob : alice))).toMatchObject([
      { text: 'mine', retracted: false },
      { text: 'mine', retracted: false },
    ])
  })
})

describe('delivery', () => {
  /** Takes hosts down, and waits until they are. */
  const leave = async ({ chat }: MailStage, ...nodes: readonly ChatNode[]): Promise<void> => {
    const leaving = Promise.all(nodes.map(({ node }) => node.leave()))
    await chat.advance(60_000)
    await leaving
  }

  test('goes on after a restart: a repair of the room of direct messages tells who holds what was said', async () => {
    await using stage = await MailStage.open()
    const { alice, bob, chat } = stage
    const { seq } = await stage.during(alice.say(bob, 'there?'))
    await chat.advance(1_000)
    expect(alice.linesWith(bob)).toMatchObject([{ seq, delivery: { state: 'sent', written: 1, held: 0 } }])
    await leave(stage, alice.node)
    await chat.start(alice.node)
    await chat.advance(700_000)
    expect(alice.linesWith(bob)).toMatchObject([{ seq, delivery: { state: 'held', held: 1 } }])
  })

  test('waits for a peer, over a restart too; until then it can be given up', async () => {
    await using stage = await MailStage.open()
    const { alice, bob, relay, chat } = stage
    await leave(stage, relay)
    await stage.during(alice.say(bob, 'kept'))
    const { seq } = await stage.during(alice.say(bob, 'given up'))
    await leave(stage, alice.node)
    await chat.start(alice.node)
    alice.node.posts.cancel(seq)
    await chat.start(relay)
    await stage.until(() => bob.textsWith(alice).length === 1)
    await chat.advance(700_000)
    expect(bob.textsWith(alice)).toEqual(['kept'])
    expect(alice.linesWith(bob)).toMatchObject([{ text: 'kept' }, { text: 'given up', delivery: { state: 'failed' } }])
    expect(() => alice.node.posts.cancel(alice.linesWith(bob)[0]!.seq)).toThrow(
      expect.objectContaining({ code: 'CHAT_ALREADY_SENT' }),
    )
  })
})

describe('what a direct message may hold', () => {
  const send = async (stage: MailStage, kind: number, text: string): Promise<void> => {
    const { alice, bob } = stage
    const boxKey = bob.keys.live()[0]!.publicKey
    const publishing = alice.node.posts.publish({
      room: DIRECT_ROOM,
      kind: PostKind.DirectMessage,
      body: (at) => sealDirect({ kind, text }, { ...at, recipient: bob.key, boxKey }),
    })
    await stage.during(publishing)
    await stage.until(() => bob.mail.counts.opened === 1)
  }

  test('a topic is a line of its kind', async () => {
    await using stage = await MailStage.open()
    await send(stage, InnerKind.Topic, 'cats')
    expect(stage.bob.linesWith(stage.alice)).toMatchObject([{ kind: 'topic', text: 'cats' }])
  })

  test.each([
    ['a certificate', InnerKind.Member, 'ab'.repeat(96)],
    ['a rekey', InnerKind.Rekey, `p.${'ab'.repeat(20)}`],
    ['a kind of a later version', 200, 'x'],
    ['a retraction of no id', InnerKind.Retract, 'everything'],
  ])('of %s nothing is made', async (_, kind, text) => {
    await using stage = await MailStage.open()
    await send(stage, kind, text)
    expect(stage.bob.linesWith(stage.alice)).toEqual([])
    expect(stage.bob.mail.counts).toMatchObject({ tried: 1, untried: 0 })
  })

  test('is 4,092 bytes of text; more is refused and not held either', async () => {
    await using stage = await MailStage.open()
    const { alice, bob } = stage
    const longest = `${'é'.repeat(TEXT_MAX_BYTES / 2 - 1)}..`
    await stage.during(alice.say(bob, longest))
    await stage.until(() => bob.textsWith(alice).length === 1)
    expect(bob.textsWith(alice)).toEqual([longest])
    const before = stateOf(alice)
    for (const hold of [false, true]) {
      await expect(stage.during(alice.say(bob, `${longest}.`, { hold }))).rejects.toMatchObject({
        code: 'CHAT_TEXT_TOO_LONG',
        data: { bytes: TEXT_MAX_BYTES + 1, maxBytes: TEXT_MAX_BYTES },
      })
    }
    expect(stateOf(alice)).toEqual(before)
  })
})

describe('without a box key to write to', () => {
  /** Why nothing was said, and whether anything has changed or was sent all the same. */
  const refusal = async (stage: MailStage): Promise<unknown> => {
    const { alice, bob, frames } = stage
    const before = stateOf(alice)
    const error = await stage.during(alice.say(bob, 'for your eyes').catch((reason: unknown) => reason))
    await stage.chat.advance(1_000)
    const isUnchanged = isDeepStrictEqual(stateOf(alice), before)
    const { code, data } = error as ChatError<'CHAT_NO_BOX_KEY'>
    return { code, ...data, isUnchanged, isLeaked: frames.holds('for your eyes') }
  }
  const refusedBecause = (stage: MailStage, reason: string): unknown => {
    return { code: 'CHAT_NO_BOX_KEY', key: stage.bob.hex, reason, isUnchanged: true, isLeaked: false }
  }

  test('nothing is stored or sent', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    expect(await refusal(stage)).toEqual(refusedBecause(stage, 'unknown'))
  })

  test('of 35 days at most', async () => {
    await using stage = await MailStage.open()
    const { alice, bob, chat } = stage
    const { time } = alice.node.store.posts.newestOf(bob.key, PostKind.BoxKey)!
    const lastMs = time + KEY_LIMITS.BOX_KEY_LIFE_MS.value
    expect(KEY_LIMITS.BOX_KEY_LIFE_MS.value).toBe(35 * DAY_MS)
    const leaving = Promise.all([stage.relay, alice.node, bob.node].map(({ node }) => node.leave()))
    await chat.advance(60_000)
    await leaving
    await chat.advance(lastMs - 3_600_000 - chat.clock.nowMs())
    await chat.start(stage.relay, alice.node, bob.node)
    expect((await stage.during(alice.say(bob, 'in time'))).text).toBe('in time')
    await chat.advance(lastMs + 1 - chat.clock.nowMs())
    expect(await refusal(stage)).toEqual(refusedBecause(stage, 'expired'))
  })

  test.each([
    ['zero', '00'.repeat(32)],
    ['small order', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
  ])('that is a point at all: %s', async (_, body) => {
    await using stage = await MailStage.open()
    const { alice, bob } = stage
    await stage.during(bob.node.posts.publish({ room: PROFILE_ROOM, kind: PostKind.BoxKey, body }))
    await stage.until(() => alice.node.store.posts.newestOf(bob.key, PostKind.BoxKey)?.body === body)
    expect(await refusal(stage)).toEqual(refusedBecause(stage, 'unusable'))
  })
})
