import fc from 'fast-check'
import type { Message } from '@dchat/rpc'
import { describe, expect, it } from 'vitest'
import { MAX_LOADED_ITEMS } from '../limits.ts'
import { NOON, aMessage, aPage, aState, someMessages } from '../testing/builders.ts'
import { compareItems } from './items.ts'
import type { ChatState } from './model.ts'
import { reduce } from './reducer.ts'
import { shownView } from './selectors.ts'
import {
  EMPTY_TALK,
  messageEnds,
  pendingItems,
  withDelivery,
  withLive,
  withLocal,
  withNewerPage,
  withNewestPage,
  withOlderPage,
} from './talk.ts'
import type { Talk } from './talk.ts'

const talkOf = (state: ChatState): Talk => shownView(state).talk
const seqs = (talk: Talk): number[] => [...talk.items].flatMap((item) => (item.type === 'message' ? [item.message.seq] : []))

function expectSound(talk: Talk): void {
  const shown = seqs(talk)
  expect(new Set(shown).size).toBe(shown.length)
  for (const seq of shown) expect(talk.items.hasSeq(seq)).toBe(true)
  for (let index = 1; index < talk.items.length; index += 1) {
    expect(compareItems(talk.items.at(index - 1)!, talk.items.at(index)!)).toBeLessThanOrEqual(0)
  }
}

/** A page as the daemon gives it: the `limit` lines before `before`. */
function pageBefore(all: readonly Message[], before: number, limit: number) {
  const earlier = all.filter((message) => message.seq < before)
  return { messages: earlier.slice(-limit), more: earlier.length > limit, lastSeq: all.at(-1)?.seq ?? 0 }
}

describe('the talk in memory', () => {
  it('holds every line once and in order, however pages, live lines and repeats come', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('live' as const),
        from: fc.integer({ min: 1, max: 60 }),
        count: fc.integer({ min: 1, max: 8 }),
      }),
      fc.record({ kind: fc.constant('older' as const), limit: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('notice' as const), at: fc.integer({ min: 0, max: 60 }) }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.array(step, { maxLength: 20 }), (stored, steps) => {
        const all = someMessages(1, 70)
        let talk = withNewestPage(EMPTY_TALK, pageBefore(all, stored + 1, 10))
        let known = stored
        for (const next of steps) {
          if (next.kind === 'live') {
            const from = Math.min(next.from, known + 1)
            talk = withLive(talk, all.slice(from - 1, from - 1 + next.count))
            known = Math.max(known, from - 1 + next.count)
          }
          if (next.kind === 'older')
            talk = withOlderPage(talk, pageBefore(all, messageEnds(talk)?.first.seq ?? known + 1, next.limit))
          if (next.kind === 'notice') {
            talk = withLocal(talk, { type: 'notice', key: `n${next.at}`, at: NOON + next.at * 1_000, level: 'info', text: 'x' })
          }
          expectSound(talk)
        }
        while (talk.hasOlder && messageEnds(talk) !== null)
          talk = withOlderPage(talk, pageBefore(all, messageEnds(talk)!.first.seq, 5))
        const shown = seqs(talk)
        expect(shown).toEqual(all.slice(0, known).map((message) => message.seq))
      }),
      { numRuns: 500 },
    )
  })

  it('gives up its far end and gets it back', () => {
    const all = someMessages(1, MAX_LOADED_ITEMS + 500)
    let talk = withNewestPage(EMPTY_TALK, { messages: all.slice(-100), more: true, lastSeq: all.length })
    while (talk.hasOlder) talk = withOlderPage(talk, pageBefore(all, messageEnds(talk)!.first.seq, 1_000))
    expect(talk.items.length).toBeLessThanOrEqual(MAX_LOADED_ITEMS)
    expect(messageEnds(talk)!.first.seq).toBe(1)
    const last = messageEnds(talk)!.last.seq
    expect(talk).toMatchObject({ hasNewer: true, leftOut: all.length - last })
    expect(withLive(talk, [aMessage(9_999)])).toMatchObject({ leftOut: talk.leftOut + 1, items: talk.items })
    let newer = withNewerPage(talk, { messages: all.slice(last, last + 500), more: true })
    newer = withNewerPage(newer, { messages: all.slice(last + 500), more: false })
    expect(newer).toMatchObject({ hasNewer: false, leftOut: 0, hasOlder: true })
    expect(messageEnds(newer)!.last.seq).toBe(all.length)
    expectSound(newer)
  })

  it('is bounded while it follows, by lines and by text', () => {
    const many = withLive({ ...EMPTY_TALK, hasOlder: false }, someMessages(1, MAX_LOADED_ITEMS + 10))
    expect(many.items.length).toBeLessThanOrEqual(MAX_LOADED_ITEMS)
    expect(messageEnds(many)!.last.seq).toBe(MAX_LOADED_ITEMS + 10)
    expect(many.hasOlder).toBe(true)
    const long = Array.from({ length: 400 }, (_, index) => aMessage(index + 1, { text: 'x'.repeat(65_536) }))
    expect(withLive(EMPTY_TALK, long).items.length).toBeLessThanOrEqual(256)
  })

  it('leaves lines out that belong before its first one', () => {
    const talk = withNewestPage(EMPTY_TALK, { messages: someMessages(10, 20), more: true, lastSeq: 20 })
    expect(seqs(withLive(talk, [aMessage(99, { received: NOON })]))).toEqual(seqs(talk))
    expect(seqs(withLive({ ...talk, hasOlder: false }, [aMessage(99, { received: NOON })]))[0]).toBe(99)
  })

  it('takes on how far a line got', () => {
    const talk = withLive(EMPTY_TALK, [aMessage(1, { own: true, delivery: { state: 'stored', written: 0, held: 0 } })])
    const told = withDelivery(talk, 1, { delivery: { state: 'sent', written: 4, held: 0 } })
    expect(told.items.at(0)).toMatchObject({ message: { delivery: { written: 4 } } })
    const again = withLive(told, [aMessage(1, { own: true, delivery: { state: 'held', written: 4, held: 2 } })])
    expect(again.items.at(0)).toMatchObject({ message: { delivery: { state: 'held' } } })
    expect(withDelivery(talk, 7, { delivery: { state: 'sent', written: 4, held: 0 } })).toBe(talk)
  })
})

