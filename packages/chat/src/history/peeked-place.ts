/** Where a post says that it stands, without decoding the rest of it. Wire: docs/chat.md, *Post*. */

const ROOM_OFFSET = 33
const MAX_SAFE_HIGH = 0x1f_ffff

/**
 * version u8 | author[32] | room String | kind u8 | time u64 | …
 *
 * Undefined when the bytes end before, or the room is longer than rooms are: such a post is broken anyhow.
 */
export function peekPlace(bytes: Buffer): { readonly room: string; readonly time: number } | undefined {
  if (bytes.length <= ROOM_OFFSET) return undefined
  const length = bytes[ROOM_OFFSET]!
  const start = ROOM_OFFSET + 1
  const timeOffset = start + length + 1
  if (length > 64 || bytes.length < timeOffset + 8) return undefined
  const high = bytes.readUInt32LE(timeOffset + 4)
  const time = high > MAX_SAFE_HIGH ? Number.MAX_SAFE_INTEGER : high * 0x1_0000_0000 + bytes.readUInt32LE(timeOffset)
  return { room: bytes.toString('latin1', start, start + length), time }
}
