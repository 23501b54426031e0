import { describe, expect, it } from 'vitest'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { LinkedSession } from '../testing/linked-session.ts'
import { eventually, stateWhere } from '../testing/eventually.ts'
import { aNetAnswer } from '../testing/network.ts'
import { NetWatch } from './net-watch.ts'

const OPEN = { type: 'overlay', overlay: { kind: 'net', top: 0 } } as const
const CLOSED = { type: 'overlay', overlay: null } as const

async function watched(daemon: FakeDaemon) {
  const linked = await new LinkedSession(daemon).start()
  const { store, session, clock, failures } = linked
  const watch = new NetWatch({ store, session, clock, onFailure: (error) => failures.push(error) })
  watch.start()
  const asked = (method: string): number => daemon.calls.filter((call) => call.method === method).length
  const dispose = async (): Promise<void> => {
    watch.stop()
    await linked[Symbol.asyncDispose]()
  }
  return { store, clock, asked, linked, [Symbol.asyncDispose]: dispose }
}

describe('NetWatch', () => {
  it('asks every second and follows events only while the view is open', async () => {
    await using daemon = new FakeDaemon()
    daemon.network = aNetAnswer(0)
    await using bench = await watched(daemon)
    const { store, clock, asked } = bench
    await clock.advance(10_000)
    expect(asked('net.status') + asked('net.subscribe')).toBe(0)

    store.dispatch(OPEN)
    expect((await stateWhere(store, ({ net }) => net?.status != null)).net?.status?.channels).toHaveLength(2)
    await eventually(() => daemon.networkFollowers === 1 && clock.pendingTimers === 2)
    daemon.network = { ...aNetAnswer(0), channels: [] }
    await clock.advance(1_000)
    await stateWhere(store, ({ net }) => net?.status?.channels.length === 0)
    expect(asked('net.status')).toBe(2)

    store.dispatch(CLOSED)
    expect(store.state.net).toBeNull()
    await eventually(() => daemon.networkFollowers === 0)
    await clock.advance(5_000)
    expect(asked('net.status')).toBe(2)
  })

  it('shows events together, in order, in words', async () => {
    await using daemon = new FakeDaemon()
    await using bench = await watched(daemon)
    const { store, clock } = bench
    store.dispatch(OPEN)
    await eventually(() => daemon.networkFollowers === 1)
    daemon.happen('outbound_slot_connecting', { slot: 2, addr: 'tcp://\u001b[31mevil:1' })
    for (let index = 0; index < 300; index += 1)
      daemon.happen('recv', { chan: { addr: 'tcp://a:1', id: 3 }, cmd: 'ping', time: '0' })
    daemon.happen('outbound_slot_disconnected', { slot: 2, err: 'refused' })
    let draws = 0
    const unsubscribe = store.subscribe(() => (draws += 1))
    const last = async (): Promise<void> => {
      await clock.advance(250)
      await new Promise(setImmediate)
    }
    while (store.state.net!.events.at(-1)?.text !== 'slot 3: disconnected: refused') await last()
    unsubscribe()
    const { events } = store.state.net!
    expect(events).toHaveLength(102)
    expect(events[0]?.text).not.toContain('\u001b')
    expect(events[0]?.text).toContain('slot 3: connects to tcp://')
    expect(events[1]?.text).toBe('got ping from tcp://a:1 (channel 3)')
    expect(draws).toBeLessThan(30)
  })

  it('goes on when the daemon is back, with what was seen', async () => {
    await using daemon = new FakeDaemon()
    daemon.network = aNetAnswer(0)
    await using bench = await watched(daemon)
    const { store, asked, linked } = bench
    store.dispatch(OPEN)
    await stateWhere(store, ({ net }) => net?.status != null)
    daemon.cut()
    await linked.reconnect()
    await eventually(() => daemon.networkFollowers === 1 && asked('net.subscribe') === 2)
    expect(store.state.net?.status).not.toBeNull()
  })

  it('shows what an older daemon tells, asking for what it lacks only once', async () => {
    await using daemon = new FakeDaemon()
    daemon.rpcVersion = '1.0.0'
    await using bench = await watched(daemon)
    const { store, clock, asked } = bench
    store.dispatch(OPEN)
    await stateWhere(store, ({ net }) => net?.status != null)
    expect(store.state.net?.status).toMatchObject({ isPartial: true, channels: [{ id: 7 }] })
    await stateWhere(store, ({ net }) => net?.eventsNote != null)
    expect(store.state.net?.eventsNote).toMatch(/dnet\.switch/u)
    await eventually(() => clock.pendingTimers === 2)
    await clock.advance(1_000)
    await eventually(() => asked('p2p.get_info') === 2)
    expect(asked('net.status')).toBe(1)
  })
})
