/** Encrypted posts for tests. What stands for the cipher is JSON that names who may read it: the store knows nothing of the real one. */
import type { NewPost, Revealed, SealedPost, TriedPost, UntriedPost } from '../post-store.ts'
import { newPost } from './builders.ts'
import type { PostDraft } from './builders.ts'

/** A private room whose posts `openSealed` opens. */
export const PRIVATE_ROOM: string = `p.${'ab'.repeat(20)}`

/** The key of an author of built posts, in hex. */
export const keyOf = (author: number): string => Buffer.alloc(32, author).toString('hex')

/** The conversation with an author of built posts. */
export const talkWith = (author: number): string => `@${keyOf(author)}`

/** What is not for us, or can't be opened for want of a key. */
export type Content = Revealed | 'closed'

function encode(content: Content): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** A buffer comes out of JSON as the list of its bytes. */
function decode(body: string): Revealed | undefined {
  const content = JSON.parse(Buffer.from(body, 'base64url').toString()) as Content
  if (content === 'closed') return undefined
  return content.as === 'retraction' ? { as: 'retraction', target: Buffer.from(content.target) } : content
}

/** For `StoreOptions.reveal`. */
export function openSealed({ body }: SealedPost): Revealed | undefined {
  return decode(body)
}

/** A line of text. */
export const text = (said: string): Revealed => ({ as: 'line', kind: 'text', text: said })

/** A post of a private room. */
export function sealedPost(content: Content, with_: PostDraft = {}): NewPost {
  return newPost(encode(content), { room: PRIVATE_ROOM, kind: 17, ...with_ })
}

/** A direct message. */
export function directPost(content: Content, with_: PostDraft = {}): NewPost {
  return newPost(encode(content), { room: '_dm', kind: 16, ...with_ })
}

/** What trying gives. */
export function tried(post: UntriedPost | NewPost): TriedPost {
  const { id, author, time, received, body } = post
  return { post: { id, author, time, received }, revealed: decode(body) }
}
