/** Posts as they come from anybody. Wire: docs/chat.md, *Post*. */
import { PostVerifier, decodePost, isChatError, postIdOf } from '@dchat/chat'
import type { Post } from '@dchat/chat'
import { rawPost } from '@dchat/chat/testing'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { recordedPosts } from '../recorded-bytes.ts'
import { isPost } from './post-model.ts'

const SIGNATURE_BYTES = 64
/** Why a post is refused whose fields are as they have to be, but for a point that is not. */
const OF_THE_CURVE: ReadonlySet<string> = new Set(['author', 'signature', 'room proof'])

export const refusalOfPost = (error: unknown): string | undefined =>
  isChatError(error, 'CHAT_POST_MALFORMED') && error.fault === 'peer' ? error.data.reason : undefined

/** The bytes that the fields of a post stand for, by an encoder that is not the product's. */
function encoded({ bytes, author, room, kind, parents, body }: Post): Buffer {
  const time = bytes.readBigUInt64LE(1 + 32 + 1 + room.length + 1)
  const signature = bytes.subarray(-SIGNATURE_BYTES)
  const signer = { key: author, sign: () => signature }
  return rawPost({ signer, room, kind, time, parents, body, signature }).bytes
}

export const POSTS: FuzzTarget = {
  name: 'posts',
  share: 20,
  maxBytes: 8_700,
  pieces: ['dchat', '_dm', `p.${'0'.repeat(40)}`, 'ab'.repeat(32)]
    .map((text) => Buffer.from(text))
    .concat(
      ['00', '01', '02', '04', '05', '10', '11', '20', 'fd0020', 'fd0120', 'ffffffffffffffff'].map((hex) =>
        Buffer.from(hex, 'hex'),
      ),
    ),
  seeds: recordedPosts,
  open: () => {
    const verifier = new PostVerifier()
    const signed = new Set(recordedPosts().map((post) => postIdOf(post).toString('hex')))
    return {
      tryOut: (input) => {
        const decoded = attempt(() => decodePost(input), refusalOfPost)
        if ('refused' in decoded) {
          must(OF_THE_CURVE.has(decoded.refused) || !isPost(input), `a post is refused: ${decoded.refused}`)
          return decoded.refused
        }
        must(isPost(input), 'what is no post is taken for one')
        const post = decoded.value
        must(encoded(post).equals(input), 'the bytes of a post are not those of its fields')
        must(post.id.equals(postIdOf(input)), 'the id is not the hash of the bytes')
        must(!verifier.verifySync(post) || signed.has(post.id.toString('hex')), 'a post that nobody signed is taken for signed')
        return `${TAKEN} kind ${post.kind}, ${post.parents.length} parents`
      },
    }
  },
}
