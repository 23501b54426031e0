import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ItemList } from '../state/item-list.ts'
import { messageItem } from '../state/items.ts'
import { aMessage } from '../testing/builders.ts'
import { hiding } from './shown-items.ts'

describe('ShownItems', () => {
  it('has one place for each shown line and each run of hidden ones, over any number of pieces', () => {
    const runs = fc.array(fc.record({ isHidden: fc.boolean(), count: fc.integer({ min: 1, max: 300 }) }), { maxLength: 12 })
    fc.assert(
      fc.property(runs, (made) => {
        const kinds = made.flatMap(({ isHidden, count }) => Array.from({ length: count }, () => isHidden))
        const list = ItemList.of(
          kinds.map((isHidden, index) => messageItem(aMessage(index + 1, { text: isHidden ? 'spam' : 'talk' }))),
        )
        const shown = hiding(({ text }) => text === 'spam')(list)
        const starts = kinds.flatMap((isHidden, index) => (isHidden && kinds[index - 1] === true ? [] : [index]))
        expect(shown.length).toBe(starts.length)
        const places = starts.map((_, place) => ({ ...shown.at(place), index: shown.indexOf(place) }))
        expect(places.map(({ index }) => index)).toEqual(starts)
        expect(places.map(({ item }) => item)).toEqual(starts.map((index) => list.at(index)))
        expect(places.map(({ hidden }) => hidden)).toEqual(
          starts.map((index, place) => (kinds[index] === true ? (starts[place + 1] ?? kinds.length) - index : 0)),
        )
        const placesOf = kinds.map((_, index) => starts.findLastIndex((start) => start <= index))
        expect(kinds.map((_, index) => shown.placeOf(index))).toEqual(placesOf)
        expect([shown.placeOf(kinds.length), shown.indexOf(shown.length)]).toEqual([starts.length, kinds.length])
      }),
      { numRuns: 200 },
    )
  })
})
