/** The quick switcher: what it offers for what is typed, and its keys. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ActionName } from '../input/action-table.ts'
import { switcher } from '../overlays/switcher.ts'
import { switcherRows } from '../overlays/switcher-rows.ts'
import { aContext, aMessage, aPage, aState } from '../testing/builders.ts'
import { ANN, BOB, CATS, WITH_ANN } from '../testing/people.ts'
import { fuzzyScore } from './fuzzy.ts'
import type { ChatState } from './model.ts'
import { reduce } from './reducer.ts'
import { plainRoom } from './rooms.ts'
import type { RoomSummary } from './rooms.ts'
import { destinationName, destinations } from './switcher.ts'

const room = (name: string, fields: Partial<RoomSummary> = {}): RoomSummary => ({ ...plainRoom(name), ...fields })
const found = (state: ChatState, query: string): string[] => destinations(state, query).map((place) => destinationName(place))

describe('fuzzyScore', () => {
  it('wants all characters in order, whatever their case', () => {
    expect(fuzzyScore('CTS', 'cats')).not.toBeNull()
    expect(fuzzyScore('tc', 'cats')).toBeNull()
    expect(fuzzyScore('catss', 'cats')).toBeNull()
    expect(fuzzyScore('ａ b', 'xaxb')).not.toBeNull()
    expect(fuzzyScore('', 'cats')).toBe(0)
  })

  it.each([
    ['cat', 'cat', 'cats'],
    ['cat', 'cats', 'concatenate'],
    ['dr', 'dev-rust', 'cedars'],
    ['rust', 'rust-users', 'r-u-s-tools'],
    ['ops', 'dev-ops', 'oxpxs'],
    ['an', 'ann#k3', 'banana'],
  ])('%s means %s before %s', (query, better, worse) => {
    expect(fuzzyScore(query, better)!).toBeGreaterThan(fuzzyScore(query, worse)!)
  })

  it('finds every name by any of its characters in order', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', '世', '#'), minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(name, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (text, picks) => {
        const query = Array.from(text)
          .filter((_, index) => picks[index])
          .join('')
        expect(fuzzyScore(query, text)).not.toBeNull()
      }),
    )
  })
})

describe('the places', () => {
  const rooms = [
    room('dchat'),
    room('cats', { unread: 2 }),
    room('cars'),
    room('muted', { unread: 5, mentions: 1, level: 'none' }),
    { ...WITH_ANN, unread: 1 },
    CATS,
  ]
  const state = reduce(
    aState({ rooms, previousRoom: 'cars' }),
    aPage([aMessage(1, { author: BOB }), aMessage(2, { author: ANN }), aMessage(3)]),
  )

  it('are, before anything is typed, where the user is meant, what is unread, the room before; the shown one last', () => {
    expect(found(state, '')).toEqual(['@ann#anntag000', 'cats', 'cars', 'muted', '+cats', 'status', 'dchat'])
  })

  it('are found by name, number and person; each person once', () => {
    expect(found(state, 'cat').slice(0, 2)).toEqual(['cats', '+cats'])
    expect(found(state, '3')[0]).toBe('cars')
    expect(found(state, 'bob')).toEqual(['@bob#bobtag000'])
    expect(found(state, '@ann')).toEqual(['@ann#anntag000'])
    expect(found(state, 'sta')[0]).toBe('status')
    expect(found(state, 'zzz')).toEqual([])
  })

  it('are chosen by key: Enter goes, Esc leaves, letters begin anew', () => {
    const size = { columns: 80, height: 10, glyphs: aContext().glyphs }
    let overlay: { kind: 'switcher'; query: string; at: number } | null = { kind: 'switcher', query: '', at: 0 }
    const press = (name: ActionName) => apply(switcher.key({ state, overlay: overlay!, size }, { type: 'action', name }))
    const type = (text: string) => apply(switcher.key({ state, overlay: overlay!, size }, { type: 'insert', text }))
    const apply = (verdict: ReturnType<typeof switcher.key>) => {
      for (const change of verdict.changes) if (change.type === 'overlay') overlay = change.overlay as typeof overlay
      return verdict
    }
    press('input-up')
    expect(overlay).toEqual({ kind: 'switcher', query: '', at: 6 })
    press('input-down')
    press('complete')
    expect(overlay).toMatchObject({ at: 1 })
    type('ca')
    type('r')
    expect(overlay).toEqual({ kind: 'switcher', query: 'car', at: 0 })
    press('delete-left')
    expect(overlay).toMatchObject({ query: 'ca' })
    type('x'.repeat(200))
    expect(overlay!.query).toHaveLength(64)
    expect(press('submit').goesTo).toBeUndefined()
    press('delete-line-start')
    type('bob')
    expect(press('submit').goesTo).toMatchObject({ kind: 'person', author: { key: BOB.key } })
    expect(overlay).toBeNull()
    overlay = { kind: 'switcher', query: '', at: 0 }
    expect(press('cancel')).toMatchObject({ isTaken: true })
    expect(overlay).toBeNull()
  })

  it('are drawn with the chosen one marked, in as little room as there is', () => {
    const rowsIn = (columns: number, space: number): string[] =>
      switcherRows(
        state,
        { kind: 'switcher', query: '', at: 1 },
        { columns, room: space, rows: space, glyphs: aContext().glyphs },
      ).map(({ text }) => text.trimEnd())
    expect(rowsIn(80, 20).slice(0, 3)).toEqual(['    5 @ann#anntag000  @1', ' ▸  2 cats  2', '    3 cars'])
    expect(rowsIn(80, 20).at(-1)).toBe('go to:   [Enter] go [Up, Down] choose [Esc] leave')
    expect(rowsIn(20, 3)).toEqual(['    5 @ann#anntag00…', ' ▸  2 cats  2', 'go to:   [Enter] go…'])
    expect(rowsIn(20, 1)).toHaveLength(1)
  })
})
