/** How an identity vouches for the key that it writes with in one private room. Wire: docs/chat.md, *Encrypted kinds*, Private room. */
import { verify } from 'node:crypto'
import { isSoundKey, isSoundSignature } from '../post/ed25519-rules.ts'
import { KEY_BYTES } from '../post/grammar.ts'
import { importPublicKey } from '../post/key-cache.ts'
import type { Signer } from '../post/post.ts'

const CONTEXT = Buffer.from('dchat.member.v1\0', 'latin1')
/** Lower case, as everywhere: one text for one certificate. */
const CERTIFICATE = /^[0-9a-f]{192}$/

/** A key that somebody writes with in a room. */
export interface RoomAuthor {
  /** The room's id: 42 ASCII characters. */
  readonly room: string
  /** The key he made for this room alone: Ed25519, 32 bytes. */
  readonly author: Buffer
}

/**
 * identity key[32] | its signature[64] over "dchat.member.v1\0" | room id[42] | author[32], in hex: the text of an inner message of
 * kind 32.
 */
export function memberText(identity: Signer, of: RoomAuthor): string {
  return Buffer.concat([identity.key, identity.sign(messageOf(of))]).toString('hex')
}

/** The identity key (32 bytes) that vouches for `of` in that text; undefined unless key and signature are sound and the signature holds. */
export function memberOf(text: string, of: RoomAuthor): Buffer | undefined {
  if (!CERTIFICATE.test(text)) return undefined
  const bytes = Buffer.from(text, 'hex')
  const [identity, signature] = [bytes.subarray(0, KEY_BYTES), bytes.subarray(KEY_BYTES)]
  if (!isSoundKey(identity) || !isSoundSignature(signature)) return undefined
  return verify(null, messageOf(of), importPublicKey(identity), signature) ? identity : undefined
}

function messageOf({ room, author }: RoomAuthor): Buffer {
  return Buffer.concat([CONTEXT, Buffer.from(room, 'latin1'), author])
}
