import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anchorOf, scrolledBy, scrolledToItem, scrolledToStart, viewportAt } from './virtual-list.ts'
import type { ListRow, ListSource, Scroll } from './virtual-list.ts'

/** Items of `counts[i]` rows, `span` text units each: what a narrower screen turns into more rows with other offsets. */
function source(counts: readonly number[], span = 10): ListSource<ListRow> {
  const rows = counts.map((count, index) =>
    Array.from({ length: count }, (_, row): ListRow => ({ key: `k${index}`, offset: Math.floor((row * span) / count) })),
  )
  return {
    count: counts.length,
    rowsOf: (index) => rows[index]!,
    find: (key, at) =>
      key.startsWith('k') && Number(key.slice(1)) < counts.length ? Number(key.slice(1)) : Math.min(at, counts.length),
    atOf: (index) => index,
  }
}

const all = (list: ListSource<ListRow>): ListRow[] => Array.from({ length: list.count }, (_, index) => list.rowsOf(index)).flat()
const counts = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 30 })
const height = fc.integer({ min: 1, max: 12 })
const moves = fc.array(fc.integer({ min: -15, max: 15 }), { maxLength: 12 })

function scrolled(list: ListSource<ListRow>, by: readonly number[], rows: number): Scroll {
  return by.reduce<Scroll>((scroll, move) => scrolledBy(list, scroll, { height: rows, by: move }), 'end')
}

describe('viewportAt', () => {
  it('shows a slice of all rows, as many as there is room for', () => {
    fc.assert(
      fc.property(counts, height, moves, (sizes, rows, by) => {
        const list = source(sizes)
        const whole = all(list)
        const view = viewportAt(list, scrolled(list, by, rows), rows)
        expect(view.rows).toHaveLength(Math.min(rows, whole.length))
        const start = view.rows.length === 0 ? 0 : whole.indexOf(view.rows[0]!)
        expect(view.rows).toEqual(whole.slice(start, start + rows))
        expect(view.isAtStart).toBe(start === 0)
        expect(view.isAtEnd).toBe(start + view.rows.length === whole.length)
        expect(view.itemsBelow).toBe(view.rows.length === 0 ? 0 : list.count - 1 - Number(view.rows.at(-1)!.key.slice(1)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('follows moves row by row, stopping at both ends', () => {
    fc.assert(
      fc.property(counts, height, moves, (sizes, rows, by) => {
        const list = source(sizes)
        const whole = all(list)
        const lowest = Math.max(0, whole.length - rows)
        let expected = lowest
        for (const move of by) expected = Math.min(lowest, Math.max(0, expected + move))
        const view = viewportAt(list, scrolled(list, by, rows), rows)
        expect(whole.indexOf(view.rows[0]!)).toBe(whole.length === 0 ? -1 : expected)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps its first row when lines follow', () => {
    fc.assert(
      fc.property(counts, counts, height, fc.integer({ min: 1, max: 30 }), (before, added, rows, up) => {
        const list = source(before)
        const scroll = scrolledBy(list, 'end', { height: rows, by: -up })
        fc.pre(scroll !== 'end')
        const grown = source([...before, ...added])
        expect(viewportAt(grown, scroll, rows).rows[0]).toEqual(viewportAt(list, scroll, rows).rows[0])
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps the place in the text when the width changes, and comes back to the same rows', () => {
    fc.assert(
      fc.property(counts, counts, height, fc.integer({ min: 1, max: 60 }), (wide, other, rows, up) => {
        const list = source(wide)
        const scroll = scrolledBy(list, 'end', { height: rows, by: -up })
        fc.pre(scroll !== 'end')
        const narrow = source(wide.map((count, index) => count + (other[index] ?? 3)))
        const top = viewportAt(narrow, scroll, 1).rows[0]!
        expect(top.key).toBe((scroll as { key: string }).key)
        expect(top.offset).toBeLessThanOrEqual((scroll as { offset: number }).offset)
        expect(viewportAt(list, scroll, rows).rows[0]).toEqual(viewportAt(source(wide), scroll, rows).rows[0])
      }),
      { numRuns: 1_000 },
    )
  })

  it('follows the newest row at the end', () => {
    fc.assert(
      fc.property(counts, height, (sizes, rows) => {
        const list = source(sizes)
        const view = viewportAt(list, 'end', rows)
        expect(view.isAtEnd).toBe(true)
        expect(view.rows.at(-1)).toBe(all(list).at(-1))
      }),
    )
  })
})

describe('scrolledToItem, scrolledToStart, anchorOf', () => {
  it('bring their item to the top, or the last screen', () => {
    fc.assert(
      fc.property(counts, height, fc.nat(29), (sizes, rows, index) => {
        const list = source(sizes)
        fc.pre(index < list.count)
        const view = viewportAt(list, scrolledToItem(list, index, rows), rows)
        expect(view.rows[0] === list.rowsOf(index)[0] || view.isAtEnd).toBe(true)
        expect(viewportAt(list, scrolledToStart(list, rows), rows).isAtStart).toBe(true)
        expect(viewportAt(list, anchorOf(list, 'end', rows), rows).rows).toEqual(viewportAt(list, 'end', rows).rows)
      }),
    )
  })

  it('take an item that is gone for the next one', () => {
    const list = source([1, 1, 1, 1, 1, 1])
    expect(viewportAt(list, { key: 'gone', at: 2, offset: 0 }, 2).rows[0]!.key).toBe('k2')
  })
})
