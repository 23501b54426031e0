/** Keys that edit, send and leave. */
import { RpcError } from '@dchat/rpc'
import type { Message } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { shownView } from '../state/selectors.ts'
import { NOON, aMessage, anAuthor, someMessages } from '../testing/builders.ts'
import { setUp, withTalk, settled, noticedIn } from './controller.test-util.ts'

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
