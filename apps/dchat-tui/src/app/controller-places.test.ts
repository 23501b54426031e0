/** Keys that go to other places of the talk, to other rooms and panes. */
import { describe, expect, it } from 'vitest'
import { MAX_MENTION_PAGES } from '../limits.ts'
import { STATUS_ROOM, plainRoom } from '../state/rooms.ts'
import { shownView } from '../state/selectors.ts'
import { NOON, aMessage, aNode, aPage, someMessages } from '../testing/builders.ts'
import { ANN, verificationOf } from '../testing/people.ts'
import { paneColumns } from '../view/panes.ts'
import { setUp, withTalk, settled, noticedIn } from './controller.test-util.ts'

describe('scrolling', () => {
  it('goes by a page less one row, by three rows, and to both ends', () => {
    const { top, press, store, screen } = setUp({ state: withTalk(someMessages(1, 50)) })
    const { height } = screen().view
    expect(top()).toBe(`line ${50 - height + 1}`)
    press('scroll-page-up')
    expect(top()).toBe(`line ${50 - 2 * height + 2}`)
    press('scroll-up')
    expect(top()).toBe(`line ${50 - 2 * height - 1}`)
    press('scroll-down', 'scroll-page-down')
    expect(shownView(store.state).scroll).toBe('end')
    press('scroll-top')
    expect(top()).toBe('line 1')
    press('end')
    expect(shownView(store.state).scroll).toBe('end')
  })

  it('stays where it is when lines come, counts them, and goes to the end when sending', () => {
    const { top, press, store, screen, typed } = setUp({ state: withTalk(someMessages(1, 50)) })
    press('scroll-page-up')
    const before = top()
    store.dispatch({ type: 'live', messages: someMessages(51, 60) })
    expect(top()).toBe(before)
    expect(screen().status).toContain('-- 17 newer, End to follow --')
    store.dispatch({ type: 'ticked', nowMs: NOON + 5 * 3_600_000 + 60_000 })
    expect(screen().status).toContain('17 newer, 5 h ago')
    store.dispatch({ type: 'ticked', nowMs: NOON + 49 * 3_600_000 })
    expect(screen().status).toContain('2 d ago')
    store.dispatch({ type: 'ticked', nowMs: NOON })
    typed('hi')
    press('submit')
    expect(shownView(store.state).scroll).toBe('end')
  })

  it('keeps its place over a resize to 20x5 and back', () => {
    const { top, press, store, screen } = setUp({ state: withTalk(someMessages(1, 50)) })
    press('scroll-page-up', 'scroll-up')
    const before = top()
    store.dispatch({ type: 'resized', screen: { columns: 20, rows: 5 } })
    expect(
      screen()
        .talk[0]!.spans.map((span) => span.text)
        .join(''),
    ).toContain(before)
    store.dispatch({ type: 'resized', screen: { columns: 80, rows: 10 } })
    expect(top()).toBe(before)
  })

  it('fetches the page before when the start comes near, once', () => {
    const { asked, press, store } = setUp({ state: withTalk(someMessages(101, 130), true) })
    press('scroll-page-up')
    expect(asked).toEqual([])
    press('scroll-page-up', 'scroll-page-up')
    expect(asked[0]).toEqual(['loadOlder', 101])
    store.dispatch({ type: 'loading', room: 'dchat', direction: 'older' })
    const count = asked.length
    press('scroll-top')
    expect(asked).toHaveLength(count)
  })

  it('goes on up by what was pressed while the page was awaited', async () => {
    const { top, press, store } = setUp({ state: withTalk(someMessages(101, 130), true) })
    press('scroll-top', 'scroll-up', 'scroll-up')
    expect(top()).toBe('line 101')
    store.dispatch({ ...aPage(someMessages(1, 100)), type: 'olderPage' })
    await settled()
    expect(top()).toBe('line 95')
  })

  it('fetches what was left out below, and jumps to the newest on demand', () => {
    const { view } = withTalk(someMessages(1, 50))
    const { asked, press, store } = setUp({ state: { view: { ...view, talk: { ...view.talk, hasNewer: true, leftOut: 9 } } } })
    press('scroll-page-down')
    expect(asked).toEqual([['loadNewer', 50]])
    expect(shownView(store.state).scroll).not.toBe('end')
    press('scroll-bottom')
    expect(asked.at(-1)).toEqual(['loadNewest'])
  })

  it('goes from mention to mention, with the daemon beyond what is in memory', async () => {
    const messages = someMessages(1, 50).map((message) =>
      message.seq % 20 === 5 ? { ...message, text: `alice ${message.seq}` } : message,
    )
    const node = aNode()
    const { top, press, store } = setUp({ state: { ...withTalk(messages), node } })
    press('mention-previous')
    expect(top()).toBe('alice 25')
    press('mention-previous')
    expect(top()).toBe('alice 5')
    press('mention-next')
    expect(top()).toBe('alice 25')
    press('scroll-top', 'mention-previous')
    await settled()
    expect(store.state.hint).toMatchObject({ level: 'error', text: 'no other line names you' })
  })

  it('looks for mentions beyond what is in memory', async () => {
    const older = someMessages(1, 99).map((message) => (message.seq === 40 ? { ...message, mention: true } : message))
    const answers = { 'chat.history': { messages: older, more: true, last_seq: 130 } }
    const { asked, press } = setUp({ state: { ...withTalk(someMessages(100, 130), true) }, answers })
    press('mention-previous')
    await settled()
    expect(asked).toEqual([
      ['chat.history', { room: 'dchat', limit: 1_000, before: 100 }],
      ['loadAround', 40],
    ])
  })

  it('stops looking for mentions when another room is shown, and at its bound', async () => {
    const answers = { 'chat.history': { messages: someMessages(1, 99), more: true, last_seq: 130 } }
    const bounded = setUp({ state: { ...withTalk(someMessages(100, 130), true) }, answers })
    bounded.press('mention-previous')
    expect(bounded.store.state.hint?.text).toContain('looking for')
    await settled()
    expect(bounded.asked).toHaveLength(MAX_MENTION_PAGES)
    expect(bounded.store.state.hint?.text).toBe('no other line names you')
    const left = setUp({
      state: { ...withTalk(someMessages(100, 130), true), rooms: [plainRoom('dchat'), plainRoom('cats')] },
      answers,
    })
    left.press('mention-previous', 'room-next')
    await settled()
    expect(left.asked.filter(([method]) => method === 'chat.history')).toHaveLength(1)
    expect(left.store.state.hint).toBeNull()
  })

  it('goes to what is new: on screen with its mark on top, or to where it is kept', async () => {
    const { view } = withTalk(someMessages(1, 50))
    const here = setUp({ state: { view: { ...view, news: { after: 20, count: 30 } } } })
    here.press('to-unread')
    await settled()
    expect(here.top()).toBe('── 30 new ──')
    const away = setUp({
      state: { view: { ...withTalk(someMessages(101, 150), true).view, news: { after: 20, count: 130 } } },
      answers: { 'chat.history': { messages: [aMessage(21)], more: true, last_seq: 150 } },
    })
    away.press('to-unread')
    await settled()
    expect(away.asked).toEqual([
      ['chat.history', { room: 'dchat', since: 20, limit: 1 }],
      ['loadAround', 21],
    ])
    const none = setUp({ state: withTalk(someMessages(1, 5)) })
    none.press('to-unread')
    await settled()
    expect(none.store.state.hint?.text).toBe('nothing is new here')
  })
})

