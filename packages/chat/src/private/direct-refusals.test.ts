/**
 * What somebody may do with direct messages that he recorded, or makes himself, as seen from the lines of the node that gets them.
 * Source: docs/chat.md, *Encrypted kinds*: the additional data ties a message to its author, time and recipient.
 */
import { silentLogger } from '@dchat/system'
import { describe, expect, test } from 'vitest'
import { PostKind } from '../post/post.ts'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import { sealDirect } from '../sealed/direct-message.ts'
import type { DirectAddress } from '../sealed/direct-message.ts'
import type { FeaturedPeer } from '../testing/featured-peer.ts'
import { OwnBoxKeys } from '../testing/own-box-keys.ts'
import { rawPost } from '../testing/raw-post.ts'
import type { RawPost } from '../testing/raw-post.ts'
import { creepUntil, creepWhile } from '../testing/real-work.ts'
import { RelayStage } from '../testing/relay-stage.ts'
import type { RelayStageOptions } from '../testing/relay-stage.ts'
import { SeededSigner } from '../testing/seeded-signer.ts'
import { DirectMail } from './direct-mail.ts'

const ALICE = new SeededSigner('alice')
const MALLORY = new SeededSigner('mallory')

/** A node with a box key, and a peer that sends it what it likes. */
class Target implements AsyncDisposable {
  readonly stage: RelayStage
  readonly keys: OwnBoxKeys
  readonly peer: FeaturedPeer
  readonly mail: DirectMail

  private constructor(stage: RelayStage, keys: OwnBoxKeys, peer: FeaturedPeer) {
    this.stage = stage
    this.keys = keys
    this.peer = peer
    const { store, posts, signer, clock } = stage
    this.mail = new DirectMail({ store, posts, boxKeys: keys, identity: signer, clock, logger: silentLogger })
    this.mail.start()
  }

  static async open(options: RelayStageOptions = {}, keys = new OwnBoxKeys()): Promise<Target> {
    const stage = await RelayStage.open(options)
    if (keys.live().length === 0) await keys.make()
    return new Target(stage, keys, await stage.peer())
  }

  /** A body from alice to this node, at this moment, with what is said of it changed. */
  seal(changed: Partial<DirectAddress> = {}, text = 'for you alone'): Promise<string> {
    const to = { author: ALICE.key, time: this.stage.nowMs, recipient: this.stage.signer.key, ...changed }
    return sealDirect({ kind: InnerKind.Text, text }, { boxKey: this.keys.live()[0]!.publicKey, ...to })
  }

  post(body: string, { signer = ALICE, time = this.stage.nowMs } = {}): RawPost {
    return rawPost({ signer, room: DIRECT_ROOM, kind: PostKind.DirectMessage, time, body })
  }

  /** Sends a post and waits until it was tried. */
  async take(post: RawPost): Promise<void> {
    const { tried } = this.mail.counts
    this.peer.post(post)
    await creepUntil(this.stage.clock, () => this.stage.store.posts.holds(post.id) && this.mail.counts.tried > tried)
  }

  get lines(): string[] {
    return this.stage.store.history({ limit: 1_000 }).messages.map(({ text }) => text)
  }

