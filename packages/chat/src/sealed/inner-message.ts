/** What is encrypted, in one of three sizes, so that a length tells little. Wire: docs/chat.md, *Encrypted kinds*, Inner message. */
import { Reader, Writer, isSerialError } from '@dchat/serial'
import { ChatError } from '../errors.ts'

/** Kinds that this version knows. Others are for later versions: they open, and nothing is made of them. */
export const InnerKind = { Text: 0, Action: 1, Topic: 3, Retract: 4, Member: 32, Rekey: 33 } as const

export interface InnerMessage {
  /** A byte. */
  readonly kind: number
  readonly text: string
}

/** Bytes of an inner message, smallest first. */
export const INNER_SIZES: readonly number[] = [256, 1024, 4096]
/** Of the text in UTF-8: the largest size less the kind and a VarInt of 3 bytes. */
export const INNER_TEXT_MAX_BYTES: number = 4096 - 1 - 3

/**
 * kind u8 | text String | zero bytes up to the smallest size that holds both
 * @throws {ChatError} CHAT_TEXT_TOO_LONG; CHAT_POST_MALFORMED for a text with a lone surrogate
 */
export function encodeInner({ kind, text }: InnerMessage): Buffer {
  const bytes = Buffer.byteLength(text)
  if (bytes > INNER_TEXT_MAX_BYTES) throw new ChatError('CHAT_TEXT_TOO_LONG', { bytes, maxBytes: INNER_TEXT_MAX_BYTES })
  if (!text.isWellFormed()) throw new ChatError('CHAT_POST_MALFORMED', { reason: 'body' })
  const writer = new Writer(1 + 3 + bytes)
  writer.u8(kind)
  writer.string(text)
  const size = INNER_SIZES.find((one) => one >= writer.length)
  const padded = Buffer.alloc(size ?? 0)
  padded.set(writer.finish())
  return padded
}

/** Undefined unless the bytes have one of the three sizes and hold a kind, a String and zeros; a size may be larger than it has to be. */
export function decodeInner(bytes: Uint8Array): InnerMessage | undefined {
  if (!INNER_SIZES.includes(bytes.length)) return undefined
  const reader = new Reader(bytes)
  try {
    const inner = { kind: reader.u8(), text: reader.string() }
    return reader.bytes(reader.remaining).every((byte) => byte === 0) ? inner : undefined
  } catch (error) {
    if (isSerialError(error)) return undefined
    throw error
  }
}
