/** Messages that wait for a box key: sent once, oldest first, whatever happens in between. Source: docs/chat.md, *Encrypted kinds*. */
import type { StoredMessage } from '@dchat/store'
import { describe, expect, test } from 'vitest'
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM, PROFILE_ROOM } from '../post/rooms-by-kind.ts'
import type { OwnDraft } from '../relay/own-posts.ts'
import { MailStage } from '../testing/mail-stage.ts'
import { DIRECT_LIMITS } from './direct-limits.ts'

const hold = (stage: MailStage, text: string): Promise<StoredMessage> =>
  stage.during(stage.alice.say(stage.bob, text, { hold: true }))

/** Direct messages that alice offers to others. */
function offered({ alice, chat }: MailStage): number {
  return alice.node.store.posts.newest(DIRECT_ROOM, { count: 256, notAfter: chat.clock.nowMs() }).length
}

describe('a message that waits', () => {
  test('is an own line that nobody is sent, until a key comes', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob, chat, frames } = stage
    const held = [await hold(stage, 'first'), await hold(stage, 'second')]
    expect(held).toMatchObject([
      { id: null, time: null, own: true, room: `@${bob.hex}`, text: 'first', delivery: { state: 'stored', written: 0, held: 0 } },
      { id: null, text: 'second' },
    ])
    await chat.advance(3_600_000)
    expect([offered(stage), alice.mail.counts.held]).toEqual([0, 2])
    const bound: StoredMessage[] = []
    alice.node.store.onBound((line) => bound.push(line))
    await stage.publishKeys(bob)
    await stage.until(() => bob.textsWith(alice).length === 2)
    expect(bob.textsWith(alice)).toEqual(['first', 'second'])
    expect(alice.linesWith(bob)).toMatchObject(held.map(({ seq, text }) => ({ seq, text, own: true })))
    expect(bound.map(({ seq, id }) => [seq, id])).toEqual(alice.linesWith(bob).map(({ seq, id }) => [seq, id]))
    expect([offered(stage), alice.mail.counts.held, frames.holds('second')]).toEqual([2, 0, false])
    await chat.advance(1_000)
    expect(alice.linesWith(bob).map(({ delivery }) => delivery?.state)).toEqual(['sent', 'sent'])
  })

  test('waits through keys that are no use', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob } = stage
    const body = '00'.repeat(32)
    await stage.during(bob.node.posts.publish({ room: PROFILE_ROOM, kind: PostKind.BoxKey, body }))
    await stage.until(() => alice.node.store.posts.newestOf(bob.key, PostKind.BoxKey) !== undefined)
    await hold(stage, 'not yet')
    await stage.chat.advance(1_000)
    expect([offered(stage), alice.mail.counts.held]).toEqual([0, 1])
    await stage.publishKeys(bob)
    await stage.until(() => bob.textsWith(alice).length === 1)
    expect(alice.mail.counts.held).toBe(0)
  })

  test('goes out once when the key came while nobody looked', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob } = stage
    await hold(stage, 'later')
    await stage.during(alice.mail.stop())
    await stage.publishKeys(bob)
    expect(alice.mail.counts.held).toBe(1)
    await stage.during(alice.restart())
    await stage.until(() => bob.textsWith(alice).length === 1)
    await stage.during(alice.restart())
    await stage.chat.advance(120_000)
    expect([offered(stage), bob.textsWith(alice), alice.textsWith(bob)]).toEqual([1, ['later'], ['later']])
  })

  test('and was sealed when the daemon died is sealed anew, and sent once', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob } = stage
    const sealed: string[] = []
    const dying = async ({ body }: OwnDraft): Promise<never> => {
      sealed.push(await (body as Exclude<OwnDraft['body'], string>)({ time: stage.chat.clock.nowMs(), author: alice.key }))
      return new Promise<never>(() => {})
    }
    await hold(stage, 'once')
    await stage.during(alice.restart({ posts: { publish: dying } }))
    const died = alice.mail
    await stage.publishKeys(bob)
    await stage.until(() => sealed.length === 1)
    expect([offered(stage), died.counts.held]).toEqual([0, 1])
    alice.crash()
    await stage.until(() => bob.textsWith(alice).length === 1)
    await stage.chat.advance(120_000)
    expect([offered(stage), bob.textsWith(alice), alice.textsWith(bob)]).toEqual([1, ['once'], ['once']])
  })

  test('can be given up, until it is sent', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob } = stage
    const [given, kept] = [await hold(stage, 'given up'), await hold(stage, 'kept')]
    expect([alice.mail.cancel(given.seq), alice.mail.cancel(given.seq), alice.mail.cancel(4_711)]).toEqual([true, false, false])
    await stage.publishKeys(bob)
    await stage.until(() => bob.textsWith(alice).length === 1)
    expect([alice.mail.cancel(kept.seq), bob.textsWith(alice)]).toEqual([false, ['kept']])
    expect(alice.linesWith(bob).map(({ delivery }) => delivery?.state)).toContain('failed')
  })

  test('cannot be given up while it is sealed', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob } = stage
    const sealing = Promise.withResolvers<void>()
    let isSealing = false
    const publish = async (draft: OwnDraft) => {
      isSealing = true
      await sealing.promise
      return alice.node.posts.publish(draft)
    }
    await stage.during(alice.restart({ posts: { publish } }))
    const { seq } = await hold(stage, 'on its way')
    await stage.publishKeys(bob)
    await stage.until(() => isSealing)
    expect(alice.mail.cancel(seq)).toBe(false)
    sealing.resolve()
    await stage.until(() => bob.textsWith(alice).length === 1)
    expect(alice.linesWith(bob)).toMatchObject([{ seq, text: 'on its way' }])
  })

  test('many go by turns, so that others may be said in the same minute', async () => {
    await using stage = await MailStage.open({ haveKeys: false })
    const { alice, bob, chat } = stage
    const texts = Array.from({ length: 70 }, (_, index) => `${index}`)
    for (const text of texts) await hold(stage, text)
    await stage.publishKeys(bob)
    await stage.until(() => offered(stage) === DIRECT_LIMITS.HELD_PER_PASS.value)
    await stage.during(alice.say(bob, 'in between'))
    for (const count of [61, 71]) {
      await chat.advance(DIRECT_LIMITS.HELD_PASS_MS.value - 5_000)
      await stage.until(() => bob.textsWith(alice).length === count)
    }
    expect(bob.textsWith(alice).filter((text) => text !== 'in between')).toEqual(texts)
    await chat.advance(120_000)
    expect([offered(stage), alice.mail.counts.held]).toEqual([71, 0])
  })
})

test('of those who wait only who has a key is written to', async () => {
  await using stage = await MailStage.open({ haveKeys: false })
  const { alice, bob, relay } = stage
  await hold(stage, 'for bob')
  await stage.during(alice.mail.send({ to: relay.signer.key, kind: 'action', text: 'for the relay', hold: true }))
  await stage.publishKeys(bob)
  await stage.until(() => bob.textsWith(alice).length === 1)
  expect(alice.node.store.waiting()).toMatchObject([
    { recipient: relay.signer.key.toString('hex'), kind: 'action', text: 'for the relay' },
  ])
})