describe('own lines under way', () => {
  const send = (localId: number, text = 'hi', afterSeq = 10) => ({
    localId,
    room: 'dchat',
    text,
    kind: 'text' as const,
    at: NOON,
    afterSeq,
  })
  const own = (seq: number, text = 'hi') => aMessage(seq, { own: true, text })

  it('are shown once, in whatever order push, answer and loss come', () => {
    const events = fc.shuffledSubarray(['push1', 'push2', 'answer1', 'answer2', 'unsure1'] as const)
    fc.assert(
      fc.property(events, (order) => {
        let state = reduce(aState(), aPage([]))
        state = reduce(reduce(state, { type: 'sending', send: send(1) }), { type: 'sending', send: send(2) })
        for (const event of order) {
          if (event === 'unsure1') state = reduce(state, { type: 'sendUnsure', send: send(1) })
          else if (event.startsWith('push')) state = reduce(state, { type: 'live', messages: [own(10 + Number(event.at(-1)))] })
          else
            state = reduce(state, { type: 'stored', send: send(Number(event.at(-1))), message: own(10 + Number(event.at(-1))) })
        }
        const stored = new Set(order.filter((event) => event !== 'unsure1').map((event) => event.at(-1))).size
        expect(seqs(talkOf(state))).toHaveLength(stored)
        const isAnsweredTwice = order.includes('answer1') && order.includes('answer2')
        expect(pendingItems(talkOf(state)).length).toBeLessThanOrEqual(2 - Math.min(2, stored))
        expect(isAnsweredTwice && pendingItems(talkOf(state)).length > 0).toBe(false)
      }),
    )
  })

  it('are not taken for older lines, other texts or lines of others', () => {
    const state = reduce(aState(), { type: 'sending', send: send(1) })
    for (const message of [
      own(10),
      own(11, 'other'),
      aMessage(12, { text: 'hi' }),
      aMessage(13, { own: true, text: 'hi', kind: 'action' }),
    ]) {
      expect(pendingItems(talkOf(reduce(state, { type: 'live', messages: [message] })))).toHaveLength(1)
    }
    expect(pendingItems(talkOf(reduce(state, { type: 'live', messages: [own(11)] })))).toHaveLength(0)
  })

  it('are unknown when the history does not have them, and come true later', () => {
    let state = reduce(aState(), { type: 'sending', send: send(1) })
    state = reduce(state, { type: 'sendUnsure', send: send(1) })
    state = reduce(state, { type: 'sendsSettled', localIds: new Set([1]) })
    expect(pendingItems(talkOf(state))[0]).toMatchObject({ state: 'unknown' })
    state = reduce(state, { type: 'live', messages: [own(11)] })
    expect(pendingItems(talkOf(state))).toHaveLength(0)
  })

  it('come back as failed when they were refused', () => {
    let state = reduce(aState(), { type: 'sending', send: send(1) })
    state = reduce(state, { type: 'sendFailed', send: send(1), reason: 'the disk is full' })
    expect(pendingItems(talkOf(state))).toMatchObject([{ state: 'failed', reason: 'the disk is full', text: 'hi' }])
    expect(pendingItems(talkOf(reduce(state, { type: 'cleared' })))).toEqual([])
  })

  it('stay when the view is cleared while they wait', () => {
    const state = reduce(aState(), { type: 'sending', send: send(1) })
    expect(pendingItems(talkOf(reduce(state, { type: 'cleared' })))).toHaveLength(1)
  })
})
