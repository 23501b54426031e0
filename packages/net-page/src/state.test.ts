import { expect, test } from 'vitest'
import { channel, netStatus } from './example.test-util.ts'
import { EVENTS_MAX } from './limits.ts'
import { FIRST_STATE, reduce } from './state.ts'
import type { Action, PageState } from './state.ts'

const after = (...actions: Action[]): PageState => actions.reduce(reduce, FIRST_STATE)
const event = (name: string): Action => ({ type: 'event', timeMs: 5, event: name, info: null })
const status = (atMs: number, ...channels: ReturnType<typeof channel>[]): Action => ({
  type: 'status',
  status: netStatus({ channels }),
  atMs,
})

test('rates are of what came between two statuses; a new channel has none, one that is gone is forgotten', () => {
  const first = status(1_000, channel({ id: 1, received_bytes: 100, sent_bytes: 10 }), channel({ id: 2 }))
  const second = status(3_000, channel({ id: 1, received_bytes: 300, sent_bytes: 10 }), channel({ id: 3, sent_bytes: 9 }))
  expect(after(first).rates).toEqual(new Map())
  expect(after(first, second).rates).toEqual(new Map([[1, { received: 100, sent: 0 }]]))
  expect(after(second, second).rates).toEqual(new Map())
})

test('of events the newest are kept, each with a number of its own', () => {
  const { events } = after(...Array.from({ length: EVENTS_MAX + 5 }, (_, index) => event(`e${index}`)))
  expect([events.length, events[0]!.text, events.at(-1)]).toEqual([
    EVENTS_MAX,
    'e5',
    { number: EVENTS_MAX + 5, timeMs: 5, text: `e${EVENTS_MAX + 4}` },
  ])
})

test('a pause holds what is shown while more comes, and ends', () => {
  const paused = after(event('a'), { type: 'pause' }, event('b'))
  expect([paused.frozen?.length, paused.events.length]).toEqual([1, 2])
  expect(reduce(paused, { type: 'clear' })).toMatchObject({ frozen: [], events: [] })
  expect(reduce(paused, { type: 'pause' }).frozen).toBeUndefined()
})

test('what was shown stays while the link is down, and goes when a secret is needed; the filter stays', () => {
  const shown = after(status(1, channel()), event('a'), { type: 'hosts', hosts: [] }, { type: 'filter', filter: 'ping' })
  const waiting = reduce(shown, { type: 'link', link: { at: 'waiting', text: 'gone', retryMs: 500 } })
  expect([waiting.status, waiting.events]).toEqual([shown.status, shown.events])
  const locked = reduce(shown, { type: 'link', link: { at: 'locked', text: 'show a token' } })
  expect(locked).toEqual({ ...FIRST_STATE, filter: 'ping', link: { at: 'locked', text: 'show a token' } })
})
