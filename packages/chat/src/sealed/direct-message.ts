/** Bodies of direct messages: HPKE in base mode to a box key. Wire: docs/chat.md, *Encrypted kinds*, Direct message. */
import { HpkeError } from '@hpke/core'
import { ChatError } from '../errors.ts'
import type { Post } from '../post/post.ts'
import { associatedData } from './associated-data.ts'
import { HPKE } from './box-key.ts'
import type { BoxKey } from './box-key.ts'
import { INNER_SIZES, decodeInner, encodeInner } from './inner-message.ts'
import type { InnerMessage } from './inner-message.ts'

const INFO = Buffer.from('dchat.dm.v1', 'latin1')
const ENC_BYTES = 32
const TAG_BYTES = 16

/** What a direct message is bound to, and the key that it is written to. */
export interface DirectAddress {
  /** Who will sign the post: Ed25519, 32 bytes. */
  readonly author: Buffer
  /** Of the post, Unix ms. */
  readonly time: number
  /** The recipient's identity: Ed25519, 32 bytes. */
  readonly recipient: Buffer
  /** The recipient's: X25519, 32 bytes. */
  readonly boxKey: Buffer
}

/**
 * enc[32] | ciphertext[256, 1,024 or 4,096] | tag[16], as base64url: the body of a post of kind 16. Nobody but who has the private
 * half of the box key can open it, its writer neither.
 * @throws {ChatError} CHAT_TEXT_TOO_LONG; CHAT_BOX_KEY_UNUSABLE for a box key of small order, whose secret everybody knows
 */
export function sealDirect(inner: InnerMessage, to: DirectAddress): Promise<string> {
  return sealDirectWith(inner, to, {})
}

/**
 * As `sealDirect`, with the ephemeral key of RFC 9180's DeriveKeyPair: whoever knows `ekm` can open the body. For vectors alone.
 * @param ephemeral `ekm` 32 bytes. @default a key nobody has had
 */
export async function sealDirectWith(
  inner: InnerMessage,
  to: DirectAddress,
  ephemeral: { readonly ekm?: ArrayBuffer },
): Promise<string> {
  const plain = encodeInner(inner)
  const recipientPublicKey = await HPKE.kem.deserializePublicKey(to.boxKey)
  try {
    const { enc, ct } = await HPKE.seal({ recipientPublicKey, info: INFO, ...ephemeral }, plain, associatedData(to, to.recipient))
    return Buffer.concat([Buffer.from(enc), Buffer.from(ct)]).toString('base64url')
  } catch (error) {
    if (!(error instanceof HpkeError)) throw error
    throw new ChatError('CHAT_BOX_KEY_UNUSABLE', { key: to.boxKey.toString('hex') }, { fault: 'peer', cause: error })
  }
}

/**
 * What a post of kind 16 says to `recipient`, if it is for one of his keys; undefined for whatever else anybody may have sent. A try
 * costs about a millisecond for each key, most of it off the event loop's thread.
 * @param by `recipient` the identity key of 32 bytes; `keys` in the order they are tried in
 */
export async function openDirect(
  post: Pick<Post, 'author' | 'time' | 'body'>,
  by: { readonly recipient: Buffer; readonly keys: readonly BoxKey[] },
): Promise<InnerMessage | undefined> {
  const body = Buffer.from(post.body, 'base64url')
  if (!INNER_SIZES.includes(body.length - ENC_BYTES - TAG_BYTES)) return undefined
  const enc = body.subarray(0, ENC_BYTES)
  const aad = associatedData(post, by.recipient)
  for (const { handles } of by.keys) {
    try {
      const plain = await HPKE.open({ recipientKey: handles, enc, info: INFO }, body.subarray(ENC_BYTES), aad)
      return decodeInner(new Uint8Array(plain))
    } catch (error) {
      if (!(error instanceof HpkeError)) throw error
    }
  }
  return undefined
}
