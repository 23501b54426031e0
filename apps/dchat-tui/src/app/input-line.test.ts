import { describe, expect, it } from 'vitest'
import { MAX_INPUT_BYTES } from '../limits.ts'
import { plainRoom } from '../state/rooms.ts'
import { Store } from '../state/store.ts'
import { aContext, aState } from '../testing/builders.ts'
import { InputLine } from './input-line.ts'

function setUp(fields: Parameters<typeof aState>[0] = {}) {
  const store = new Store(aState({ screen: { columns: 80, rows: 24 }, ...fields }))
  const input = new InputLine({ store, context: aContext() })
  return { store, input, text: () => store.state.editor.text }
}

/** What is listed, the marked one with a `>`. */
function popup(store: Store): string[] | null {
  const { completion } = store.state
  return completion?.candidates.map(({ label }, index) => (index === completion.at ? `>${label}` : label)) ?? null
}

describe('a paste', () => {
  it('goes into the input without its last line end, and without what is no text', () => {
    const { input, text } = setUp()
    input.paste('one\r\ntwo\u001b[31m\r')
    expect(text()).toBe('one\ntwo[31m')
  })

  it('asks when it has more lines than are taken quietly', () => {
    const { store, input, text } = setUp()
    const lines = ['1', '2', '3', '4', '5']
    input.paste(`${lines.join('\n')}\n`)
    expect(text()).toBe(lines.join('\n'))
    input.paste(`${lines.join('\n')}\n6`)
    expect(store.state.overlay).toMatchObject({ kind: 'paste', lines: 6, fits: true })
    expect(text()).toBe(lines.join('\n'))
  })

  it.each([1, 10_000])('of %d lines asks when it is more than fits', (count) => {
    const { store, input, text } = setUp()
    input.insert('before ')
    const pasted = Array.from({ length: count }, () => 'x'.repeat(MAX_INPUT_BYTES / count)).join('\n')
    input.paste(pasted)
    expect(store.state.overlay).toMatchObject({ kind: 'paste', lines: count, fits: false })
    expect(text()).toBe('before ')
  })

  it('asks when its end is missing, however short it is', () => {
    const { store, input } = setUp()
    input.paste('one', true)
    expect(store.state.overlay).toMatchObject({ kind: 'paste', lines: 1, fits: true, isCut: true })
  })
})

describe('what is offered', () => {
  const rooms = [plainRoom('dchat'), plainRoom('cats'), plainRoom('dogs')]

  it('is listed while a command is typed, marked with Up and Down, and taken with Tab', () => {
    const { store, input, text } = setUp({ rooms })
    input.insert('/')
    expect(popup(store)?.[0]).toMatch(/^>\/accept/u)
    input.insert('jo')
    expect(popup(store)).toEqual(['>/join ROOM'])
    input.complete(1)
    expect(text()).toBe('/join ')
    expect(popup(store)).toEqual(['>dchat', 'cats', 'dogs', 'status'])
    input.upOrDown(1)
    expect([text(), popup(store)]).toEqual(['/join ', ['dchat', '>cats', 'dogs', 'status']])
    input.complete(1)
    expect([text(), popup(store)]).toEqual(['/join cats ', ['dchat', '>cats', 'dogs', 'status']])
    input.complete(1)
    expect(text()).toBe('/join dogs ')
    input.complete(-1)
    input.complete(-1)
    expect(text()).toBe('/join dchat ')
    input.insert('x')
    expect(popup(store)).toBeNull()
  })

  it('is taken with Enter only when it was marked', () => {
    const { store, input, text } = setUp({ rooms })
    input.insert('/buffer ')
    expect(input.takeMarked()).toBe(false)
    input.upOrDown(-1)
    expect(input.takeMarked()).toBe(true)
    expect(text()).toBe('/buffer status ')
    expect(input.takeMarked()).toBe(false)
    expect(store.state.completion?.stage).toBe('taken')
  })

  it('closes, and comes back with the next key', () => {
    const { store, input } = setUp({ rooms })
    input.insert('/j')
    expect(input.closePopup()).toBe(true)
    expect([popup(store), input.closePopup()]).toEqual([null, false])
    input.insert('o')
    expect(popup(store)).toEqual(['>/join ROOM'])
    input.edit('delete-left')
    expect(popup(store)).toEqual(['>/join ROOM'])
  })

  it('is not there beside text, nor beside a line of before, where Up goes on to the one before that', () => {
    const entries = ['hello', '/peers', '/j'].map((text) => ({ room: 'dchat', text }))
    const { store, input, text } = setUp({ rooms, recall: { entries, at: null, draft: '' } })
    for (const line of ['/j', '/peers', 'hello']) {
      input.upOrDown(-1)
      expect([text(), popup(store)]).toEqual([line, null])
    }
    input.replace('')
    input.insert('say /j')
    expect(popup(store)).toBeNull()
  })
})

describe('lines of before', () => {
  const entries = [
    { room: 'dchat', text: 'here' },
    { room: 'cats', text: 'there' },
  ]

  it('come back with Up at the first row: those of the room, or of any', () => {
    const { input, text } = setUp({ recall: { entries, at: null, draft: '' } })
    input.insert('one\ntwo')
    input.upOrDown(-1)
    expect(text()).toBe('one\ntwo')
    input.upOrDown(-1)
    expect(text()).toBe('here')
    input.upOrDown(1)
    expect(text()).toBe('one\ntwo')
    input.recall(-1, null)
    expect(text()).toBe('there')
    input.recall(-1, null)
    expect(text()).toBe('here')
  })
})