describe('rooms', () => {
  const rooms = [plainRoom('dchat'), plainRoom('cats'), { ...plainRoom('catfish'), unread: 2 }]

  it('are gone to by key, and say when there is none', () => {
    const { store, asked, press } = setUp({ state: { rooms } })
    const go = (to: 'next' | 'previous' | 'active' | 'last' | 'status' | 2 | 9): string => {
      press(`room-${to}`)
      return store.state.room
    }
    expect([
      go('next'),
      go('next'),
      go('next'),
      go('next'),
      go('previous'),
      go('last'),
      go('status'),
      go('previous'),
      go(2),
      go('active'),
      go('last'),
    ]).toEqual(['cats', 'catfish', STATUS_ROOM, 'dchat', STATUS_ROOM, 'dchat', STATUS_ROOM, 'catfish', 'cats', 'catfish', 'cats'])
    expect(asked[0]).toEqual(['loadShown', 'cats'])
    expect(go(9)).toBe('cats')
    expect(store.state.hint?.text).toContain('no room 9')
  })

  it('are gone to, joined and left by command', async () => {
    const { store, asked, press, typed } = setUp({ state: { rooms } })
    const run = async (line: string): Promise<void> => {
      typed(line)
      press('submit')
      await settled()
    }
    await run('/buffer 2')
    expect(store.state.room).toBe('cats')
    await run('/buffer catf')
    expect(store.state.room).toBe('catfish')
    await run('/b dchat')
    await run('/b ca')
    expect(store.state.room).toBe('dchat')
    expect(noticedIn(store.state)).toContain('ca may be cats, catfish')
    await run('/join #Birds')
    expect(asked.slice(-3)).toEqual([['chat.join', { room: 'birds' }], ['refreshRooms'], ['loadShown', 'birds']])
    await run('/leave')
    expect(asked.slice(-2)).toEqual([['chat.leave', { room: 'birds' }], ['refreshRooms']])
    await run('/leave dchat')
    expect(noticedIn(store.state)).toContain('/leave: dchat is the room of everybody')
    await run('/rooms')
    expect(noticedIn(store.state)).toContain(' 3  catfish  2 unread')
  })

  it('keep what was begun in them', () => {
    const { store, press, typed, asked } = setUp({ state: { rooms } })
    typed('for cats only')
    press('room-2')
    press('submit')
    expect(asked.filter(([name]) => name === 'send')).toEqual([])
    press('room-1')
    expect(store.state.editor.text).toBe('for cats only')
  })
})

