import type { StoreBounds } from './message-store.ts'

/** @throws {RangeError} for a bound out of range */
export function checkBounds({ maxBytes, maxAgeDays }: StoreBounds): void {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new RangeError('maxBytes: has to be 1 or more')
  if (!(maxAgeDays >= 1)) throw new RangeError('maxAgeDays: has to be 1 or more')
}
