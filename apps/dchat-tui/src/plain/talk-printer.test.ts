import { describe, expect, it } from 'vitest'
import { ITEMS_PER_PIECE } from '../limits.ts'
import { Store } from '../state/store.ts'
import { aMessage, aNode, aPage, aState, someMessages } from '../testing/builders.ts'
import { TalkPrinter } from './talk-printer.ts'

function setUp() {
  const store = new Store(aState({ link: { at: 'ready' }, node: aNode() }))
  const printed: string[] = []
  const printer = new TalkPrinter({ state: () => store.state, print: (text) => printed.push(text), note: () => {} })
  store.subscribe(() => printer.update())
  const lines = (): string[] => printed.flatMap((text) => /(?:line|spam) \d+/u.exec(text) ?? [])
  return { store, printer, lines }
}

describe('TalkPrinter', () => {
  it('prints each line once, whatever is in memory already, and again nothing that was taken on', () => {
    const { store, lines } = setUp()
    store.dispatch(aPage(someMessages(1, ITEMS_PER_PIECE + 10)))
    expect(lines()).toHaveLength(20)
    for (let seq = ITEMS_PER_PIECE + 11; seq <= 3 * ITEMS_PER_PIECE; seq += 1)
      store.dispatch({ type: 'live', messages: [aMessage(seq)] })
    store.dispatch({ type: 'retracted', seq: 5 })
    const expected = someMessages(ITEMS_PER_PIECE - 9, 3 * ITEMS_PER_PIECE).map(({ text }) => text)
    expect(lines()).toEqual(expected)
  })

  it('prints an own line once it is known how far it got', () => {
    const { store, printer, lines } = setUp()
    store.dispatch(aPage([]))
    printer.isSending = true
    store.dispatch({ type: 'live', messages: [aMessage(1, { own: true, delivery: { state: 'stored', written: 0, held: 0 } })] })
    expect(lines()).toEqual([])
    store.dispatch({ type: 'delivery', seq: 1, delivery: { state: 'sent', written: 2, held: 0 } })
    expect(lines()).toEqual(['line 1'])
  })

  it('prints no ignored line, not even when it is no longer ignored', () => {
    const { store, lines } = setUp()
    store.dispatch(aPage([]))
    const isIn = (text: string): boolean => text.includes('spam')
    store.dispatch({ type: 'hearing', ignores: [{ by: 'pattern', source: 'spam', until: null, isIn }] })
    store.dispatch({ type: 'live', messages: [aMessage(1), aMessage(2, { text: 'spam 2' })] })
    store.dispatch({ type: 'hearing', ignores: [] })
    store.dispatch({ type: 'live', messages: [aMessage(3, { text: 'spam 3' })] })
    expect(lines()).toEqual(['line 1', 'spam 3'])
  })
})
