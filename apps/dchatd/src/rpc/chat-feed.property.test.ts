/** Random stores, deliveries and clients of any speed: nothing twice, no loss unannounced, and none for who asks again. */
import type { Delivery, Message } from '@dchat/rpc'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChatFeed } from './chat-feed.ts'
import { TestBackend, signedAuthor } from './testing/test-backend.ts'

type Step =
  | { do: 'store'; room: string }
  | { do: 'deliver'; of: number; written: number }
  | { do: 'retract'; of: number }
  | { do: 'topic'; room: string; nick: string }
  /** The client takes this many of what waits for it; when nothing waits any more, that is told. */
  | { do: 'take'; count: number }
  /** A turn of the event loop: what is scheduled runs. */
  | { do: 'turn' }

interface Params {
  message?: Message
  resume?: number
  seq?: number
  id?: string | null
  delivery?: Delivery
  room?: string | null
  author?: { key: string; nick: string } | null
}
type Notification = { method: string; params: Params }

const CAPACITY = 3

/** A client and its feed: it can read what it missed when it lags, as a careful one does, or not care. */
class Client {
  readonly heard: Notification[] = []
  readonly #backend: TestBackend
  readonly #options: { since: number; room: string | undefined; isCareful: boolean }
  #queue: Notification[] = []
  readonly #feed: ChatFeed
  #isScheduled = false
  /** A refusal promises a drain. */
  #isRefused = false

  constructor(backend: TestBackend, options: { since: number; room: string | undefined; isCareful: boolean }) {
    this.#backend = backend
    this.#options = options
    this.#feed = this.#subscribe()
  }

  turn(): void {
    if (!this.#isScheduled) return
    this.#isScheduled = this.#feed.advance()
  }

  take(count: number): void {
    for (const notification of this.#queue.splice(0, count)) this.#hear(notification)
    if (this.#queue.length === 0 && this.#isRefused) {
      this.#isRefused = false
      this.#isScheduled = true
    }
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && !this.#isScheduled
  }

  #subscribe(): ChatFeed {
    const { since, room } = this.#options
    const feed: ChatFeed = new ChatFeed({
      id: 'chat-1',
      source: this.#backend,
      since,
      ...(room === undefined ? {} : { room }),
      send: (method, params) => {
        if (this.#queue.length >= CAPACITY) {
          this.#isRefused = true
          return false
        }
        this.#queue.push({ method, params: structuredClone(params) as Notification['params'] })
        return true
      },
    })
    this.#backend.onMessage((message) => feed.stored(message))
    this.#backend.onDelivery((change) => feed.deliveryChanged(change))
    this.#backend.onRetraction((retraction) => feed.retracted(retraction))
    this.#backend.onRoomChange((name) => feed.roomChanged(name))
    this.#backend.onAuthorChange((author) => feed.authorChanged(author))
    this.#isScheduled = true
    return feed
  }

  #hear(notification: Notification): void {
    this.heard.push(notification)
    if (notification.method !== 'chat.lagged' || !this.#options.isCareful) return
    for (const message of wanted(this.#backend, { from: notification.params.resume!, room: this.#options.room })) {
      this.heard.push({ method: 'chat.message', params: { message: structuredClone(message) } })
    }
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('store' as const), room: fc.constantFrom('a', 'b') }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), of: fc.nat(200), written: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retract' as const), of: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('topic' as const),
      room: fc.constantFrom('a', 'b'),
      nick: fc.constantFrom('ann', 'bob', 'eve'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'turn' as const }) },
)
const scenario = fc.record({
  stored: fc.nat(80),
  since: fc.nat(90),
  room: fc.constantFrom(undefined, 'a'),
  steps: fc.array(step, { maxLength: 120 }),
})

