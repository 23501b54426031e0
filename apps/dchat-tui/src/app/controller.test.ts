import { ManualClock } from '@dchat/system'
import { RpcError } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import type { OwnLine } from '../session/own-sends.ts'
import type { HistoryStore } from '../input/history-file.ts'
import type { ActionName } from '../input/action-table.ts'
import type { RecallEntry } from '../input/recall.ts'
import { MAX_MENTION_PAGES } from '../limits.ts'
import { STATUS_ROOM, plainRoom } from '../state/rooms.ts'
import { shownView } from '../state/selectors.ts'
import { DEFAULT_SETTINGS } from '../settings/settings.ts'
import { Store } from '../state/store.ts'
import type { ChatState } from '../state/model.ts'
import { NOON, aContext, aMessage, aNode, aPage, aState, anAuthor, someMessages } from '../testing/builders.ts'
import { keptSettings } from '../testing/kept-settings.ts'
import { ANN, BOB, CATS, INVITATION, WITH_ANN, verificationOf, vouched } from '../testing/people.ts'
import { paneColumns } from '../view/panes.ts'
import { buildScreen } from '../view/screen.ts'
import type { EditOutcome } from '../terminal/external-editor.ts'
import { Controller } from './controller.ts'

/** A controller on a session that notes what it is asked. */
function setUp(
  options: {
    state?: Parameters<typeof aState>[0]
    history?: HistoryStore
    answers?: Record<string, unknown>
    isReady?: boolean
    /** What the user's editor makes of a draft. */
    edited?: EditOutcome
    /** What looking at the node again makes of the state. */
    refreshNode?: (store: Store) => void
  } = {},
) {
  const asked: unknown[][] = []
  const answers = options.answers ?? {}
  const store = new Store(aState({ link: { at: 'ready' }, screen: { columns: 80, rows: 10 }, ...options.state }))
  const answered = async (method: string, params: unknown): Promise<never> => {
    asked.push([method, params])
    const answer = answers[method]
    if (answer instanceof Error) throw answer
    return answer as never
  }
  const session = {
    isReady: options.isReady ?? true,
    send: async (own: OwnLine) => {
      asked.push(['send', own.text, own.kind, own])
      return 'stored' as const
    },
    call: answered,
    callRaw: answered,
    reconnect: () => asked.push(['reconnect']),
    retryNow: () => asked.push(['retryNow']),
    loadOlder: async (before: number | null) => void asked.push(['loadOlder', before]),
    loadNewer: async (since: number) => void asked.push(['loadNewer', since]),
    loadNewest: async () => void asked.push(['loadNewest']),
    loadShown: async () => void asked.push(['loadShown', store.state.room]),
    loadAround: async (message: Message) => void asked.push(['loadAround', message.seq]),
    forget: async () => 0,
    refreshRooms: async () => void asked.push(['refreshRooms']),
    refreshNode: async () => options.refreshNode?.(store),
  }
  const written: string[] = []
  const history = options.history ?? { load: () => [], append: (entry: RecallEntry) => void written.push(entry.text) }
  const context = aContext()
  const clock = new ManualClock()
  const controller = new Controller({
    store,
    settings: keptSettings().keeper,
    session,
    context,
    history,
    clock,
    factsChanged: () => asked.push(['factsChanged']),
    frames: () => null,
    quit: () => asked.push(['quit']),
    redraw: () => asked.push(['redraw']),
    signal: (sequence) => asked.push(['signal', sequence]),
    suspend: () => asked.push(['suspend']),
    editText: async (text) => {
      asked.push(['edit', text])
      return options.edited ?? { kind: 'failed', reason: 'no editor' }
    },
  })
  const press = (...keys: (ActionName | { type: string })[]): void => {
    for (const key of keys) {
      if (typeof key === 'object') controller.handle([{ type: 'insert', text: key.type }])
      else controller.handle([{ type: 'action', name: key }])
    }
  }
  const typed = (text: string): void => controller.handle([{ type: 'insert', text }])
  const screen = () => buildScreen(store.state, context)
  const top = (): string | undefined => screen().talk[0]?.spans.at(-1)?.text
  return { store, controller, asked, written, press, typed, screen, top, clock }
}

