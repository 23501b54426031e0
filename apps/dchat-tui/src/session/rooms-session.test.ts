/** Several rooms over one link: one subscription, one list, the talk of each loaded when it is shown. */
import { describe, expect, it } from 'vitest'
import { ReadMarkers } from '../app/read-markers.ts'
import { RoomSwitcher } from '../app/room-switcher.ts'
import { MARK_READ_PAUSE_MS, ROOMS_PAUSE_MS } from '../limits.ts'
import { eventually, stateWhere } from '../testing/eventually.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { LinkedSession } from '../testing/linked-session.ts'
import { shownView } from '../state/selectors.ts'
import type { ChatState } from '../state/model.ts'

const ANN = `@${'a'.repeat(64)}`

/** Markers are written and rooms switched as in the program. */
async function linked(daemon: FakeDaemon) {
  const link = new LinkedSession(daemon)
  const { clock, store, session } = link
  const switcher = new RoomSwitcher({ store, session })
  const markers = new ReadMarkers({ store, session, clock })
  markers.start()
  await link.start()
  return {
    ...{ clock, store, session, switcher },
    reconnect: () => link.reconnect(),
    async [Symbol.asyncDispose](): Promise<void> {
      await markers.stop()
      await link[Symbol.asyncDispose]()
    },
  }
}

const texts = (state: ChatState): string[] =>
  [...shownView(state).talk.items].flatMap((item) => (item.type === 'message' ? [item.message.text] : []))
const unread = (state: ChatState): Record<string, number> =>
  Object.fromEntries(state.rooms.map((summary) => [summary.room, summary.unread]))
const calls = (daemon: FakeDaemon, method: string) => daemon.calls.filter((call) => call.method === method)

describe('rooms', () => {
  it('are listed, counted by one subscription, and loaded when they are first shown', async () => {
    await using daemon = new FakeDaemon()
    daemon.receive({ text: 'in dchat' })
    daemon.receive({ room: 'cats', text: 'old cat' })
    daemon.setRoom('left', { joined: false })
    await using link = await linked(daemon)
    expect(unread(link.store.state)).toEqual({ dchat: 0, cats: 1 })
    daemon.receive({ room: 'cats', text: 'new cat' })
    await stateWhere(link.store, (state) => unread(state)['cats'] === 2)
    expect(texts(link.store.state)).toEqual(['in dchat'])
    expect(link.switcher.move(2)).toBeNull()
    await stateWhere(link.store, (state) => texts(state).join() === 'old cat,new cat')
    await link.clock.advance(MARK_READ_PAUSE_MS)
    await eventually(() => calls(daemon, 'chat.mark_read').some(({ params }) => params['room'] === 'cats' && params['seq'] === 3))
    expect(unread(link.store.state)).toEqual({ dchat: 0, cats: 0 })
    link.switcher.show('dchat')
    link.switcher.show('cats')
    expect(calls(daemon, 'chat.history').filter(({ params }) => params['room'] === 'cats')).toHaveLength(1)
    expect(calls(daemon, 'chat.subscribe')).toHaveLength(1)
  })

  it('appear by themselves with their first line, and when they are joined elsewhere', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.receive({ room: ANN, text: 'psst', key: 'a'.repeat(64), nick: 'ann' })
    await stateWhere(link.store, (state) => unread(state)[ANN] === 1)
    await link.clock.advance(ROOMS_PAUSE_MS)
    daemon.setRoom('birds', { joined: true })
    await stateWhere(link.store, (state) => 'birds' in unread(state))
    await link.clock.advance(ROOMS_PAUSE_MS)
    link.switcher.show('birds')
    daemon.setRoom('birds', { joined: false })
    await stateWhere(link.store, (state) => !('birds' in unread(state)))
    expect(link.store.state.room).toBe('dchat')
  })

  it('send what is typed in them, and only there', async () => {
    await using daemon = new FakeDaemon()
    daemon.setRoom('cats', { joined: true })
    await using link = await linked(daemon)
    link.switcher.show('cats')
    expect(await link.session.send({ room: 'cats', text: 'meow', kind: 'text' })).toBe('stored')
    expect(daemon.messages).toMatchObject([{ room: 'cats', text: 'meow' }])
    await link.session.send({ room: 'cats', text: 'meow', kind: 'text', hold: false, inClear: true })
    expect(calls(daemon, 'chat.send').map(({ params }) => params)).toEqual([
      { text: 'meow', room: 'cats', kind: 'text' },
      { text: 'meow', room: 'cats', kind: 'text', in_clear: true },
    ])
    await stateWhere(link.store, (state) => texts(state).join() === 'meow,meow')
    daemon.nextSend = 'storeAndCut'
    const sent = link.session.send({ room: 'cats', text: 'lost answer', kind: 'text' })
    await link.reconnect()
    expect(await sent).toBe('unsure')
    const state = await stateWhere(link.store, (now) => texts(now).length === 3)
    expect([...shownView(state).talk.items].map((item) => item.type)).toEqual(['message', 'message', 'message'])
  })

  it('miss nothing and show nothing twice over a lost link, and are fetched anew where they may have changed', async () => {
    await using daemon = new FakeDaemon()
    const first = daemon.receive({ text: 'one' })
    daemon.receive({ room: 'cats', text: 'cat one' })
    await using link = await linked(daemon)
    link.switcher.show('cats')
    await stateWhere(link.store, (state) => texts(state).length === 1)
    daemon.cut()
    daemon.retract(first.seq)
    daemon.receive({ room: 'cats', text: 'cat two' })
    daemon.receive({ text: 'two' })
    await link.reconnect()
    await stateWhere(link.store, (state) => texts(state).join() === 'cat one,cat two' && unread(state)['dchat'] === 1)
    link.switcher.show('dchat')
    const state = await stateWhere(link.store, (now) => texts(now).length === 2)
    expect(texts(state)).toEqual(['', 'two'])
  })

  it('go on where a slow client fell behind', async () => {
    await using daemon = new FakeDaemon()
    daemon.setRoom('cats', { joined: true })
    await using link = await linked(daemon)
    daemon.isLagging = true
    daemon.receive({ room: 'cats', text: 'skipped' })
    daemon.receive({ text: 'skipped too' })
    daemon.endLag()
    const state = await stateWhere(link.store, (now) => texts(now).join() === 'skipped too' && unread(now)['cats'] === 1)
    expect(state.room).toBe('dchat')
  })

  it('are one, which works as before, with a daemon that knows no rooms', async () => {
    await using daemon = new FakeDaemon()
    daemon.rpcVersion = '1.1.0'
    daemon.receive({ text: 'hello' })
    await using link = await linked(daemon)
    daemon.receive({ text: 'again' })
    await stateWhere(link.store, (state) => texts(state).join() === 'hello,again')
    expect(unread(link.store.state)).toEqual({ dchat: 0 })
    daemon.receive({ room: 'elsewhere' })
    daemon.receive({ text: 'last' })
    await stateWhere(link.store, (state) => texts(state).length === 3)
    expect(calls(daemon, 'chat.rooms')).toHaveLength(1)
    expect(link.switcher.move(2)).toContain('no room 2')
  })
})
