/** Looks at the frames of one write, as a tap of a simulated network sees them. Wire: docs/wire.md, *Frame*. */

/** One whole frame within the bytes of a write. */
export interface FrameRange {
  /** Of the frame. */
  readonly command: string
  /** Where the frame begins, in bytes. */
  readonly start: number
  /** Where its payload begins. */
  readonly payloadStart: number
  /** Where both end. */
  readonly end: number
}

const MAGIC_BYTES = 4
/** The longest VarInt that is one byte. */
const MAX_SHORT = 0xfc

/** Tells `onFrame` of each whole frame, in order. @returns bytes at the end that are no whole frame */
export function eachFrame(bytes: Buffer, onFrame: (frame: FrameRange) => void): number {
  let start = 0
  while (start < bytes.length) {
    const commandStart = start + MAGIC_BYTES + 1
    const commandLength = bytes[commandStart - 1] ?? Infinity
    if (commandLength > MAX_SHORT) break
    const payload = payloadRange(bytes, commandStart + commandLength)
    if (payload === undefined || payload.end > bytes.length) break
    onFrame({ command: bytes.toString('latin1', commandStart, commandStart + commandLength), start, ...payload })
    start = payload.end
  }
  return bytes.length - start
}

/** Where the payload lies whose length stands at `offset`; undefined where there is none, or a length above 32 bits. */
function payloadRange(bytes: Buffer, offset: number): { payloadStart: number; end: number } | undefined {
  const first = bytes[offset]
  if (first === undefined) return undefined
  if (first <= MAX_SHORT) return range(offset + 1, first)
  if (first === 0xfd && offset + 3 <= bytes.length) return range(offset + 3, bytes.readUInt16LE(offset + 1))
  if (first === 0xfe && offset + 5 <= bytes.length) return range(offset + 5, bytes.readUInt32LE(offset + 1))
  return undefined
}

function range(payloadStart: number, length: number): { payloadStart: number; end: number } {
  return { payloadStart, end: payloadStart + length }
}
