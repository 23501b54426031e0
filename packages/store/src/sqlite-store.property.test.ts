import fc from 'fast-check'
import { ManualClock, MemoryLogger } from '@dchat/system'
import { expect, test } from 'vitest'
import type { HistoryPage, HistoryQuery } from './message-store.ts'
import type { NewMessage, StoredMessage } from './message.ts'
import { openStore } from './open-store.ts'
import { countBytes } from './row.ts'
import { RECEIVED_MS, temporaryFolder } from './testing/builders.ts'
import { inOrder } from './testing/in-order.ts'

/** The store as a plain array. */
class Model {
  lines: StoredMessage[] = []
  lastSeq = 0
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.lines.reduce((sum, line) => sum + countBytes(line), 0)
  }

  add(message: NewMessage): void {
    this.lines.push({ ...message, seq: (this.lastSeq += 1), retracted: false, mention: false, member: null })
  }

  /** At the end of a commit: what is too much goes. */
  settle(): void {
    const rank = (line: NewMessage): number => (line.own ? 2 : line.id === null ? 0 : 1)
    while (this.bytes > this.#maxBytes) {
      const lowest = Math.min(...this.lines.map(rank))
      this.lines.splice(
        this.lines.findIndex((line) => rank(line) === lowest),
        1,
      )
    }
  }

  history({ since, before, after, limit, room, maxBytes = Infinity }: HistoryQuery): HistoryPage {
    const inRoom = this.lines.filter((line) => room === undefined || line.room === room)
    if (since !== undefined) {
      const after = inRoom.filter((line) => line.seq > since)
      const messages = take(after, limit, maxBytes)
      return { messages, more: messages.length < after.length, lastSeq: this.lastSeq }
    }
    const anchor = before ?? after
    const place = this.lines.find((line) => line.seq === anchor)
    if (anchor !== undefined && place === undefined) return { messages: [], more: false, lastSeq: this.lastSeq }
    if (after !== undefined) {
      const later = inRoom.filter((line) => inOrder(line, place!) > 0).toSorted(inOrder)
      const messages = take(later, limit, maxBytes)
      return { messages, more: messages.length < later.length, lastSeq: this.lastSeq }
    }
    const earlier = inRoom.filter((line) => place === undefined || inOrder(line, place) < 0).toSorted(inOrder)
    const messages = take(earlier.toReversed(), limit, maxBytes).toReversed()
    return { messages, more: messages.length < earlier.length, lastSeq: this.lastSeq }
  }
}

function take(lines: readonly StoredMessage[], limit: number, maxBytes: number): StoredMessage[] {
  let bytes = 0
  const end = lines.findIndex((line, index) => index === limit || ((bytes += countBytes(line)) > maxBytes && index > 0))
  return end === -1 ? [...lines] : lines.slice(0, end)
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const ms = fc.integer({ min: RECEIVED_MS, max: RECEIVED_MS + 5 })
const room = fc.constantFrom('dchat', 'other', 'réserve')
const delivery = fc.record({ state: fc.constantFrom('stored', 'sent', 'held', 'failed'), written: fc.nat(9), held: fc.nat(9) })
const base = fc.record({ room, text, received: ms, kind: fc.constantFrom('text', 'action', 'topic', 'system') })
const unsigned = { id: null, authorKey: null, nick: null, time: null }
const message: fc.Arbitrary<NewMessage> = fc.oneof(
  base.map((line) => ({ ...unsigned, ...line, from: 'tcp://10.0.0.1:1', own: false, delivery: null })),
  fc.record({ line: base, id: fc.constantFrom('a1', 'b2', 'c3', 'd4'), time: ms }).map(({ line, id, time }) => ({
    ...line,
    id,
    time,
    authorKey: `key ${id}`,
    nick: 'ann',
    from: null,
    own: false,
    delivery: null,
  })),
  fc.record({ line: base, nick: fc.option(text), delivery }).map(({ line, nick, delivery: how }) => ({
    ...unsigned,
    ...line,
    nick,
    from: null,
    own: true,
    delivery: how,
  })),
)
const maxBytes = fc.integer({ min: 1, max: 900 })
const query = fc.oneof(
  fc.record({ since: fc.nat(40), limit: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ since: fc.nat(40), limit: fc.constant(9), room, maxBytes }, { requiredKeys: ['since', 'limit'] }),
  fc.record({ before: fc.nat(40), limit: fc.integer({ min: 1, max: 9 }), room }, { requiredKeys: ['before', 'limit'] }),
  fc.record({ after: fc.nat(40), limit: fc.integer({ min: 1, max: 9 }), room }, { requiredKeys: ['after', 'limit'] }),
  fc.record({ limit: fc.integer({ min: 1, max: 9 }), room, maxBytes }, { requiredKeys: ['limit'] }),
)
const messages = fc.array(message, { minLength: 1, maxLength: 6 })
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ at: fc.constant('add' as const), messages }) },
  { weight: 3, arbitrary: fc.record({ at: fc.constant('read' as const), query }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('deliver' as const), seq: fc.nat(30), delivery }) },
  { weight: 1, arbitrary: fc.record({ at: fc.constant('reopen' as const) }) },
)

test('a store answers as a plain array would, over any steps', async () => {
  const bound = fc.integer({ min: 300, max: 4000 })
  const runs = fc.asyncProperty(fc.array(step, { maxLength: 14 }), bound, async (steps, bytes) => {
    using folder = temporaryFolder()
    const deps = { clock: new ManualClock(), logger: new MemoryLogger() }
    const open = () => openStore({ path: folder.file('m.db'), maxBytes: bytes, ...deps })
    const model = new Model(bytes)
    let store = open()
    try {
      for (const one of steps) {
        if (one.at === 'add') {
          for (const each of one.messages) {
            store.add(each)
            model.add(each)
          }
        }
        if (one.at === 'deliver') {
          store.setDelivery(one.seq, one.delivery)
          model.lines = model.lines.map((line) => (line.seq === one.seq && line.own ? { ...line, delivery: one.delivery } : line))
        }
        if (one.at === 'reopen') {
          await store.close()
          store = open()
        }
        await store.flush()
        model.settle()
        const asked = one.at === 'read' ? one.query : { since: 0, limit: 1000 }
        expect(store.history(asked)).toEqual(model.history(asked))
        expect(store.stats()).toEqual({ messages: model.lines.length, bytes: model.bytes, lastSeq: model.lastSeq })
      }
      expect(store.history({ since: 0, limit: 1000 }).messages).toEqual(model.lines)
    } finally {
      await store.close()
    }
  })
  await fc.assert(runs, { numRuns: 100 })
}, 60_000)
