/** Two sets that differ in all manner of ways, for property tests of reconciliation. */
import type { Place } from '@dchat/store'
import fc from 'fast-check'
import { recordOf } from './reconcile-exchange.ts'

export interface TwoSides {
  readonly ours: Place[]
  readonly theirs: Place[]
  /** What the initiator must find, in hex, sorted. */
  readonly have: string[]
  readonly need: string[]
}

/**
 * Two sides that share most, little or nothing: of up to `maxKeys` records each lacks a share spread all over and a run.
 * Some have many records a second, some few.
 */
export function twoSides(maxKeys: number): fc.Arbitrary<TwoSides> {
  const run = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0, 0.01, 0.2, 1))
  const share = fc.constantFrom(0, 0, 1, 20, 128, 256)
  return fc
    .record({
      keys: fc.oneof(fc.nat(64), fc.nat(maxKeys)),
      perSecond: fc.constantFrom(0.01, 1, 5, 100, 100_000),
      offset: fc.nat(1_000_000),
      ours: fc.record({ run, share }),
      theirs: fc.record({ run, share }),
    })
    .map(({ keys, perSecond, offset, ours, theirs }) => {
      const all = Array.from({ length: keys }, (_, key) => ({ place: recordOf(offset + key, perSecond), at: key / keys }))
      const lacks = ({ run: [from, length], share: of256 }: typeof ours, byte: number): ((one: (typeof all)[0]) => boolean) => {
        return ({ place, at }) => place.id[byte]! < of256 || (at >= from && at < from + length)
      }
      const [weLack, theyLack] = [lacks(ours, 30), lacks(theirs, 31)]
      const hexOf = (kept: typeof all): string[] => kept.map(({ place }) => place.id.toString('hex')).toSorted()
      return {
        ours: all.filter((one) => !weLack(one)).map(({ place }) => place),
        theirs: all.filter((one) => !theyLack(one)).map(({ place }) => place),
        have: hexOf(all.filter((one) => !weLack(one) && theyLack(one))),
        need: hexOf(all.filter((one) => weLack(one) && !theyLack(one))),
      }
    })
}