function play(
  { stored, since, room, steps }: { stored: number; since: number; room: string | undefined; steps: Step[] },
  isCareful: boolean,
): {
  backend: TestBackend
  client: Client
  from: number
  /** The newest nick of each room's one author. */
  nicks: Map<string, string>
} {
  const backend = new TestBackend()
  const store = (name: string): unknown =>
    backend.store({ room: name, own: true, delivery: { state: 'stored', written: 0, held: 0 } })
  for (let count = 0; count < stored; count += 1) store(count % 3 === 0 ? 'b' : 'a')
  const client = new Client(backend, { since, room, isCareful })
  const nicks = new Map<string, string>()
  for (const action of steps) {
    if (action.do === 'store') store(action.room)
    else if (action.do === 'take') client.take(action.count)
    else if (action.do === 'turn') client.turn()
    else if (action.do === 'topic') {
      nicks.set(action.room, action.nick)
      backend.events.publish('room', action.room)
      backend.events.publish('author', signedAuthor(action.room, action.nick))
    } else if (backend.messages.length > 0) {
      const seq = (action.of % backend.messages.length) + 1
      if (action.do === 'retract') backend.takeBack(seq)
      else backend.deliver(seq, { state: 'sent', written: action.written, held: 0 })
    }
  }
  while (!client.isIdle) {
    client.turn()
    client.take(CAPACITY)
  }
  return { backend, client, from: Math.min(since, stored), nicks }
}

const wanted = (backend: TestBackend, { from, room }: { from: number; room: string | undefined }): Message[] =>
  backend.messages.filter((message) => message.seq > from && (room === undefined || message.room === room))

test('messages come in order, none twice, and where one is missing it was announced', () => {
  fc.assert(
    fc.property(scenario, (run) => {
      const { backend, client, from } = play(run, false)
      let last = from
      let isGapAnnounced = false
      for (const { params } of client.heard) {
        const { resume = 0 } = params
        expect(wanted(backend, { from: last, room: run.room }).filter((message) => message.seq <= resume)).toEqual([])
        isGapAnnounced ||= params.resume !== undefined
        if (params.message === undefined) continue
        const { seq } = params.message
        expect(seq).toBeGreaterThan(last)
        const skipped = wanted(backend, { from: last, room: run.room }).filter((message) => message.seq < seq)
        expect(skipped.length === 0 || isGapAnnounced).toBe(true)
        last = seq
        isGapAnnounced = false
      }
      expect(wanted(backend, { from: last, room: run.room }).length === 0 || isGapAnnounced).toBe(true)
    }),
    { numRuns: 1_500 },
  )
})

test('a client that reads what it missed when it lagged has every message, and the newest news of each', () => {
  fc.assert(
    fc.property(scenario, (run) => {
      const { backend, client, from } = play(run, true)
      const known = new Map<number, Message>()
      for (const { method, params } of client.heard) {
        if (params.message !== undefined) known.set(params.message.seq, params.message)
        if (params.seq !== undefined && params.delivery !== undefined && known.has(params.seq)) {
          known.set(params.seq, { ...known.get(params.seq)!, delivery: params.delivery })
        }
        if (method === 'chat.retracted' && known.has(params.seq!)) {
          known.set(params.seq!, { ...known.get(params.seq!)!, id: params.id!, text: '', retracted: true })
        }
      }
      const expected = new Map(wanted(backend, { from, room: run.room }).map((message) => [message.seq, message]))
      for (const seq of known.keys()) if (!expected.has(seq)) known.delete(seq) // asked for again from before its own start
      expect(known).toEqual(expected)
    }),
    { numRuns: 1_500 },
  )
})

test('the newest news of each room and of each person come to a client of any speed', () => {
  fc.assert(
    fc.property(scenario, (run) => {
      const { client, nicks } = play(run, false)
      const heard = new Map(
        client.heard.flatMap(({ params: { author } }): [string, string][] => (author ? [[author.key, author.nick]] : [])),
      )
      expect(heard).toEqual(nicks)
      const rooms = new Set(client.heard.flatMap(({ method, params }) => (method === 'chat.room' ? [params.room] : [])))
      expect(rooms).toEqual(new Set([...nicks.keys()].filter((room) => run.room === undefined || room === run.room)))
    }),
    { numRuns: 500 },
  )
})
