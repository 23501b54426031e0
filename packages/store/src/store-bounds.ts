/** What a store may be held to. */
import type { StoreBounds } from './message-store.ts'
import type { Quotas } from './post-store.ts'

/** @throws {RangeError} for a bound out of range */
export function checkBounds({ maxBytes, maxAgeDays }: StoreBounds): void {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) throw new RangeError('maxBytes: has to be 1 or more')
  if (!(maxAgeDays >= 1)) throw new RangeError('maxAgeDays: has to be 1 or more')
}

/** @throws {RangeError} for a quota that is not a whole number of 1 or more */
export function checkQuotas(quotas: Quotas): void {
  for (const [name, value] of Object.entries(quotas)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`quotas.${name}: has to be a whole number of 1 or more`)
  }
}