function withTalk(messages: readonly Message[], more = false) {
  const store = new Store(aState())
  store.dispatch(aPage(messages, more))
  return { view: shownView(store.state) }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Enter', () => {
  it('sends the line, empties the input, keeps the line for Up and on disk', () => {
    const { store, asked, written, press, typed } = setUp()
    typed('hello')
    press('submit')
    expect(asked).toEqual([['send', 'hello', 'text', { room: 'dchat', text: 'hello', kind: 'text' }]])
    expect(store.state.editor.text).toBe('')
    expect(written).toEqual(['hello'])
    press('input-up')
    expect(store.state.editor.text).toBe('hello')
    press('input-down')
    expect(store.state.editor.text).toBe('')
  })

  it('keeps the draft while the daemon is away, and tries to reach it', () => {
    const { store, asked, press, typed } = setUp({ isReady: false })
    typed('hello')
    press('submit')
    expect(asked).toEqual([['retryNow']])
    expect(store.state.editor.text).toBe('hello')
    expect(store.state.hint?.text).toContain('stays here')
    store.dispatch({ type: 'link', link: { at: 'connecting' } })
    expect(store.state.hint?.text).toContain('stays here')
    store.dispatch({ type: 'link', link: { at: 'ready' } })
    expect(store.state.hint).toBeNull() // it is back
  })

  it('never sends an unknown command', () => {
    const { store, asked, press, typed } = setUp()
    typed('/nik bob')
    press('submit')
    expect(asked).toEqual([])
    expect(store.state.editor.text).toBe('/nik bob')
    expect(store.state.hint).toMatchObject({ level: 'error', text: expect.stringContaining('/nick') })
  })

  it('sends //text with one slash, and /me as an action', () => {
    const { asked, press, typed } = setUp()
    typed('//shrug')
    press('submit')
    typed('/me waves')
    press('submit')
    expect(asked.map((call) => call.slice(0, 3))).toEqual([
      ['send', '/shrug', 'text'],
      ['send', 'waves', 'action'],
    ])
  })

  it('holds lines back while too many wait for the daemon', () => {
    const { store, asked, press, typed } = setUp()
    for (let localId = 1; localId <= 100; localId += 1) {
      store.dispatch({ type: 'sending', send: { localId, room: 'dchat', text: 'x', kind: 'text', at: NOON, afterSeq: 0 } })
    }
    typed('one more')
    press('submit')
    expect(asked).toEqual([])
    expect(store.state.editor.text).toBe('one more')
  })

  it('says once that the history cannot be written', () => {
    const history = {
      load: () => [],
      append: () => {
        throw new Error('EROFS')
      },
    }
    const { store, press, typed } = setUp({ history })
    for (const text of ['a', 'b']) {
      typed(text)
      press('submit')
    }
    expect([...shownView(store.state).talk.items].filter((item) => item.type === 'notice')).toHaveLength(1)
  })
})

describe('commands', () => {
  const channels = { channels: [{ url: 'tcp://10.0.0.1:5', session: 'outbound', id: 4 }] }

  it.each([
    ['/nick bob', { 'chat.set_nick': { nick: 'bob', tag: null } }, ['chat.set_nick', { nick: 'bob' }], 'your name is now bob'],
    ['/peers', { 'net.status': channels }, ['net.status', {}], /4 {2}outbound {2}~\w{4} {2}tcp:\/\/10\.0\.0\.1:5/u],
    ['/connect host:1', { 'p2p.connect': true }, ['p2p.connect', { url: 'tcp://host:1' }], 'connected tcp://host:1'],
    [
      '/connect tor://x:1',
      { 'p2p.connect': new RpcError(-32005, 'connect failed', { kind: 'connect_failed', hint: 'refused', retryable: true }) },
      ['p2p.connect', { url: 'tor://x:1' }],
      '/connect: refused',
    ],
    ['/disconnect 4', { 'p2p.disconnect': true }, ['p2p.disconnect', { channel: 4 }], 'channel 4 ended'],
  ])('%s', async (line, answers, call, expected) => {
    const { store, asked, press, typed } = setUp({ answers })
    typed(line)
    press('submit')
    await settled()
    expect(asked[0]).toEqual(call)
    expect(noticedIn(store.state)).toMatch(expected)
  })

  it('checks a channel before it asks', async () => {
    const { store, asked, press, typed } = setUp()
    typed('/disconnect bob')
    press('submit')
    await settled()
    expect(asked).toEqual([])
    expect(noticedIn(store.state)).toContain('a channel is a number')
  })

  it('clears the view, shows help, quits', () => {
    const { store, asked, press, typed } = setUp({ state: withTalk(someMessages(1, 5)) })
    typed('/clear')
    press('submit')
    expect(shownView(store.state).talk).toMatchObject({ items: { length: 0 }, hasOlder: true })
    press('scroll-page-up')
    expect(asked).toEqual([['loadOlder', null]])
    press({ type: '?' })
    expect(store.state.overlay).toEqual({ kind: 'help', top: 0 })
    press('scroll-page-down', 'cancel')
    expect(store.state.overlay).toBeNull()
    typed('/exit')
    press('submit')
    expect(asked.at(-1)).toEqual(['quit'])
  })
})

