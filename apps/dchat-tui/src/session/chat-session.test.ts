import { describe, expect, it } from 'vitest'
import { MAX_REPLAYED } from '../limits.ts'
import { eventually, stateWhere } from '../testing/eventually.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { LinkedSession } from '../testing/linked-session.ts'
import type { ChatState } from '../state/model.ts'
import { shownView } from '../state/selectors.ts'
import { pendingItems } from '../state/talk.ts'

/** Linked at once, unless the test does that itself. */
async function linked(daemon: FakeDaemon, { isStarted = true }: { isStarted?: boolean } = {}): Promise<LinkedSession> {
  const link = new LinkedSession(daemon)
  return isStarted ? link.start() : link
}

function texts(state: ChatState): string[] {
  return [...shownView(state).talk.items].flatMap((item) => (item.type === 'message' ? [item.message.text] : []))
}

function fill(daemon: FakeDaemon, count: number): void {
  for (let index = 0; index < count; index += 1) daemon.receive()
}

describe('ChatSession', () => {
  it('shows the newest page, then lines as they come', async () => {
    await using daemon = new FakeDaemon()
    fill(daemon, 250)
    await using link = await linked(daemon)
    expect(texts(link.store.state)).toHaveLength(200)
    expect(shownView(link.store.state).talk.hasOlder).toBe(true)
    daemon.receive({ text: 'fresh' })
    const state = await stateWhere(link.store, (now) => texts(now).includes('fresh'))
    expect(texts(state).at(-1)).toBe('fresh')
    expect(state.node).toMatchObject({ nick: 'alice', peers: { inbound: 1, outbound: 2 } })
  })

  it('pages older lines without doubles', async () => {
    await using daemon = new FakeDaemon()
    fill(daemon, 450)
    await using link = await linked(daemon)
    await link.session.loadOlder(daemon.messages[250]!.seq)
    await link.session.loadOlder(daemon.messages[50]!.seq)
    expect(texts(link.store.state)).toEqual(daemon.messages.map((message) => message.text))
    expect(shownView(link.store.state).talk.hasOlder).toBe(false)
  })

  it('goes on after the link was lost: nothing twice, nothing lost', async () => {
    await using daemon = new FakeDaemon()
    fill(daemon, 5)
    await using link = await linked(daemon)
    daemon.cut()
    fill(daemon, 300)
    await link.reconnect()
    await stateWhere(link.store, (state) => texts(state).length === 305)
    expect(texts(link.store.state)).toEqual(daemon.messages.map((message) => message.text))
    const since = daemon.calls.filter((call) => call.method === 'chat.subscribe').map((call) => call.params['since'])
    expect(since).toEqual([5, 5])
  })

  it('loses nothing when an own line is answered before earlier lines were pushed', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.isLagging = true
    daemon.receive({ text: 'before' })
    await link.session.send({ room: 'dchat', text: 'mine', kind: 'text' })
    daemon.isLagging = false
    daemon.cut()
    await link.reconnect()
    const state = await stateWhere(link.store, (now) => texts(now).length === 2)
    expect(texts(state)).toEqual(['before', 'mine'])
  })

  it('waits longer from try to try, and says what is wrong', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon, { isStarted: false })
    link.session.start()
    const waits: number[] = []
    let last = link.store.state.link
    for (let round = 0; round < 8; round += 1) {
      const state = await stateWhere(link.store, (now) => now.link.at === 'away' && now.link !== last)
      last = state.link
      if (last.at !== 'away') continue
      waits.push(last.retryInMs)
      expect(last.reason).toContain(daemon.socketPath)
      await link.clock.advance(last.retryInMs)
    }
    expect(waits[0]).toBeGreaterThanOrEqual(500)
    expect(waits.at(-1)).toBeGreaterThanOrEqual(11_250)
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_000)
    await stateWhere(link.store, (state) => state.link !== last)
    await daemon.start()
    link.session.retryNow()
    await stateWhere(link.store, (state) => state.link.at === 'ready')
  })

  it('begins anew after a long absence and on another store', async () => {
    await using daemon = new FakeDaemon()
    fill(daemon, 10)
    await using link = await linked(daemon)
    daemon.cut()
    fill(daemon, MAX_REPLAYED + 1)
    await link.reconnect()
    expect(texts(link.store.state)).toHaveLength(200)
    expect(shownView(link.store.state).talk.hasOlder).toBe(true)
    daemon.cut()
    daemon.messages.length = 0
    daemon.receive({ text: 'new store' })
    await link.reconnect()
    expect(texts(link.store.state)).toEqual(['new store'])
  })

  it('fetches what the daemon left out, and loses no news of other lines meanwhile', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.receive({ own: true, text: 'mine', delivery: { state: 'stored', written: 0, held: 0 } })
    fill(daemon, 2)
    await stateWhere(link.store, (state) => texts(state).length === 3)
    daemon.isLagging = true
    fill(daemon, 2_500)
    daemon.endLag()
    daemon.deliver(1, { state: 'sent', written: 4, held: 0 })
    daemon.retract(2)
    daemon.retract(2_000)
    daemon.receive({ text: 'after the gap' })
    const state = await stateWhere(link.store, (now) => texts(now).at(-1) === 'after the gap' && texts(now)[1] === '')
    expect(texts(state)).toEqual(daemon.messages.map((message) => message.text))
    expect(texts(state)[1_999]).toBe('')
    expect(shownView(state).talk.items.at(0)).toMatchObject({ message: { delivery: { written: 4 } } })
    expect(daemon.calls.filter((call) => call.method === 'chat.subscribe')).toHaveLength(1)
    expect(state.rooms[0]).toMatchObject({ lastSeq: 2_504 })
  })

  it('counts what was left out, and goes on from a gap that could not be filled', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    fill(daemon, 3)
    await stateWhere(link.store, (state) => texts(state).length === 3)
    daemon.isLagging = true
    fill(daemon, 10)
    daemon.isSilent = true
    daemon.endLag()
    daemon.receive({ text: 'after the gap' })
    await eventually(() => daemon.calls.some((call) => call.params['since'] === 3))
    expect(texts(link.store.state)).toHaveLength(3)
    daemon.isSilent = false
    daemon.cut()
    await link.reconnect()
    const state = await stateWhere(link.store, (now) => texts(now).length === 14)
    expect(texts(state)).toEqual(daemon.messages.map((message) => message.text))
    expect(state.rooms.find(({ room }) => room === 'dchat')!.unread).toBe(14)
  })

  it('starts over when the daemon hangs', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    const hung = daemon.calls.length
    daemon.isSilent = true
    await link.clock.advance(2_000)
    await eventually(() => daemon.calls.length > hung)
    await link.clock.advance(15_000)
    await stateWhere(link.store, (state) => state.link.at === 'away')
    expect(link.session.isReady).toBe(false)
    daemon.isSilent = false
    await link.clock.advance(15_000)
    await stateWhere(link.store, (state) => state.link.at === 'ready')
  })

  it('takes on what becomes of own lines', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    expect(await link.session.send({ room: 'dchat', text: 'hello', kind: 'text' })).toBe('stored')
    daemon.deliver(1, { state: 'held', written: 3, held: 2 })
    await stateWhere(link.store, (state) =>
      [...shownView(state).talk.items].some((item) => item.type === 'message' && item.message.delivery?.held === 2),
    )
    expect(shownView(link.store.state).talk.items).toHaveLength(1)
  })

  it('sanitises what comes in', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.receive({ text: 'a\u001b[31mb\u202e', nick: 'x\u001b]0;t\u0007', key: 'ff' })
    const state = await stateWhere(link.store, (now) => shownView(now).talk.items.length === 1)
    expect(shownView(state).talk.items.at(0)).toMatchObject({ message: { text: 'a␛b', author: { nick: 'x␛' } } })
  })

  it('drops what is no message', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.pushRaw({ message: { seq: 'x', text: 1 } })
    daemon.pushRaw(null)
    daemon.receive({ text: 'good' })
    await stateWhere(link.store, (now) => texts(now).includes('good'))
    expect(shownView(link.store.state).talk.items).toHaveLength(1)
  })
})

