import { describe, expect, it } from 'vitest'
import { MAX_KEPT_ROOMS, MAX_KEPT_UNITS, MAX_LOADED_UNITS } from '../limits.ts'
import { aMessage, aNode, aPage, aState, someMessages } from '../testing/builders.ts'
import { insertText, EMPTY_EDITOR } from '../input/editor.ts'
import { CATS, WITH_ANN, anInvitation } from '../testing/people.ts'
import type { ChatState, OwnSend } from './model.ts'
import { reduce } from './reducer.ts'
import { activeRoom, mergedRooms, plainRoom } from './rooms.ts'
import type { RoomSummary } from './rooms.ts'
import { shownView } from './selectors.ts'

const ANN = `@${'a'.repeat(64)}`

const room = (name: string, fields: Partial<RoomSummary> = {}): RoomSummary => ({ ...plainRoom(name), ...fields })
const names = (rooms: readonly RoomSummary[]): string[] => rooms.map((summary) => summary.room)
const counts = (state: ChatState, name: string) => {
  const { unread, mentions } = state.rooms.find((summary) => summary.room === name)!
  return { unread, mentions }
}
const texts = (state: ChatState): string[] =>
  [...shownView(state).talk.items].flatMap((item) => (item.type === 'message' ? [item.message.text] : []))
const said = (name: string, seq: number, text = `line ${seq}`) => aMessage(seq, { room: name, text })
const node = aNode()

describe('the list of rooms', () => {
  it('begins with the shared room, then by kind, and keeps the numbers of what was there', () => {
    const first = mergedRooms([], [room(ANN), room('cats'), room('dchat'), room('p.00')])
    expect(names(first)).toEqual(['dchat', 'cats', 'p.00', ANN])
    const second = mergedRooms(first, [room('birds'), room(ANN), room('cats'), room('dchat')])
    expect(names(second)).toEqual(['dchat', 'cats', ANN, 'birds'])
    expect(names(mergedRooms([], []))).toEqual(['dchat'])
  })

  it('counts what comes and is corrected by the list, but not by one of before', () => {
    let state = aState({ node, rooms: [room('dchat'), room('cats', { unread: 2, mentions: 1, lastSeq: 10 })] })
    state = reduce(state, {
      type: 'live',
      messages: [said('cats', 9), said('cats', 11, 'alice: hi'), said('cats', 12), aMessage(13, { room: 'cats', own: true })],
    })
    expect(counts(state, 'cats')).toEqual({ unread: 4, mentions: 2 })
    const stale = reduce(state, { type: 'rooms', rooms: [room('dchat'), room('cats', { unread: 3, lastSeq: 11 })] })
    expect(counts(stale, 'cats')).toEqual({ unread: 4, mentions: 2 })
    const fresh = reduce(state, { type: 'rooms', rooms: [room('dchat'), room('cats', { unread: 1, lastSeq: 13, readSeq: 11 })] })
    expect(counts(fresh, 'cats')).toEqual({ unread: 1, mentions: 0 })
  })

  it('is read here before the daemon says so', () => {
    let state = aState({ rooms: [room('dchat', { unread: 2, lastSeq: 8 })] })
    state = reduce(state, { type: 'read', room: 'dchat', seq: 8 })
    expect(counts(state, 'dchat')).toEqual({ unread: 0, mentions: 0 })
    state = reduce(state, { type: 'rooms', rooms: [room('dchat', { unread: 2, lastSeq: 8, readSeq: 6 })] })
    expect(counts(state, 'dchat')).toEqual({ unread: 0, mentions: 0 })
  })

  it('goes first where the user is meant', () => {
    const rooms = [room('dchat', { unread: 9 }), room('cats', { unread: 1 }), room('dogs', { unread: 1, mentions: 1 }), room(ANN)]
    expect(activeRoom(rooms, 'dchat')).toBe('dogs')
    expect(activeRoom([rooms[0]!, rooms[1]!, room(ANN, { unread: 1 })], 'dchat')).toBe(ANN)
    expect(activeRoom(rooms.slice(0, 1), 'dchat')).toBeNull()
  })

  it('goes back to the room before when the one that is shown is gone', () => {
    let state = aState({ rooms: [room('dchat'), room('cats'), room('dogs')] })
    for (const name of ['cats', 'dogs']) state = reduce(state, { type: 'shown', room: name })
    state = reduce(state, { type: 'rooms', rooms: [room('dchat'), room('cats')] })
    expect(state).toMatchObject({ room: 'cats', previousRoom: null })
    state = reduce(state, { type: 'rooms', rooms: [room('dchat')] })
    expect(state.room).toBe('dchat')
  })
})

