/** News of link, node and peers in the status room, from a daemon on a real socket. */
import { ManualClock } from '@dchat/system'
import { describe, expect, it } from 'vitest'
import { MAX_NAMED_PEERS, PEERS_PAUSE_MS, POLL_MS } from '../limits.ts'
import { STATUS_ROOM } from '../state/rooms.ts'
import type { ChatState } from '../state/model.ts'
import { reduce } from '../state/reducer.ts'
import { shownView } from '../state/selectors.ts'
import { Store } from '../state/store.ts'
import { aMessage, aNode, aState } from '../testing/builders.ts'
import { eventually, stateWhere } from '../testing/eventually.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { LinkedSession } from '../testing/linked-session.ts'
import { PeersKeeper } from './peers-keeper.ts'
import { StatusNews } from './status-news.ts'

const news = (state: ChatState): string[] =>
  [...(state.views.get(STATUS_ROOM)?.talk.items ?? [])].flatMap((item) => (item.type === 'notice' ? [item.text] : []))

async function linked(daemon: FakeDaemon) {
  const link = new LinkedSession(daemon)
  const { store, session, clock } = link
  const peers = new PeersKeeper({ store, session, clock, isShown: () => false })
  const status = new StatusNews({ store, clock })
  peers.start()
  status.start()
  await link.start()
  return {
    ...{ store, clock },
    reconnect: () => link.reconnect(),
    async [Symbol.asyncDispose](): Promise<void> {
      status.stop()
      peers.stop()
      await link[Symbol.asyncDispose]()
    },
  }
}

describe('the status room', () => {
  it('tells of the link, of peers that come and go, and that history is there', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    const { store, clock } = link
    await stateWhere(store, (state) => news(state).length === 3)
    expect(news(store.state)).toEqual([
      'the node is in state run',
      'linked to the daemon, dchatd 0.1.0',
      expect.stringMatching(/^connected: inbound peer ~\w{4} {2}tcp:\/\/127\.0\.0\.1:40001$/u),
    ])
    expect(store.state.statusNews).toBe(3)

    daemon.channels = [
      { url: 'tcp://10.0.0.2:1\u001b[2J', session: 'outbound', id: 9 },
      { url: 'tcp://10.0.0.3:1', session: 'refine', id: 10 },
    ]
    daemon.peers = { ...daemon.peers, inbound: 0, outbound: 1 }
    await clock.advance(POLL_MS)
    await stateWhere(store, (state) => news(state).length === 5)
    expect(news(store.state).slice(3)).toEqual([
      expect.stringMatching(/^connected: outbound peer ~\w{4} {2}tcp:\/\/10\.0\.0\.2:1␛$/u),
      expect.stringMatching(/^gone: inbound peer/u),
    ])

    daemon.progress({ state: 'paging', room: 'dchat', received: 1_200, expected: 5_000, peers: 1 })
    await stateWhere(store, (state) => state.sync?.received === 1_200)
    daemon.progress({ state: 'idle', room: null, received: 5_000, expected: null, peers: 1 })
    await stateWhere(store, (state) => state.sync === null)
    expect(news(store.state).at(-1)).toContain('1,200 lines came')

    daemon.cut()
    await link.reconnect()
    await stateWhere(store, (state) => news(state).at(-1)!.startsWith('connected: outbound'))
    expect(news(store.state).at(-2)).toBe('linked to the daemon, dchatd 0.1.0')
    expect(news(store.state)).toContainEqual(expect.stringContaining('the daemon is away: the daemon closed the connection'))
  })

  it('is not told what is the same as before: nothing is drawn while nothing changes', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    const { store, clock } = link
    await stateWhere(store, (state) => state.peers.length === 1)
    const { state } = store
    for (let count = 0; count < 3; count += 1) {
      const asked = daemon.calls.length
      await clock.advance(POLL_MS)
      await eventually(() => daemon.calls.length > asked)
    }
    daemon.receive({ room: 'dchat' })
    const next = await stateWhere(store, (now) => now !== state)
    expect(next.node).toBe(state.node)
    expect(shownView(next).talk.items).toHaveLength(1)
  })
})

describe('peers', () => {
  it('that took the place of others are heard of while peers are shown; many at once are not all named', async () => {
    const clock = new ManualClock()
    const store = new Store(aState({ link: { at: 'ready' }, node: aNode() }))
    let isShown = false
    let channels = [{ id: 1, session: 'inbound', url: 'tcp://10.0.0.1:1' }]
    let asked = 0
    const call = async (): Promise<never> => {
      asked += 1
      return { channels, outbound_slots: [] } as never
    }
    const keeper = new PeersKeeper({ store, session: { call }, clock, isShown: () => isShown })
    const status = new StatusNews({ store, clock })
    keeper.start()
    status.start()
    store.dispatch({ type: 'ticked', nowMs: 1 })
    await eventually(() => store.state.peers.length === 1)
    channels = Array.from({ length: MAX_NAMED_PEERS + 2 }, (_, id) => ({
      id: 20 + id,
      session: 'manual',
      url: `tcp://10.0.0.${id}:1`,
    }))
    await clock.advance(2 * PEERS_PAUSE_MS)
    expect(asked).toBe(1)
    isShown = true
    store.dispatch({ type: 'ticked', nowMs: 2 })
    await clock.advance(PEERS_PAUSE_MS)
    await eventually(() => store.state.peers.length === MAX_NAMED_PEERS + 2)
    expect(news(store.state).at(-2)).toBe('connected: 2 more peers')
    isShown = false
    await clock.advance(2 * PEERS_PAUSE_MS)
    expect(asked).toBe(2)
    keeper.stop()
    status.stop()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('the state of the status room', () => {
  it('counts what is not looked at, keeps it over outages, and shows it without asking the daemon', () => {
    let state = aState()
    const told = (text: string): void => {
      state = reduce(state, { type: 'notice', room: STATUS_ROOM, level: 'info', text, at: 1 })
    }
    told('one')
    told('two')
    expect(state.statusNews).toBe(2)
    state = reduce(state, { type: 'outdated', but: null })
    state = reduce(state, { type: 'rooms', rooms: [] })
    state = reduce(state, { type: 'shown', room: STATUS_ROOM })
    expect(news(state)).toEqual(['one', 'two'])
    expect(state.statusNews).toBe(0)
    told('three')
    state = reduce(state, { type: 'rooms', rooms: [] })
    state = reduce(state, { type: 'live', messages: [aMessage(1)] })
    expect(state).toMatchObject({ room: STATUS_ROOM, previousRoom: 'dchat', statusNews: 0 })
    expect(shownView(state)).toMatchObject({ isLoaded: true, talk: { hasOlder: false } })
  })
})
