import { expect, test } from 'vitest'
import { ChatFeed } from './chat-feed.ts'
import { TestBackend, signedAuthor } from './testing/test-backend.ts'
import { MAX_WAITING_NEWS } from './waiting-news.ts'

interface Setup {
  backend: TestBackend
  feed: ChatFeed
  /** What the client was sent, in short: a seq, `d<seq>`, `r<seq>`, `lagged<resume>`, `#room`, `@nick`, or `sync<received>`. */
  sent: string[]
  /** While it is false nothing can be queued. */
  client: { takes: boolean }
  /** Advances until nothing more is to be done at once. */
  run: () => void
}

interface Params {
  message?: { seq: number }
  seq?: number
  resume?: number
  room?: string | null
  author?: { nick: string } | null
  sync?: { received: number }
}

function inShort(method: string, { message, seq, resume, room, author, sync }: Params): string {
  switch (method) {
    case 'chat.message':
      return `${message!.seq}`
    case 'chat.delivery':
      return `d${seq}`
    case 'chat.retracted':
      return `r${seq}`
    case 'chat.room':
      return `#${room}`
    case 'chat.nick':
      return `@${author === null ? null : author!.nick}`
    case 'chat.progress':
      return `sync${sync!.received}`
    default:
      return `lagged${resume}`
  }
}

function setup(options: { since?: number; room?: string; stored?: number } = {}): Setup {
  const backend = new TestBackend()
  for (let count = 0; count < (options.stored ?? 0); count += 1) backend.store({ own: true })
  const sent: string[] = []
  const client = { takes: true }
  const feed = new ChatFeed({
    id: 'chat-1',
    source: backend,
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.room === undefined ? {} : { room: options.room }),
    send: (method, params) => {
      if (!client.takes) return false
      sent.push(inShort(method, params as Params))
      return true
    },
  })
  backend.onMessage((message) => feed.stored(message))
  backend.onDelivery((change) => feed.deliveryChanged(change))
  backend.onRetraction((retraction) => feed.retracted(retraction))
  backend.onRoomChange((room) => feed.roomChanged(room))
  backend.onAuthorChange((author) => feed.authorChanged(author))
  backend.onProgress((sync) => feed.progressed(sync))
  return {
    backend,
    feed,
    sent,
    client,
    run: () => {
      while (feed.advance());
    },
  }
}

const SENT = { state: 'sent', written: 1, held: 0 } as const

test('without since it follows from now on', () => {
  const { backend, sent, run } = setup({ stored: 3 })
  run()
  backend.store()
  expect(sent).toEqual(['4'])
})

test('with since it replays page by page, then follows', () => {
  const { backend, feed, sent, run } = setup({ stored: 70, since: 5 })
  expect(feed.advance()).toBe(true)
  expect(sent).toHaveLength(32)
  backend.store() // stored while it replays: it comes with a page, once
  run()
  backend.store()
  expect(sent).toEqual(Array.from({ length: 67 }, (_value, index) => `${index + 6}`))
})

test('a since beyond the newest means the newest: a store that was replaced does not silence it', () => {
  const { backend, sent, run } = setup({ stored: 2, since: 1_000 })
  run()
  backend.store()
  expect(sent).toEqual(['3'])
})

test('a room hears its own messages only', () => {
  const { backend, sent, run } = setup({ since: 0, room: 'b' })
  backend.store({ room: 'a' })
  backend.store({ room: 'b' })
  run()
  backend.store({ room: 'a' })
  backend.store({ room: 'b' })
  backend.deliver(1, SENT)
  backend.deliver(2, SENT)
  expect(sent).toEqual(['2', '4', 'd2'])
})

test('a replay waits for a slow client and does not lag', () => {
  const { client, sent, run } = setup({ stored: 3, since: 0 })
  client.takes = false
  run()
  client.takes = true
  run()
  expect(sent).toEqual(['1', '2', '3'])
})

