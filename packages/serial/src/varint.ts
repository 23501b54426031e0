/** The size of a VarInt. Wire: docs/wire.md, Codec. */
import { SerialError } from './errors.ts'

/**
 * Bytes that `value` takes as a VarInt: 1, 3, 5 or 9.
 * @throws SerialError SERIAL_OUT_OF_RANGE unless a whole number from 0 to 2^64 - 1; as a `number` at most 2^53 - 1
 */
export function varIntLength(value: number | bigint): number {
  const isWhole = typeof value === 'bigint' ? value <= 0xffff_ffff_ffff_ffffn : Number.isSafeInteger(value)
  if (!isWhole || value < 0) throw new SerialError('SERIAL_OUT_OF_RANGE', { type: 'VarInt', value })
  if (value < 0xfd) return 1
  if (value <= 0xffff) return 3
  return value <= 0xffff_ffff ? 5 : 9
}