describe('leaving', () => {
  it('takes Ctrl+C twice, the first empties the input', () => {
    const { store, asked, press, typed } = setUp()
    typed('draft')
    press('interrupt')
    expect(store.state.editor.text).toBe('')
    expect(asked).toEqual([])
    typed('x')
    press('interrupt', 'interrupt')
    expect(asked).toEqual([['quit']])
  })

  it('takes both within two seconds', async () => {
    const { store, asked, press, clock } = setUp()
    press('interrupt')
    await clock.advance(1_999)
    expect(store.state.hint?.text).toBe('Ctrl+C again quits')
    await clock.advance(1)
    expect(store.state.hint).toBeNull()
    press('interrupt')
    expect(asked).toEqual([])
    await clock.advance(1_999)
    press('interrupt')
    expect(asked).toEqual([['quit']])
  })

  it('takes Ctrl+D in an empty input only', () => {
    const { store, asked, press, typed } = setUp()
    typed('ab')
    press('cursor-left', 'end-of-input')
    expect(store.state.editor.text).toBe('a')
    press('delete-left', 'end-of-input')
    expect(asked).toEqual([['quit']])
  })
})

describe('the terminal', () => {
  it('is left to the shell, and tells of the wheel when it is wanted', () => {
    const { store, asked, press } = setUp()
    press('suspend', 'toggle-mouse')
    expect(asked).toEqual([['suspend']])
    expect(store.state.settings.mouse).toBe(true)
    press('toggle-mouse')
    expect(store.state.settings.mouse).toBe(false)
  })

  it('scrolls 3 rows a notch of the wheel', () => {
    const { controller, top } = setUp({ state: withTalk(someMessages(1, 40)) })
    expect(top()).toBe('line 33')
    controller.handle([{ type: 'wheel', by: -1 }])
    expect(top()).toBe('line 30')
    controller.handle([{ type: 'wheel', by: 1 }])
    expect(top()).toBe('line 33')
  })

  it('opens the draft in the editor, and takes what was written without sending it', async () => {
    const { store, asked, press, typed } = setUp({ edited: { kind: 'written', text: 'one\ntwo' } })
    typed('one')
    press('edit-draft')
    await settled()
    expect(asked).toEqual([['edit', 'one']])
    expect(store.state.editor.text).toBe('one\ntwo')
    press('undo')
    expect(store.state.editor.text).toBe('one')
    press('interrupt')
    typed('/edit a poem')
    press('submit')
    await settled()
    expect(asked.at(-1)).toEqual(['edit', 'a poem'])
  })

  it('keeps the draft when the editor fails', async () => {
    const { store, press, typed } = setUp()
    typed('draft')
    press('edit-draft')
    await settled()
    expect(store.state.editor.text).toBe('draft')
    expect(store.state.hint).toEqual({ level: 'error', text: 'no editor: the draft is as it was' })
  })
})

describe('history search', () => {
  it('shows what it finds, takes it on Enter and gives the draft back on Escape', () => {
    const state = {
      recall: { entries: ['make tea', 'hello', 'make coffee'].map((text) => ({ room: 'dchat', text })), at: null, draft: '' },
    }
    const { store, asked, press, typed } = setUp({ state })
    typed('draft')
    press('history-search', { type: 'm' }, { type: 'a' })
    expect(store.state.editor.text).toBe('make coffee')
    press('history-search')
    expect(store.state.editor.text).toBe('make tea')
    press('cancel')
    expect(store.state.editor.text).toBe('draft')
    press('history-search', { type: 'tea' }, 'submit')
    expect(store.state.editor.text).toBe('make tea')
    expect(asked).toEqual([])
    press('history-search', { type: 'zz' }, 'delete-left', 'delete-left', 'line-start')
    expect(store.state).toMatchObject({ overlay: null, editor: { text: 'make tea', caret: 0 } })
  })
})

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

