/** The varint of Negentropy: base 128, most significant digit first. Facts: docs/chat.md, *Negentropy v1, the facts needed*. */

/** The longest that is read: seven bits a byte hold every integer that a number holds exactly. */
export const VARINT_MAX_BYTES = 8

/** Bytes of a varint. */
export function varIntBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

/** Writes a whole number from 0 to Number.MAX_SAFE_INTEGER and answers the offset behind it. */
export function writeVarInt(target: Uint8Array, value: number, offset: number): number {
  const end = offset + varIntBytes(value)
  let rest = value
  for (let i = end - 1; i >= offset; i--) {
    target[i] = (rest % 128) + (i === end - 1 ? 0 : 128)
    rest = Math.floor(rest / 128)
  }
  return end
}