describe('a send whose answer is lost', () => {
  it('is shown once when the line was stored', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.nextSend = 'storeAndCut'
    daemon.isLagging = true
    expect(await link.session.send({ room: 'dchat', text: 'only once', kind: 'text' })).toBe('unsure')
    expect(pendingItems(shownView(link.store.state).talk)).toMatchObject([{ state: 'unsure' }])
    daemon.isLagging = false
    await link.reconnect()
    await stateWhere(link.store, (state) => pendingItems(shownView(state).talk).length === 0)
    expect(texts(link.store.state)).toEqual(['only once'])
  })

  it('is shown once when it was pushed before the link went', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.nextSend = 'storeAndCut'
    expect(await link.session.send({ room: 'dchat', text: 'only once', kind: 'text' })).toBe('unsure')
    await link.reconnect()
    await stateWhere(link.store, (state) => texts(state).length === 1 && pendingItems(shownView(state).talk).length === 0)
    expect(texts(link.store.state)).toEqual(['only once'])
  })

  it('is marked unknown when it was not', async () => {
    await using daemon = new FakeDaemon()
    daemon.receive({ own: true, text: 'lost' })
    await using link = await linked(daemon)
    daemon.nextSend = 'cut'
    expect(await link.session.send({ room: 'dchat', text: 'lost', kind: 'text' })).toBe('unsure')
    await link.reconnect()
    expect(pendingItems(shownView(link.store.state).talk)).toMatchObject([{ state: 'unknown', text: 'lost' }])
    expect(texts(link.store.state)).toEqual(['lost'])
  })

  it('is found further back than the newest page', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.nextSend = 'storeAndCut'
    await link.session.send({ room: 'dchat', text: 'buried', kind: 'text' })
    fill(daemon, MAX_REPLAYED + 500)
    await link.reconnect()
    await stateWhere(link.store, (state) => pendingItems(shownView(state).talk).length === 0)
    expect(texts(link.store.state)).not.toContain('buried')
  })

  it('is settled on the same link when only time ran out', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.nextSend = 'hang'
    const sent = link.session.send({ room: 'dchat', text: 'slow', kind: 'text' })
    await eventually(() => daemon.calls.some((call) => call.method === 'chat.send'))
    // Second by second: the daemon answers what the session asks meanwhile over a real socket.
    for (let second = 0; second < 30; second += 1) await link.clock.advance(1_000)
    expect(await sent).toBe('unsure')
    await stateWhere(link.store, (state) => pendingItems(shownView(state).talk).every((item) => item.state === 'unknown'))
  })

  it('is refused with the reason', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon)
    daemon.nextSend = 'refuse'
    expect(await link.session.send({ room: 'dchat', text: 'x', kind: 'text' })).toBe('failed')
    expect(pendingItems(shownView(link.store.state).talk)).toMatchObject([{ state: 'failed', reason: 'the disk is full' }])
  })

  it('is not taken while the daemon is away', async () => {
    await using daemon = new FakeDaemon()
    await using link = await linked(daemon, { isStarted: false })
    expect(await link.session.send({ room: 'dchat', text: 'x', kind: 'text' })).toBe('away')
    expect(shownView(link.store.state).talk.items).toHaveLength(0)
  })
})