describe('what stands beside the talk', () => {
  const rooms = [plainRoom('dchat'), plainRoom('cats')]
  const peers = Array.from({ length: 40 }, (_, id) => ({ id, session: 'inbound', url: `tcp://10.0.0.${id}:1` }))

  it('is shown, hidden and scrolled by key; the talk is scrolled while the pane is hidden', () => {
    const screen = { columns: 120, rows: 10 }
    const { store, press } = setUp({ state: { ...withTalk(someMessages(1, 50)), rooms, peers, screen } })
    const columns = (): unknown => paneColumns(store.state, store.state.screen.columns)
    expect(columns()).toMatchObject({ left: 20, right: 0 })
    press('toggle-rooms-pane')
    expect(columns()).toMatchObject({ left: 0 })
    press('pane-page-up')
    expect(shownView(store.state).scroll).not.toBe('end')
    press('pane-page-down')
    expect(shownView(store.state).scroll).toBe('end')
    press('toggle-peers-pane', 'toggle-rooms-pane', 'pane-page-down')
    expect(columns()).toMatchObject({ left: 20, right: 24 })
    expect(store.state.paneTop).toBe(7)
    press(...Array.from({ length: 9 }, () => 'pane-page-down' as const))
    const last = store.state.paneTop
    press('pane-page-down')
    expect(store.state.paneTop).toBe(last)
    press(...Array.from({ length: 20 }, () => 'pane-page-up' as const))
    expect(store.state.paneTop).toBe(0)
    expect(shownView(store.state).scroll).toBe('end')
  })

  it('says when the screen is too narrow for it', () => {
    const { store, press } = setUp({ state: { screen: { columns: 60, rows: 10 } } })
    press('toggle-peers-pane')
    expect(store.state.hint?.text).toContain('from 80 columns on')
  })

  it('the quick switcher goes to rooms, and opens conversations', async () => {
    const state = { ...withTalk([aMessage(1, { author: ANN })]), rooms }
    const { store, asked, press, typed } = setUp({
      state,
      answers: { 'identity.verify': verificationOf(ANN), 'chat.join': true },
    })
    press('open-switcher')
    typed('cat')
    press('submit')
    expect(store.state).toMatchObject({ room: 'cats', overlay: null, editor: { text: '' } })
    press('room-last', 'open-switcher')
    typed('ann')
    press('submit')
    await settled()
    expect(asked).toContainEqual(['chat.join', { room: `@${ANN.key}` }])
    expect(store.state.room).toBe(`@${ANN.key}`)
  })
})
