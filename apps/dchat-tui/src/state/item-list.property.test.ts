import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ITEMS_PER_PIECE } from '../limits.ts'
import { NOON, aMessage } from '../testing/builders.ts'
import { ItemList, perPiece } from './item-list.ts'
import { compareItems, itemUnits, messageItem } from './items.ts'
import type { Item, MessageItem, PendingItem } from './items.ts'

const pending = (localId: number, at: number): PendingItem => ({
  type: 'pending',
  key: `p${localId}`,
  at,
  localId,
  text: 'own',
  kind: 'text',
  afterSeq: 0,
  state: 'sending',
  reason: '',
  isKeyless: false,
})

/** `count` lines with new numbers, about the time `at`. */
function run(firstSeq: number, count: number, at: number): MessageItem[] {
  const items = Array.from({ length: count }, (_, index) =>
    messageItem(aMessage(firstSeq + index, { received: NOON + at + ((index * 7) % 11) })),
  )
  return items.sort(compareItems)
}

const step = fc.oneof(
  fc.record({
    kind: fc.constant('insert' as const),
    count: fc.integer({ min: 1, max: 300 }),
    at: fc.integer({ min: 0, max: 500 }),
  }),
  fc.record({ kind: fc.constant('append' as const) }),
  fc.record({ kind: fc.constant('replace' as const), where: fc.nat(999) }),
  fc.record({ kind: fc.constant('keep' as const), from: fc.nat(400), cut: fc.nat(400) }),
  fc.record({ kind: fc.constant('settle' as const) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** What a plain array is after a step: what the list has to be like. */
function stepped(list: ItemList, model: readonly Item[], next: { step: Step; seq: number }): { list: ItemList; model: Item[] } {
  const { step: made, seq } = next
  switch (made.kind) {
    case 'insert': {
      const added = run(seq, made.count, made.at)
      return { list: list.inserted(added), model: [...model, ...added].sort(compareItems) }
    }
    case 'append': {
      const item = pending(seq, model.at(-1)?.at ?? NOON)
      return { list: list.appended(item), model: [...model, item] }
    }
    case 'replace': {
      if (model.length === 0) return { list, model: [...model] }
      const index = made.where % model.length
      const item = { ...model[index]! }
      return { list: list.replaced(index, item), model: model.with(index, item) }
    }
    case 'keep': {
      const to = Math.max(made.from, model.length - made.cut)
      const isKept = (item: Item, index: number): boolean => item.type === 'pending' || (index >= made.from && index < to)
      return { list: list.kept(made.from, to), model: model.filter(isKept) }
    }
    case 'settle':
      return { list: list.changedPending(() => null), model: model.filter((item) => item.type !== 'pending') }
  }
}

describe('ItemList', () => {
  it('is what an array would be, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let list = ItemList.EMPTY
        let model: Item[] = []
        for (const [index, made] of steps.entries()) {
          ;({ list, model } = stepped(list, model, { step: made, seq: index * 1_000 + 1 }))
          expect([...list]).toEqual(model)
          expect([...list.backwards()]).toEqual(model.toReversed())
          expect(list.length).toBe(model.length)
          expect(list.units).toBe(model.reduce((sum, item) => sum + itemUnits(item), 0))
          expect(list.pending()).toEqual(model.filter((item) => item.type === 'pending'))
          const at = Math.floor(model.length / 3)
          expect(list.at(at)).toBe(model[at])
          expect(list.at(-1)).toBe(model.at(-1))
          expect(list.countMessages(at)).toBe(model.slice(at).filter((item) => item.type === 'message').length)
          const seqs = model.map((item) => (item.type === 'message' ? item.message.seq : 0))
          expect(list.mostSeq).toBe(Math.max(0, ...seqs))
          expect(seqs.map((seq) => seq === 0 || list.at(list.indexOfSeq(seq)))).toEqual(
            model.map((item) => item.type !== 'message' || item),
          )
          expect(list.hasSeq(999_999)).toBe(false)
          expect(list.pieces.every((piece) => piece.length > 0 && piece.length <= ITEMS_PER_PIECE)).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('shares what did not change: a line that comes touches one piece', () => {
    const list = ItemList.of(run(1, 10_000, 0))
    let looked = 0
    const counts = perPiece((piece) => {
      looked += 1
      return piece.length
    })
    expect(counts(list).reduce((sum, count) => sum + count, 0)).toBe(10_000)
    looked = 0
    const grown = list.inserted([messageItem(aMessage(20_000, { received: NOON + 1_000_000 }))])
    expect(counts(grown).reduce((sum, count) => sum + count, 0)).toBe(10_001)
    expect(looked).toBe(1)
  })
})
