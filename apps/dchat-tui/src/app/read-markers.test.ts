import { ManualClock } from '@dchat/system'
import { RpcUnreachable } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { MARK_READ_PAUSE_MS } from '../limits.ts'
import { plainRoom } from '../state/rooms.ts'
import { Store } from '../state/store.ts'
import { aMessage, aPage, aState, someMessages } from '../testing/builders.ts'
import { ReadMarkers } from './read-markers.ts'

function setUp() {
  const rooms = [plainRoom('dchat'), { ...plainRoom('cats'), unread: 2, lastSeq: 3 }]
  const store = new Store(aState({ link: { at: 'ready' }, rooms }))
  const clock = new ManualClock()
  const told: unknown[] = []
  const session = {
    call: async (method: string, params: unknown) => {
      told.push([method, params])
      throw new RpcUnreachable('RPC_CONNECTION_LOST', { reason: 'gone', hint: '' })
    },
  }
  const markers = new ReadMarkers({ store, session: session as never, clock })
  markers.start()
  return { store, clock, told, markers }
}

const marked = (room: string, seq: number) => ['chat.mark_read', { room, seq, client: 'dchat-tui' }]

describe('ReadMarkers', () => {
  it('marks what is shown at the end, at once the first time and then now and then', async () => {
    const { store, clock, told, markers } = setUp()
    store.dispatch(aPage(someMessages(1, 3)))
    expect(told).toEqual([marked('dchat', 3)])
    for (let seq = 4; seq <= 50; seq += 1) store.dispatch({ type: 'live', messages: [aMessage(seq)] })
    expect(told).toHaveLength(1)
    expect(store.state.rooms[0]).toMatchObject({ unread: 0, readSeq: 50 })
    await clock.advance(MARK_READ_PAUSE_MS)
    expect(told.slice(1)).toEqual([marked('dchat', 50)])
    await clock.advance(MARK_READ_PAUSE_MS)
    await markers.stop()
    expect(told).toHaveLength(2)
    expect(clock.pendingTimers).toBe(0)
  })

  it('leaves unread what is not on screen', async () => {
    const { store, told, markers } = setUp()
    store.dispatch({ type: 'scrolled', scroll: { key: 'm1', at: 0, offset: 0 } as never })
    store.dispatch(aPage(someMessages(1, 3)))
    store.dispatch({ type: 'shown', room: 'cats' })
    store.dispatch({ type: 'live', messages: [aMessage(5, { room: 'cats' })] })
    expect(told).toEqual([])
    expect(store.state.rooms[1]).toMatchObject({ unread: 3 })
    store.dispatch({ type: 'link', link: { at: 'connecting' } })
    store.dispatch(aPage([aMessage(5, { room: 'cats' })]))
    expect(told).toEqual([])
    store.dispatch({ type: 'link', link: { at: 'ready' } })
    expect(told).toEqual([marked('cats', 5)])
    await markers.stop()
  })

  it('tells the daemon at the end what it has not told yet', async () => {
    const { store, told, markers } = setUp()
    store.dispatch(aPage(someMessages(1, 3)))
    store.dispatch({ type: 'live', messages: [aMessage(4)] })
    await markers.stop()
    await markers.stop()
    store.dispatch({ type: 'live', messages: [aMessage(5)] })
    expect(told).toEqual([marked('dchat', 3), marked('dchat', 4)])
  })
})
