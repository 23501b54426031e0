/** Which box key of somebody a direct message is written to. Wire: docs/chat.md, *Encrypted kinds*, Box keys. */
import type { PostStore } from '@dchat/store'
import { ChatError } from '../errors.ts'
import type { BoxKeyFlaw } from '../errors.ts'
import { KEY_LIMITS } from '../keys/key-limits.ts'
import { PostKind } from '../post/post.ts'

/**
 * The newest box key of an identity: X25519, 32 bytes, not yet known to be a usable point.
 * @param nowMs Unix ms by our clock
 * @throws {ChatError} CHAT_NO_BOX_KEY: unknown, or expired
 */
export function boxKeyOf(posts: Pick<PostStore, 'newestOf'>, to: Buffer, nowMs: number): Buffer {
  const newest = posts.newestOf(to, PostKind.BoxKey)
  if (newest === undefined) throw noBoxKey(to, 'unknown')
  if (nowMs - newest.time > KEY_LIMITS.BOX_KEY_LIFE_MS.value) throw noBoxKey(to, 'expired')
  return Buffer.from(newest.body, 'hex')
}

export function noBoxKey(of: Buffer, reason: BoxKeyFlaw): ChatError<'CHAT_NO_BOX_KEY'> {
  return new ChatError('CHAT_NO_BOX_KEY', { key: of.toString('hex'), reason })
}
