/** What a ciphertext is bound to beside its key. Wire: docs/chat.md, *Encrypted kinds*. */

/** A time as it stands in a post. @param time Unix ms, a whole number from 0 to 2^53 - 1 */
export function timeBytes(time: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(time))
  return bytes
}

/**
 * author key[32] | time u64 | whom[32 or 42]
 * @param whom the identity key of the recipient of a direct message, or the id of a private room as ASCII
 */
export function associatedData({ author, time }: { author: Buffer; time: number }, whom: Buffer): Buffer {
  return Buffer.concat([author, timeBytes(time), whom])
}