test('a live message that cannot be queued makes it lag; it is told once, and goes on', () => {
  const { backend, client, sent, run } = setup({ stored: 1 })
  run()
  backend.store()
  client.takes = false
  backend.store()
  backend.store()
  run()
  client.takes = true
  run()
  backend.store()
  expect(sent).toEqual(['2', 'lagged2', '5'])
})

test('deliveries wait for a slow client, the newest of each message', () => {
  const { backend, client, sent, run } = setup({ stored: 3, since: 0 })
  run()
  client.takes = false
  backend.deliver(2, SENT)
  backend.deliver(2, { ...SENT, written: 2 })
  client.takes = true
  run()
  expect(sent).toEqual(['1', '2', '3', 'd2'])
})

test('deliveries beyond the bound make it lag from before the first that was dropped', () => {
  const { backend, client, sent, run } = setup({ stored: MAX_WAITING_NEWS + 5 })
  run()
  client.takes = false
  for (let seq = 3; seq < MAX_WAITING_NEWS + 3; seq += 1) backend.deliver(seq, SENT)
  backend.deliver(2, SENT)
  backend.deliver(1, SENT)
  client.takes = true
  run()
  expect(sent).toEqual(['lagged0'])
})

test('the news of a message that is not sent yet come with it', () => {
  const { backend, sent, run } = setup({ stored: 3, since: 0 })
  backend.deliver(2, SENT)
  run()
  expect(sent).toEqual(['1', '2', '3'])
})

test('when the store fails it lags, and goes on', () => {
  const { backend, feed, sent, run } = setup({ stored: 3, since: 1 })
  backend.failure = new Error('disk')
  expect(() => feed.advance()).toThrow('disk')
  feed.failed()
  run()
  backend.store()
  expect(sent).toEqual(['lagged1', '4'])
})

test('retractions wait as deliveries do, beside them, and come with a line that is not sent yet', () => {
  const { backend, client, sent, run } = setup({ stored: 3, since: 0 })
  backend.takeBack(3)
  run()
  client.takes = false
  backend.deliver(1, SENT)
  backend.takeBack(1)
  client.takes = true
  run()
  backend.takeBack(2)
  expect(sent).toEqual(['1', '2', '3', 'd1', 'r1', 'r2'])
})

test('news of rooms and people wait for a slow client, the newest of each', () => {
  const { backend, client, sent, run } = setup()
  run()
  client.takes = false
  for (const room of ['a', 'b', 'a']) backend.events.publish('room', room)
  for (const nick of ['ann', 'bob', 'bee']) backend.events.publish('author', signedAuthor(nick === 'ann' ? 'k1' : 'k2', nick))
  client.takes = true
  run()
  backend.events.publish('room', 'c')
  expect(sent).toEqual(['#a', '#b', '@ann', '@bee', '#c'])
})

test('of more rooms or people than are remembered a slow client hears that there are many', () => {
  const { backend, client, sent, run } = setup()
  run()
  client.takes = false
  for (let count = 0; count < 2 * MAX_WAITING_NEWS; count += 1) {
    backend.events.publish('room', `r${count}`)
    if (count <= MAX_WAITING_NEWS) backend.events.publish('author', signedAuthor(`k${count}`, 'x'))
  }
  client.takes = true
  run()
  backend.events.publish('room', 'a')
  expect(sent).toEqual(['#null', '@null', '#a'])
})

test('progress waits for a slow client, the newest only, and none of it is lost with lines', () => {
  const { backend, client, sent, run } = setup()
  const progress = (received: number): void =>
    backend.events.publish('progress', { state: 'paging', room: 'a', received, expected: 9, peers: 1 })
  run()
  progress(1)
  client.takes = false
  backend.store()
  progress(2)
  progress(3)
  client.takes = true
  run()
  expect(sent).toEqual(['sync1', 'lagged0', 'sync3'])
})

test('a subscription of one room hears of that room only', () => {
  const { backend, sent, run } = setup({ room: 'b' })
  run()
  backend.events.publish('room', 'a')
  backend.events.publish('room', 'b')
  expect(sent).toEqual(['#b'])
})
