/** Fills the store of a daemon that does not run with signed posts, or with a long history of lines. */
import { rawPost } from '@dchat/chat/testing'
import type { RawPost } from '@dchat/chat/testing'
import { SeededSigner } from '@dchat/chat/testing'
import { openStore } from '@dchat/store'
import type { MessageStore, NewMessage, NewPost } from '@dchat/store'
import { SystemClock, silentLogger } from '@dchat/system'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface PostPlan {
  readonly count: number
  /** Unix ms of the oldest and the newest. */
  readonly from: number
  readonly until: number
  /** Tells the keys of one plan from those of another. */
  readonly name: string
}

/** Of each author: below what a minute of an author may hold, however close the posts are. */
const POSTS_AN_AUTHOR = 50
const TEXT = 'as long as what people say in a chat, which is seldom more than a hundred characters or so'
export const ROOM = 'dchat'

/** Posts of a plan, oldest first, with the key of each author. */
export function* plannedPosts({
  count,
  from,
  until,
  name,
}: PostPlan): Generator<{ post: RawPost; author: Buffer; body: string }> {
  const signers = Array.from({ length: Math.ceil(count / POSTS_AN_AUTHOR) }, (_, index) => new SeededSigner(`${name} ${index}`))
  for (let index = 0; index < count; index += 1) {
    const signer = signers[index % signers.length]!
    const time = Math.floor(from + ((until - from) * (index + 1)) / count)
    const body = `${name} ${index} ${TEXT}`
    yield { post: rawPost({ signer, room: ROOM, time, body }), author: signer.key, body }
  }
}

/** Stores the posts of plans as if they had come from peers. */
export async function fillPosts(storePath: string, plans: readonly PostPlan[]): Promise<void> {
  await withStore(storePath, async (store) => {
    for (const plan of plans) {
      for (const { post, author, body } of plannedPosts(plan)) {
        const { id, bytes, time } = post
        const given: NewPost = { id, bytes, time, author, room: ROOM, kind: 0, body, received: time, own: false }
        if (!store.posts.add(given)) await drained(store)
      }
    }
  })
}

/** Stores direct messages of others that nobody can open. @param plan bodyBytes of what is encrypted, in each */
export async function fillDirect(storePath: string, plan: PostPlan & { readonly bodyBytes: number }): Promise<void> {
  const { count, from, until, name, bodyBytes } = plan
  const signers = Array.from({ length: Math.ceil(count / POSTS_AN_AUTHOR) }, (_, index) => new SeededSigner(`${name} ${index}`))
  await withStore(storePath, async (store) => {
    for (let index = 0; index < count; index += 1) {
      const signer = signers[index % signers.length]!
      const time = Math.floor(from + ((until - from) * (index + 1)) / count)
      const place = { room: '_dm', kind: 16, time, body: randomBytes(bodyBytes).toString('base64url') }
      const { id, bytes } = rawPost({ signer, ...place })
      if (!store.posts.add({ ...place, id, bytes, author: signer.key, received: time, own: false })) await drained(store)
    }
  })
}

/** Stores so many lines as reference nodes bring them, 20 s apart, the last one now, and waits until they can be searched by index. */
export async function fillLines(storePath: string, count: number): Promise<void> {
  await withStore(storePath, async (store) => {
    const now = Date.now()
    for (let index = 0; index < count; index += 1) {
      const line: NewMessage = {
        id: null,
        room: ROOM,
        kind: 'text',
        authorKey: null,
        nick: null,
        time: null,
        from: 'tcp://127.0.0.1:51000',
        text: `line ${index} of a long talk about ${WORDS[index % WORDS.length]} and 東京の天気 ${index % 977}`,
        received: now - 20_000 * (count - index),
        own: false,
        delivery: null,
      }
      if (!store.add(line)) await drained(store)
    }
    await store.flush()
    await indexed(storePath, count)
  })
}

/** The index follows the lines in slices of its own; the last batch may stay behind. */
async function indexed(storePath: string, count: number): Promise<void> {
  using db = new DatabaseSync(storePath, { readOnly: true, timeout: 5_000 })
  const state = db.prepare('SELECT indexed FROM search_state')
  while (Number(state.get()?.['indexed'] ?? 0) < 0.99 * count) await new Promise((resolve) => setTimeout(resolve, 200))
}

const WORDS = ['weather', 'gardening', 'routers', 'cooking', 'trains', 'music', 'keyboards', 'mountains', 'databases']

async function withStore(path: string, fill: (store: MessageStore) => Promise<void>): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const store = openStore({ path, clock: new SystemClock(), logger: silentLogger, maxBytes: 8 * 2 ** 30 })
  await fill(store)
  await store.flush()
  await store.close()
}

function drained(store: MessageStore): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onDrain(() => {
      stop()
      setImmediate(resolve)
    })
  })
}
