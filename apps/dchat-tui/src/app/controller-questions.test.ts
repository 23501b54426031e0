/** Lines that are asked about before they are said, and how a question is answered. */
import { describe, expect, it } from 'vitest'
import { plainRoom } from '../state/rooms.ts'
import { DEFAULT_SETTINGS } from '../settings/settings.ts'
import { Store } from '../state/store.ts'
import type { ChatState } from '../state/model.ts'
import { aNode } from '../testing/builders.ts'
import { ANN, BOB, CATS, INVITATION, WITH_ANN, vouched } from '../testing/people.ts'
import { setUp, settled, noticedIn } from './controller.test-util.ts'

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
