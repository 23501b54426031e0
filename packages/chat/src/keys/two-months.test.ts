/** Who recorded direct messages cannot open them with what he finds on the disk two months later: docs/chat.md, *Box keys*. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decodePost } from '../post/decode-post.ts'
import { DIRECT_ROOM } from '../post/rooms-by-kind.ts'
import { openBoxKey } from '../sealed/box-key.ts'
import { openDirect } from '../sealed/direct-message.ts'
import { directPost } from '../testing/direct-post.ts'
import type { DirectPost } from '../testing/direct-post.ts'
import { heldIds, holdPosts } from '../testing/held-posts.ts'
import { KeyStage } from '../testing/key-stage.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A day: two repairs at least. */
const TOGETHER = 20 * 60_000
const ENCODINGS = ['hex', 'base64', 'base64url'] as const

/** A direct message to the newest key that the other node knows of, sent from there. */
async function receive(keys: KeyStage, text: string): Promise<DirectPost> {
  const { other, stage, net, clock } = keys
  const recipient = stage.signer.key
  const boxKey = Buffer.from(other.store.posts.newestOf(recipient, 5)!.body, 'hex')
  const post = await directPost({ text, time: clock.nowMs() - 60_000, recipient, boxKey })
  await net.settle(holdPosts(other.store, [post]))
  return post
}

/** Opens what has come, and keeps its text, as the node does in its own time. */
async function openAll({ keys, store, stage }: KeyStage): Promise<string[]> {
  const texts: string[] = []
  for (const { body, ...post } of store.posts.untried(1_000)) {
    const inner = await openDirect({ ...post, body }, { recipient: stage.signer.key, keys: keys.live() })
    if (inner !== undefined) texts.push(inner.text)
    store.posts.settle([{ post, revealed: inner && { as: 'line', kind: 'text', text: inner.text } }])
  }
  return texts
}

/** The files of the data folder. */
function filesOf({ data }: KeyStage): { readonly name: string; readonly content: Buffer }[] {
  return readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => ({
    name,
    content: readFileSync(join(data, name)),
  }))
}

/** Which files hold a secret, in any form of it. */
function filesWith(keys: KeyStage, secret: Buffer): string[] {
  const texts = ENCODINGS.flatMap((encoding) => [secret.toString(encoding), secret.toString(encoding).toUpperCase()])
  // 30 bytes in a base64 of something longer are the same characters only where they begin at a multiple of three.
  const inner = [0, 1, 2].map((from) => secret.subarray(from, from + 30).toString('base64url'))
  const forms = [secret, ...[...texts, ...inner].map((text) => Buffer.from(text))]
  return filesOf(keys)
    .filter(({ content }) => forms.some((form) => content.includes(form)))
    .map(({ name }) => name)
}

test('two months on, recorded ciphertexts cannot be opened with what is left on the disk', async () => {
  await using keys = await KeyStage.open({ isStored: true })
  /** Every private half there has ever been, by its bytes in hex. */
  const everMade = new Map<string, { readonly secret: Buffer; readonly made: number }>()
  const noteSecrets = (): void => {
    for (const one of keys.secrets) everMade.set(one.secret.toString('hex'), one)
  }
  noteSecrets()
  const [firstSecret] = keys.secrets
  const recorded: { readonly post: DirectPost; readonly day: number }[] = []
  const opened: string[] = []
  let foundWhileLive: string[] = []
  await keys.meet()
  await keys.advance(HOUR)
  await keys.part()
  for (let day = 0; day < 62; day += 1) {
    recorded.push({ post: await receive(keys, `said on day ${day}`), day })
    await keys.meet()
    await keys.advance(TOGETHER)
    opened.push(...(await openAll(keys)))
    await keys.part()
    await keys.advance(DAY - TOGETHER)
    noteSecrets()
    if (day === 20 || day === 45) {
      await keys.stop()
      await keys.start()
      await keys.part()
    }
    if (day === 30) foundWhileLive = filesWith(keys, firstSecret!.secret)
  }
  // The search finds what is there.
  expect(foundWhileLive).toEqual(['box-keys'])
  // All of it came, was read while it could be, and the posts are what was recorded off the wire.
  expect(opened).toEqual(recorded.map(({ day }) => `said on day ${day}`))
  expect(heldIds(keys.store, DIRECT_ROOM)).toEqual(recorded.map(({ post }) => post.hex))
  const wire = keys.other.store.posts.read(recorded.map(({ post }) => post.id)).map((bytes) => decodePost(bytes!))

  const live = new Set(keys.secrets.map(({ secret }) => secret.toString('hex')))
  const retired = [...everMade].filter(([hex]) => !live.has(hex)).map(([, one]) => one)
  expect([everMade.size, live.size, retired.length]).toEqual([9, 5, 4])
  const found = (): string[] => retired.flatMap(({ secret }) => filesWith(keys, secret))
  // While the node runs, so that the log of the database is there too, and once it has stopped.
  expect(filesOf(keys).map(({ name }) => name)).toEqual(expect.arrayContaining(['box-keys', 'messages.db', 'messages.db-wal']))
  expect(found()).toEqual([])
  const recipient = keys.stage.signer.key
  await keys.stop()
  expect(found()).toEqual([])

  const left = await Promise.all(keys.secrets.map(({ secret }) => openBoxKey(secret)))
  const readable = await Promise.all(wire.map(async (post) => (await openDirect(post, { recipient, keys: left }))?.text))
  const lastRetired = Math.max(...retired.map(({ made }) => made))
  const firstLive = Math.min(...keys.secrets.map(({ made }) => made))
  expect(firstLive - lastRetired).toBeGreaterThan(6 * DAY)
  // Sound checks on both sides: what was written to keys that are left opens, what was written to the others does not.
  expect(readable.slice(0, 28)).toEqual(Array.from({ length: 28 }, () => undefined))
  expect(readable.at(-1)).toBe('said on day 61')
  const withRetired = await Promise.all(retired.map(({ secret }) => openBoxKey(secret)))
  expect(await openDirect(wire[0]!, { recipient, keys: withRetired })).toMatchObject({ text: 'said on day 0' })
  await keys.start()
})