describe('completion', () => {
  it('offers recent speakers first and goes on with Tab', () => {
    const named = (seq: number, nick: string): Message => aMessage(seq, { author: anAuthor({ key: nick, nick, held: true }) })
    const { store, press, typed } = setUp({ state: withTalk([named(1, 'bob'), named(2, 'bert'), aMessage(3, { own: true })]) })
    typed('b')
    press('complete')
    expect(store.state.editor.text).toBe('bert: ')
    press('complete')
    expect(store.state.editor.text).toBe('bob: ')
    press('complete-back')
    expect(store.state.editor.text).toBe('bert: ')
    typed('hi')
    expect(store.state.completion).toBeNull()
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

describe('an invitation', () => {
  const question = (state: ChatState): string => (state.overlay?.kind === 'ask' ? state.overlay.question : '')
  const sends = (asked: unknown[][]): unknown[] => asked.flatMap(([name, , , own]) => (name === 'send' ? [own] : []))

  it('is not said where everybody reads it, unless it is meant', () => {
    const { store, asked, written, press, typed, screen } = setUp()
    typed(`join us: ${INVITATION}`)
    press('submit')
    expect(question(store.state)).toContain('Everybody reads dchat')
    expect(
      screen()
        .hints.map((hint) => hint.text)
        .join(''),
    ).toContain('[y] yes [Enter] no')
    press('submit')
    expect(store.state.overlay).toBeNull()
    expect(store.state.editor.text).toContain(INVITATION) // it can be changed
    for (const key of [{ type: 'n' }, 'cancel', 'interrupt', 'line-end', 'scroll-page-up'] as const) {
      press('submit', key)
      expect(store.state.overlay).toBeNull()
    }
    expect(sends(asked)).toEqual([])
    press('submit', { type: 'y' })
    expect(sends(asked)).toEqual([{ room: 'dchat', text: `join us: ${INVITATION}`, kind: 'text', inClear: true }])
    expect(written).toEqual([])
    press('input-up')
    expect(store.state.editor.text).toBe('')
  })

  it('is asked about as an action, a paste and in any public room, but not where it is encrypted', () => {
    const { store, asked, press, typed, controller } = setUp({
      state: { rooms: [plainRoom('dchat'), plainRoom('dogs'), CATS, WITH_ANN] },
    })
    typed(`/me gives ${INVITATION}`)
    press('submit')
    expect(question(store.state)).toContain('dchat')
    press('cancel', 'delete-line-start')
    press('room-2')
    controller.handle([{ type: 'paste', text: INVITATION }])
    press('submit')
    expect(question(store.state)).toContain('dogs')
    press('cancel')
    expect(sends(asked)).toEqual([])
    for (const to of [3, 4] as const) {
      press(`room-${to}`)
      controller.handle([{ type: 'paste', text: INVITATION }])
      press('submit')
    }
    expect(sends(asked)).toMatchObject([{ room: CATS.room }, { room: WITH_ANN.room }])
  })

  it('is kept nowhere, whatever was done with it', async () => {
    const { store, written, press, typed, asked } = setUp({ answers: { 'room.accept': CATS.room } })
    for (const line of [`/accept ${INVITATION}`, `/accept dchat-room:cats:cut`, `/msg ann ${INVITATION}`, '/members']) {
      typed(line)
      press('submit')
      await settled()
    }
    expect(asked.some(([method]) => method === 'room.accept')).toBe(true)
    expect(written).toEqual(['/members'])
    expect(store.state.recall.entries).toEqual([{ room: CATS.room, text: '/members' }])
    press('history-search', { type: 'dchat-room' })
    expect(store.state.editor.text).toBe('')
  })
})

describe('a question of a command', () => {
  const members = { 'room.members': [vouched(BOB), vouched(ANN)], 'room.rekey': CATS.room }
  const rekeys = (asked: unknown[][]): unknown[] => asked.filter(([method]) => method === 'room.rekey')
  const state = { rooms: [plainRoom('dchat'), CATS] }

  it('takes a key when nothing is typed, and only y is yes', async () => {
    const { store, asked, press, typed } = setUp({ state, answers: members })
    press('room-2')
    for (const answer of ['n', 'x', 'y']) {
      typed('/rekey ann')
      press('submit')
      await settled()
      expect(store.state.overlay).toMatchObject({ kind: 'ask', question: expect.stringContaining('NOT invited: ann#anntag000') })
      expect(rekeys(asked)).toEqual([])
      typed(answer)
    }
    await settled()
    expect(rekeys(asked)).toEqual([['room.rekey', { room: CATS.room, without: [ANN.key] }]])
  })

  it('takes a typed /yes too, and any other command for a no', async () => {
    const { asked, press, typed } = setUp({ state, answers: members })
    press('room-2')
    for (const [command, count] of [
      ['/members', 0],
      ['/yes', 1],
    ] as const) {
      typed('/rekey ann')
      press('submit')
      await settled()
      for (const letter of command) typed(letter)
      press('submit')
      await settled()
      typed('/yes')
      press('submit')
      await settled()
      expect(rekeys(asked)).toHaveLength(count)
    }
  })

  it('is not answered by what is being typed, but by /yes', async () => {
    const { store, asked, press, typed } = setUp({ state, answers: members })
    press('room-2')
    typed('/rekey')
    press('submit')
    typed('oh ')
    await settled()
    typed('y')
    expect(store.state.editor.text).toBe('oh y')
    expect(noticedIn(store.state)).toContain('/yes does it')
    press('delete-line-start')
    typed('/yes')
    press('submit')
    await settled()
    expect(rekeys(asked)).toHaveLength(1)
    typed('/yes')
    press('submit')
    await settled()
    expect(rekeys(asked)).toHaveLength(1)
    expect(noticedIn(store.state)).toContain('nothing was asked')
  })
})

function noticedIn(state: ChatState): string {
  return [...shownView(state).talk.items].flatMap((item) => (item.type === 'notice' ? [item.text] : [])).join('\n')
}

describe('with nobody connected', () => {
  const alone = aNode({ peers: { ...aNode().peers, inbound: 0 } })
  const sent = (asked: readonly unknown[][]): unknown[] => asked.filter(([what]) => what === 'send').map(([, text]) => text)

  it('Enter asks once an outage whether the line is to wait', async () => {
    const { store, asked, press, typed } = setUp({ state: { node: alone } })
    typed('one')
    press('submit')
    await settled()
    expect(store.state.overlay).toEqual({ kind: 'hold' })
    press('cancel')
    expect(store.state).toMatchObject({ overlay: null, editor: { text: 'one' } })
    press('submit')
    await settled()
    typed('!')
    expect(store.state).toMatchObject({ overlay: null, editor: { text: 'one!' } })
    expect(sent(asked)).toEqual([])
    press('submit')
    await settled()
    press('submit')
    typed('two')
    press('submit')
    expect(sent(asked)).toEqual(['one!', 'two'])
    store.dispatch({ type: 'node', node: aNode() })
    store.dispatch({ type: 'node', node: alone })
    typed('three')
    press('submit')
    await settled()
    expect(store.state.overlay).toEqual({ kind: 'hold' })
    store.dispatch({ type: 'node', node: aNode() })
    expect(store.state).toMatchObject({ overlay: null, editor: { text: 'three' } })
    expect(store.state.hint?.text).toContain('Somebody is connected now')
  })

  it('a line is sent without a question when somebody is there by now, but not one that was gone on with', async () => {
    const refreshNode = (store: Store): void => store.dispatch({ type: 'node', node: aNode() })
    const { asked, press, typed } = setUp({ state: { node: alone }, refreshNode })
    typed('one')
    press('submit')
    await settled()
    expect(sent(asked)).toEqual(['one'])
    const other = setUp({ state: { node: alone }, refreshNode })
    other.typed('two')
    other.press('submit')
    other.typed(' and')
    await settled()
    expect(sent(other.asked)).toEqual([])
  })

  it('nothing is asked where that is not wanted', () => {
    const settings = { ...DEFAULT_SETTINGS, askOffline: false }
    const { asked, press, typed } = setUp({ state: { node: alone, settings } })
    typed('one')
    press('submit')
    expect(sent(asked)).toEqual(['one'])
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

it('the card of the first run goes with Esc, after what was said, and with the first line', () => {
  const { store, press } = setUp({ state: { isFirstRun: true } })
  store.dispatch({ type: 'hint', hint: { level: 'error', text: 'no' } })
  press('cancel')
  expect(store.state).toMatchObject({ hint: null, isFirstRun: true })
  press('cancel')
  expect(store.state.isFirstRun).toBe(false)
  const other = setUp({ state: { isFirstRun: true } })
  const send = { localId: 1, room: 'dchat', text: 'x', kind: 'text' as const, at: 0, afterSeq: 0 }
  other.store.dispatch({ type: 'sending', send })
  expect(other.store.state.isFirstRun).toBe(false)
})