describe('going from room to room', () => {
  it('keeps talk, place and draft of each', () => {
    let state = reduce(aState(), aPage(someMessages(1, 3)))
    state = reduce(state, { type: 'edited', editor: insertText(EMPTY_EDITOR, 'for everybody') })
    state = reduce(state, { type: 'shown', room: 'cats' })
    expect(state.editor.text).toBe('')
    expect(shownView(state).isLoaded).toBe(false)
    state = reduce(state, aPage([said('cats', 4)]))
    state = reduce(state, { type: 'live', messages: [said('cats', 5), said('dchat', 6), said('dogs', 7)] })
    expect(texts(state)).toEqual(['line 4', 'line 5'])
    state = reduce(state, { type: 'shown', room: 'dchat' })
    expect(texts(state)).toEqual(['line 1', 'line 2', 'line 3', 'line 6'])
    expect(state.editor.text).toBe('for everybody')
    expect(state.views.has('dogs')).toBe(false)
  })

  it('takes on what becomes of lines wherever they stand', () => {
    let state = reduce(aState(), aPage([aMessage(1, { own: true }), said('dchat', 2)]))
    state = reduce(state, { type: 'shown', room: 'cats' })
    state = reduce(state, { type: 'retracted', seq: 2 })
    state = reduce(state, { type: 'delivery', seq: 1, delivery: { state: 'held', written: 2, held: 2 } })
    const [own, other] = state.views.get('dchat')!.talk.items
    expect(own).toMatchObject({ message: { delivery: { state: 'held' } } })
    expect(other).toMatchObject({ message: { retracted: true, text: '' } })
  })

  it('gives up the talk of the room not shown for longest, but no draft and no line under way', () => {
    const send: OwnSend = { localId: 1, room: 'dchat', text: 'x', kind: 'text', at: 0, afterSeq: 0 }
    let state = reduce(aState(), { type: 'sending', send })
    const rooms = Array.from({ length: MAX_KEPT_ROOMS + 3 }, (_, index) => `r${index}`)
    for (const name of rooms) {
      state = reduce(state, { type: 'shown', room: name })
      state = reduce(state, aPage([said(name, 1)]))
      if (name === 'r0') state = reduce(state, { type: 'edited', editor: insertText(EMPTY_EDITOR, 'draft') })
    }
    expect(state.views.size).toBe(MAX_KEPT_ROOMS)
    expect([...state.views.keys()].slice(0, 3)).toEqual(['dchat', 'r0', 'r5'])
  })

  it('bounds the text of all rooms together', () => {
    let state = aState()
    const long = 'x'.repeat(1_048_576)
    const lines = MAX_LOADED_UNITS / long.length - 2
    for (const name of ['a', 'b', 'c', 'd']) {
      state = reduce(state, { type: 'shown', room: name })
      state = reduce(state, aPage(Array.from({ length: lines }, (_, index) => said(name, index + 1, long))))
    }
    const held = [...state.views.values()].flatMap(({ talk }) => talk.items).length * long.length
    expect(held).toBeLessThanOrEqual(MAX_KEPT_UNITS)
    expect([...state.views.keys()]).toEqual(['c', 'd'])
  })

  it('keeps lines that came while the page was fetched', () => {
    let state = reduce(aState(), { type: 'shown', room: 'cats' })
    state = reduce(state, { type: 'live', messages: [said('cats', 8)] })
    state = reduce(state, { ...aPage([said('cats', 7)]), lastSeq: 7 })
    expect(texts(state)).toEqual(['line 7', 'line 8'])
  })

  it('forgets what may have changed while the daemon was away, and counts of another store', () => {
    let state = reduce(aState({ rooms: [room('dchat'), room('cats', { unread: 4, lastSeq: 9 })] }), aPage(someMessages(1, 3)))
    state = reduce(reduce(state, { type: 'shown', room: 'cats' }), aPage([said('cats', 4)]))
    const again = reduce(state, { type: 'outdated', but: 'cats' })
    expect(again.views.get('dchat')).toMatchObject({ isLoaded: false, talk: { items: { length: 0 } } })
    expect(texts(again)).toEqual(['line 4'])
    expect(counts(again, 'cats').unread).toBe(4)
    const other = reduce(state, { type: 'outdated', but: null })
    expect(texts(other)).toEqual([])
    expect(other.rooms[1]).toMatchObject({ unread: 0, lastSeq: 0 })
  })
})

describe('what becomes of encrypted lines', () => {
  it('a line that waited for a key is that of a post now', () => {
    const delivery = { state: 'stored', written: 0, held: 0 } as const
    let state = reduce(aState(), aPage([aMessage(1, { own: true, delivery })]))
    const post = { id: 'a'.repeat(64), time: 5 }
    state = reduce(state, { type: 'delivery', seq: 1, delivery: { state: 'sent', written: 1, held: 0 }, post })
    expect(shownView(state).talk.items.at(0)).toMatchObject({ message: { ...post, delivery: { state: 'sent' } } })
    state = reduce(state, { type: 'delivery', seq: 1, delivery: { state: 'held', written: 1, held: 1 }, post: null })
    expect(shownView(state).talk.items.at(0)).toMatchObject({ message: { ...post, delivery: { state: 'held' } } })
  })

  it('an invitation is taken up once its room is listed', () => {
    let state = reduce(aState(), { type: 'shown', room: WITH_ANN.room })
    state = reduce(state, aPage([anInvitation(1)]))
    const before = state.views
    state = reduce(state, { type: 'rooms', rooms: [room('dchat'), WITH_ANN] })
    expect(state.views.get(WITH_ANN.room)).toBe(before.get(WITH_ANN.room))
    state = reduce(state, { type: 'rooms', rooms: [room('dchat'), WITH_ANN, CATS] })
    expect(shownView(state).talk.items.at(0)).toMatchObject({ message: { invitation: { joined: true } } })
  })

  it('what is known of a room goes with the room', () => {
    let state = aState({ rooms: [room('dchat'), CATS] })
    state = reduce(state, { type: 'facts', room: CATS.room, facts: { kind: 'private', members: 2, unverified: 0, people: [] } })
    expect(state.facts.size).toBe(1)
    expect(reduce(state, { type: 'rooms', rooms: [room('dchat')] }).facts.size).toBe(0)
  })
})
