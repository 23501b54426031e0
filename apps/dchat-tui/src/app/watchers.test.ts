/** What is found out beside the talk: who can read an encrypted room, and that somebody goes by a known nick. */
import { ManualClock } from '@dchat/system'
import { RpcError } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { plainRoom } from '../state/rooms.ts'
import { shownView } from '../state/selectors.ts'
import { Store } from '../state/store.ts'
import { aMessage, aPage, aState } from '../testing/builders.ts'
import { ANN, BOB, CATS, FAKE_ANN, STRANGER, WITH_ANN, verificationOf, vouched } from '../testing/people.ts'
import { ImpostorWatch } from './impostor-watch.ts'
import { FactsKeeper } from './room-facts.ts'

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function setUp(answers: Record<string, () => unknown>) {
  const store = new Store(aState({ link: { at: 'ready' }, rooms: [plainRoom('dchat'), CATS, WITH_ANN] }))
  const asked: [string, unknown][] = []
  const session = {
    call: async (method: string, params: unknown) => {
      asked.push([method, params])
      const answer = answers[method]!()
      if (answer instanceof Error) throw answer
      return answer as never
    },
  }
  const notices = (): string[] =>
    [...shownView(store.state).talk.items].flatMap((item) =>
      item.type === 'notice' && item.level === 'error' ? [item.text] : [],
    )
  return { store, asked, session, notices }
}

describe('FactsKeeper', () => {
  it('asks when an encrypted room comes on, and again when somebody is verified', async () => {
    let pinned = false
    const { store, asked, session } = setUp({ 'identity.verify': () => verificationOf(ANN, { pinned }) })
    const keeper = new FactsKeeper({ store, session })
    keeper.start()
    store.dispatch({ type: 'ticked', nowMs: 0 })
    expect(asked).toEqual([])
    store.dispatch({ type: 'shown', room: WITH_ANN.room })
    await settled()
    expect(asked).toEqual([['identity.verify', { key: ANN.key }]])
    expect(store.state.facts.get(WITH_ANN.room)).toEqual({ kind: 'direct', isVerified: false })
    store.dispatch({ type: 'live', messages: [aMessage(1, { room: WITH_ANN.room })] })
    pinned = true
    keeper.refresh()
    await settled()
    expect(asked).toHaveLength(2)
    expect(store.state.facts.get(WITH_ANN.room)).toEqual({ kind: 'direct', isVerified: true })
    keeper.stop()
    store.dispatch({ type: 'shown', room: CATS.room })
    expect(asked).toHaveLength(2)
  })

  it('counts the members again when somebody new writes', async () => {
    let members = [vouched(BOB)]
    const { store, asked, session } = setUp({ 'room.members': () => members })
    const keeper = new FactsKeeper({ store, session })
    keeper.start()
    store.dispatch({ type: 'shown', room: CATS.room })
    await settled()
    expect(store.state.facts.get(CATS.room)).toMatchObject({ kind: 'private', members: 1, unverified: 0 })
    members = [vouched(BOB), STRANGER]
    store.dispatch({ type: 'live', messages: [aMessage(1, { room: CATS.room, author: STRANGER })] })
    store.dispatch({ type: 'live', messages: [aMessage(2, { room: CATS.room, author: STRANGER })] })
    await settled()
    await settled()
    expect(asked).toHaveLength(2)
    expect(store.state.facts.get(CATS.room)).toMatchObject({ kind: 'private', members: 2, unverified: 1 })
    keeper.stop()
  })

  it('does without an answer, and asks anew on the next link', async () => {
    const refused = new RpcError(-32601, 'method not found')
    const { store, asked, session } = setUp({ 'room.members': () => refused })
    const keeper = new FactsKeeper({ store, session })
    keeper.start()
    store.dispatch({ type: 'shown', room: CATS.room })
    await settled()
    expect(store.state.facts.size).toBe(0)
    store.dispatch({ type: 'link', link: { at: 'connecting' } })
    store.dispatch({ type: 'link', link: { at: 'ready' } })
    await settled()
    expect(asked).toHaveLength(2)
    keeper.stop()
  })
})

describe('ImpostorWatch', () => {
  const clock = new ManualClock()
  const known = { 'identity.verify': () => verificationOf(ANN) }

  it('warns once for each key, with both tags and what to do, in the room that is shown', async () => {
    const { store, session, notices } = setUp(known)
    const watch = new ImpostorWatch({ store, session, clock })
    watch.start()
    store.dispatch(aPage([aMessage(1, { author: ANN }), aMessage(2, { author: FAKE_ANN })]))
    store.dispatch({ type: 'live', messages: [aMessage(3, { author: FAKE_ANN })] })
    await settled()
    expect(notices()).toHaveLength(1)
    expect(notices()[0]).toContain('ann#faketag000 is NOT the ann you know, who is ann#anntag000')
    expect(notices()[0]).toContain('/verify ann#faketag000')
    watch.stop()
  })

  it('hears of a nick that is taken later, and of a conversation', async () => {
    const { store, session, notices } = setUp(known)
    const watch = new ImpostorWatch({ store, session, clock })
    watch.start()
    store.dispatch(aPage([aMessage(1, { author: { ...FAKE_ANN, nick: 'mallory', known_as: null } })]))
    expect(notices()).toEqual([])
    store.dispatch({ type: 'author', author: FAKE_ANN })
    await settled()
    expect(notices()).toHaveLength(1)
    const other = setUp(known)
    const second = new ImpostorWatch({ store: other.store, session: other.session, clock })
    second.start()
    const conversation = { ...WITH_ANN, room: `@${FAKE_ANN.key}`, author: FAKE_ANN }
    other.store.dispatch({ type: 'rooms', rooms: [plainRoom('dchat'), conversation] })
    other.store.dispatch({ type: 'shown', room: conversation.room })
    await settled()
    expect(other.notices()).toHaveLength(1)
    second.stop()
    watch.stop()
  })

  it('warns without an answer too', async () => {
    const { store, session, notices } = setUp({ 'identity.verify': () => new RpcError(-32601, 'method not found') })
    const watch = new ImpostorWatch({ store, session, clock })
    watch.start()
    store.dispatch(aPage([aMessage(2, { author: FAKE_ANN })]))
    await settled()
    expect(notices()[0]).toContain(`the key ${ANN.key!.slice(0, 16)}`)
    watch.stop()
  })
})
