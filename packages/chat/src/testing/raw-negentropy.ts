/** Frames of a reconciliation as anybody may write them. Facts: docs/chat.md, *Negentropy v1, the facts needed*. */

/** The end of a range: infinity, or a time in whole seconds and the beginning of an id. */
export type RawBound = 'infinity' | { readonly seconds: number; readonly prefix?: Buffer }

export type RawRange = readonly [bound: RawBound, mode: number, payload: Buffer]

export const MODE = { skip: 0, fingerprint: 1, ids: 2 } as const

const VERSION = 0x61

/** A whole frame; times have to ascend, as differences are written. */
export function rawFrame(...ranges: readonly RawRange[]): Buffer {
  const parts: Buffer[] = [Buffer.of(VERSION)]
  let before = 0
  for (const [bound, mode, payload] of ranges) {
    if (bound === 'infinity') parts.push(varint(0), varint(0))
    else {
      const { seconds, prefix = Buffer.alloc(0) } = bound
      parts.push(varint(1 + seconds - before), varint(prefix.length), prefix)
      before = seconds
    }
    parts.push(varint(mode), payload)
  }
  return Buffer.concat(parts)
}

export function idList(ids: readonly Buffer[]): Buffer {
  return Buffer.concat([varint(ids.length), ...ids])
}

/** Base 128, most significant digit first, high bit on all but the last byte. */
export function varint(value: number): Buffer {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(128 | (rest % 128))
  return Buffer.from(digits)
}