  get conversations(): string[] {
    return this.stage.store.rooms
      .list('client')
      .map(({ room }) => room)
      .filter((room) => room.startsWith('@'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await creepWhile(this.stage.clock, this.mail.stop())
    await this.stage[Symbol.asyncDispose]()
  }
}

/** The bytes of a body, changed. */
function changed(body: string, change: (bytes: Buffer) => Buffer): string {
  return change(Buffer.from(body, 'base64url')).toString('base64url')
}

function turned(at: number): (bytes: Buffer) => Buffer {
  return (bytes) => {
    bytes[at < 0 ? bytes.length + at : at]! ^= 1
    return bytes
  }
}

const REFUSED: readonly (readonly [string, (target: Target) => Promise<RawPost>])[] = [
  ['for another recipient', async (to) => to.post(await to.seal({ recipient: MALLORY.key }))],
  ['for a box key of somebody else', async (to) => to.post(await to.seal({ boxKey: (await new OwnBoxKeys().make()).publicKey }))],
  ['of another time', async (to) => to.post(await to.seal(), { time: to.stage.nowMs - 1 })],
  ['signed anew by another author', async (to) => to.post(await to.seal(), { signer: MALLORY })],
  ['sealed for another author', async (to) => to.post(await to.seal({ author: MALLORY.key }))],
  ['with another ephemeral key', async (to) => to.post(changed(await to.seal(), turned(0)))],
  ['with another ciphertext', async (to) => to.post(changed(await to.seal(), turned(32)))],
  ['with another tag', async (to) => to.post(changed(await to.seal(), turned(-1)))],
  ['without its last byte', async (to) => to.post(changed(await to.seal(), (bytes) => bytes.subarray(0, -1)))],
  ['without its tag', async (to) => to.post(changed(await to.seal(), (bytes) => bytes.subarray(0, -16)))],
  ['of an ephemeral key alone', async (to) => to.post(changed(await to.seal(), (bytes) => bytes.subarray(0, 32)))],
  ['of nothing', async (to) => to.post('')],
  ['with a byte more', async (to) => to.post(changed(await to.seal(), (bytes) => Buffer.concat([bytes, Buffer.of(0)])))],
  ['as long as a body may be', async (to) => to.post('A'.repeat(8_192))],
]

describe('a post that is no message to us is kept for others, and nothing is shown of it', () => {
  test.each(REFUSED)('%s', async (_, make) => {
    await using target = await Target.open()
    const post = await make(target)
    await target.take(post)
    expect(target.mail.counts).toMatchObject({ tried: 1, opened: 0, failed: 1 })
    expect([target.lines, target.conversations, target.peer.isClosed]).toEqual([[], [], false])
    expect(target.stage.node.p2p.hosts.bans.saved()).toEqual([])
    expect(target.stage.store.posts.read([post.id])).toEqual([post.bytes])
  })

  test('while the one that was not tampered with is shown', async () => {
    await using target = await Target.open()
    await target.take(target.post(await target.seal()))
    expect([target.lines, target.conversations]).toEqual([['for you alone'], [`@${ALICE.key.toString('hex')}`]])
  })
})

describe('what breaks the grammar of posts is an offence', () => {
  test.each([
    ['a body that is not base64url', { body: 'AA==' }],
    ['another kind in the room of direct messages', { kind: PostKind.Text }],
    ['a direct message in another room', { room: 'dchat' }],
    ['an author who did not sign', { author: MALLORY.key }],
  ])('%s', async (_, parts) => {
    await using target = await Target.open()
    const { stage, peer } = target
    const body = await target.seal()
    peer.post(rawPost({ signer: ALICE, room: DIRECT_ROOM, kind: PostKind.DirectMessage, time: stage.nowMs, body, ...parts }))
    await stage.settle()
    expect([peer.isClosed, target.lines, target.mail.counts.untried]).toEqual([true, [], 0])
  })
})

describe('a message that was shown is not shown again', () => {
  test('when its post comes again', async () => {
    await using target = await Target.open()
    const post = target.post(await target.seal())
    await target.take(post)
    target.peer.post(post, post)
    await target.stage.clock.advance(10_000)
    expect([target.lines, target.mail.counts.tried]).toEqual([['for you alone'], 1])
  })

  test('after a restart', async () => {
    await using first = await Target.open()
    const post = first.post(await first.seal())
    await first.take(post)
    await creepWhile(first.stage.clock, first.mail.stop())
    await first.stage.net.settle(first.stage.posts.stop())
    await using target = await Target.open({ store: first.stage.store, net: first.stage.net }, first.keys)
    target.peer.post(post)
    await target.stage.clock.advance(10_000)
    expect([target.lines, target.mail.counts.tried]).toEqual([['for you alone'], 0])
  })

  test('after its post was dropped and forgotten', async () => {
    await using target = await Target.open({ quotas: { perRoom: 2, droppedIds: 1 } })
    const { store, clock } = target.stage
    const post = target.post(await target.seal())
    await target.take(post)
    // Two newer ones of the same author are kept in its place, and one that is older pushes its id out of memory.
    await clock.advance(60_000)
    for (const text of ['two', 'three', 'four']) {
      await target.take(target.post(await target.seal({}, text)))
      await clock.advance(60_000)
    }
    expect([store.posts.holds(post.id), store.posts.wasDropped(post.id)]).toEqual([false, false])
    const before = target.lines
    target.peer.post(post)
    await clock.advance(10_000)
    expect([before.length, target.lines]).toEqual([4, before])
  })

  test('by a stranger who signs it as his own', async () => {
    await using target = await Target.open()
    const body = await target.seal()
    const time = target.stage.nowMs
    await target.take(target.post(body))
    await target.take(target.post(body, { signer: MALLORY, time }))
    expect([target.lines, target.conversations.length]).toEqual([['for you alone'], 1])
  })
})
