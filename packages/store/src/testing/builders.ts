/** Messages, stores and folders for tests. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryLogger, SystemClock } from '@dchat/system'
import type { NewMessage } from '../message.ts'
import type { MessageStore } from '../message-store.ts'
import { openStore } from '../open-store.ts'
import type { StoreOptions } from '../open-store.ts'
import type { CommittedPost, NewPost } from '../post-store.ts'

/** The Unix ms at which built messages were received unless they say otherwise: where a ManualClock stands first. */
export const RECEIVED_MS = 1_795_000_000_000

/** An unsigned line of another, with what is given instead. */
export function line(text: string, with_: Partial<NewMessage> = {}): NewMessage {
  return {
    id: null,
    room: 'dchat',
    kind: 'text',
    authorKey: null,
    nick: null,
    from: 'tcp://127.0.0.1:51000',
    text,
    time: null,
    received: RECEIVED_MS,
    own: false,
    delivery: null,
    ...with_,
  }
}

/** An own line that no peer has yet. */
export function ownLine(text: string, with_: Partial<NewMessage> = {}): NewMessage {
  return line(text, { from: null, own: true, delivery: { state: 'stored', written: 0, held: 0 }, ...with_ })
}

/** A signed post of another. */
export function post(text: string, id: string, with_: Partial<NewMessage> = {}): NewMessage {
  return line(text, { id, authorKey: 'ab'.repeat(32), nick: 'ann', from: null, time: RECEIVED_MS, ...with_ })
}

/** A folder of its own that is removed at the end of the scope. */
export function temporaryFolder(): { path: string; file: (name: string) => string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'dchat-store-'))
  return { path, file: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A store in memory with the machine's clock, with what is given instead. */
export function testStore(options: Partial<StoreOptions> = {}): MessageStore {
  return openStore({ path: ':memory:', clock: new SystemClock(), logger: new MemoryLogger(), ...options })
}

/** Stores all of `messages` and waits for it. */
export async function fill(store: MessageStore, messages: readonly NewMessage[]): Promise<void> {
  for (const message of messages) store.add(message)
  await store.flush()
}

export function textsOf(messages: readonly NewMessage[]): string[] {
  return messages.map((message) => message.text)
}

/** All texts in order of storing. */
export function allTexts(store: MessageStore): string[] {
  const texts: string[] = []
  for (let since = 0; ;) {
    const page = store.history({ since, limit: 1000 })
    texts.push(...textsOf(page.messages))
    if (!page.more) return texts
    since = page.messages.at(-1)!.seq
  }
}

/** What is told of a post for tests, and what its place is derived from when that is not given. */
export interface PostDraft extends Partial<Omit<NewPost, 'bytes' | 'author'>> {
  /** The author's key is this number over and over. @default 1 */
  readonly author?: number
}

/** A post laid out as docs/chat.md has it, with an empty signature and no parents; its id is that of its bytes unless given. */
export function newPost(body: string, with_: PostDraft = {}): NewPost {
  const author = Buffer.alloc(32, with_.author ?? 1)
  const { room = 'dchat', kind = 0, time = RECEIVED_MS } = with_
  const text = Buffer.from(body)
  const head = Buffer.concat([Buffer.of(1), author, Buffer.of(room.length), Buffer.from(room), Buffer.of(kind)])
  const clock = Buffer.alloc(9)
  clock.writeBigUInt64LE(BigInt(time))
  const length = Buffer.of(0xfd, text.length & 0xff, text.length >> 8)
  const bytes = Buffer.concat([head, clock, length, text, Buffer.alloc(64)])
  const id = createHash('sha256').update(bytes).digest()
  return { id, room, kind, time, received: time, own: false, body, ...with_, author, bytes }
}

/** An id that begins with this number: for tests that care for the order of ids. */
export function idOf(number: number): Buffer {
  const id = Buffer.alloc(32)
  id.writeUInt32BE(number)
  return id
}

/** Stores all of `posts` and answers with what became of each. */
export async function fillPosts(store: MessageStore, posts: readonly NewPost[]): Promise<CommittedPost[]> {
  const decided = posts.map((one) => store.posts.append(one))
  await store.flush()
  return Promise.all(decided)
}

/** Bodies of the offered posts of a room, in order. */
export function offeredBodies(store: MessageStore, room = 'dchat'): string[] {
  const places = store.posts.places(room, { limit: 4096 })
  return store.posts.read(places.map(({ id }) => id)).map((bytes) => bytes?.subarray(bodyStart(room), -64).toString() ?? '')
}

/** Where the body of a post without parents begins. */
function bodyStart(room: string): number {
  return 1 + 32 + 1 + room.length + 1 + 8 + 1 + 3
}
