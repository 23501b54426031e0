/** Where the mark before new lines stands, and when it goes. */
import { describe, expect, it } from 'vitest'
import { aMessage, aPage, aState, someMessages } from '../testing/builders.ts'
import type { ChatAction, ChatState } from './model.ts'
import { newsIndex } from './news.ts'
import { reduce } from './reducer.ts'
import { plainRoom } from './rooms.ts'
import type { RoomSummary } from './rooms.ts'
import { shownView } from './selectors.ts'

const room = (name: string, fields: Partial<RoomSummary>): RoomSummary => ({ ...plainRoom(name), ...fields })
const after = (state: ChatState, ...actions: ChatAction[]): ChatState =>
  actions.reduce((next, action) => reduce(next, action), state)
const live = (from: number, to = from, name = 'dchat'): ChatAction => ({
  type: 'live',
  messages: someMessages(from, to).map((message) => ({ ...message, room: name })),
})
/** Line 10 is the newest, and was read. */
const read = after(
  aState({
    link: { at: 'ready' },
    rooms: [room('dchat', { lastSeq: 10, readSeq: 10 }), room('cats', { lastSeq: 8, readSeq: 5, unread: 3 })],
  }),
  aPage(someMessages(1, 10)),
)
const news = (state: ChatState) => shownView(state).news
const firstNewSeq = (state: ChatState) => {
  const item = shownView(state).talk.items.at(newsIndex(shownView(state)))
  return item?.type === 'message' ? item.message.seq : null
}

describe('the mark before new lines', () => {
  it('stands where a room was read up to when it is shown, stays while it is read, and is gone the next time', () => {
    const cats = someMessages(1, 8).map((message) => ({ ...message, room: 'cats' }))
    let state = after(read, { type: 'shown', room: 'cats' }, aPage(cats), { type: 'read', room: 'cats', seq: 8 })
    expect(news(state)).toEqual({ after: 5, count: 3 })
    expect(firstNewSeq(state)).toBe(6)
    state = after(state, live(9, 9, 'cats'), { type: 'read', room: 'cats', seq: 9 })
    expect(news(state)).toEqual({ after: 5, count: 3 })
    state = after(state, { type: 'shown', room: 'dchat' }, { type: 'shown', room: 'cats' })
    expect(news(state)).toBeNull()
  })

  it('is not there for lines that are seen as they come', () => {
    const state = after(read, live(11, 13), { type: 'read', room: 'dchat', seq: 13 })
    expect(news(state)).toBeNull()
  })

  it('stands before what came while the terminal had not the keyboard, and moves when that happens again', () => {
    const away = after(read, { type: 'focused', isFocused: false }, live(11, 12), live(13))
    expect(news(away)).toEqual({ after: 10, count: 3 })
    expect(firstNewSeq(away)).toBe(11)
    const back = after(away, { type: 'focused', isFocused: true }, { type: 'read', room: 'dchat', seq: 13 }, live(14), {
      type: 'read',
      room: 'dchat',
      seq: 14,
    })
    expect(news(back)).toEqual({ after: 10, count: 3 })
    const again = after(back, { type: 'focused', isFocused: false }, live(15))
    expect(news(again)).toEqual({ after: 14, count: 1 })
  })

  it('stands before what came while the end was out of sight: scrolled back, or under the help', () => {
    const anchor = { key: 'm3', at: 0, offset: 0 }
    expect(news(after(read, { type: 'scrolled', scroll: anchor }, live(11)))).toEqual({ after: 10, count: 1 })
    expect(news(after(read, { type: 'overlay', overlay: { kind: 'help', top: 0 } }, live(11)))).toEqual({ after: 10, count: 1 })
    expect(news(after(read, { type: 'overlay', overlay: { kind: 'ask', question: 'sure?' } }, live(11)))).toBeNull()
  })

  it('counts what others say, once', () => {
    const away = after(read, { type: 'focused', isFocused: false })
    const own = aMessage(11, { own: true })
    const state = after(
      away,
      { type: 'live', messages: [own, aMessage(12), aMessage(13, { retracted: true })] },
      live(12),
      live(9),
    )
    expect(news(state)).toEqual({ after: 10, count: 1 })
  })

  it('is told by the first list of rooms, and by no later one', () => {
    const start = after(aState({ link: { at: 'ready' }, isFocused: false }), aPage(someMessages(1, 10)), live(11))
    expect(news(start)).toBeNull()
    const listed = after(start, { type: 'rooms', rooms: [room('dchat', { lastSeq: 11, readSeq: 7, unread: 4 })] })
    expect(news(listed)).toEqual({ after: 7, count: 4 })
    const seen = after(listed, { type: 'read', room: 'dchat', seq: 11 }, { type: 'outdated', but: 'dchat' })
    expect(news(after(seen, { type: 'rooms', rooms: [room('dchat', { lastSeq: 12, readSeq: 11, unread: 1 })] }))).toEqual({
      after: 7,
      count: 4,
    })
    expect(news(after(seen, { type: 'outdated', but: null }))).toBeNull()
  })
})
