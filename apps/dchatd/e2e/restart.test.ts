/** What a daemon keeps: its messages, its nick, and no more bytes than it may. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DaemonNode, until } from '@dchat/e2e'
import type { Message } from '@dchat/rpc'

let running: AsyncDisposableStack

beforeEach(() => {
  running = new AsyncDisposableStack()
})

afterEach(() => running.disposeAsync())

/** A node that keeps, and another that dials it. */
async function startPair(config: Record<string, string[]> = {}): Promise<{ keeper: DaemonNode; other: DaemonNode }> {
  const keeper = running.use(await DaemonNode.running({ config: { ...config, net: ['outbound_connections = 0'] } }))
  const net = [`peers = ["${await keeper.url()}"]`, 'outbound_connections = 0']
  const other = running.use(await DaemonNode.running({ config: { net } }))
  await other.hasPeers(1)
  return { keeper, other }
}

describe.each(['SIGTERM', 'SIGKILL'] as const)('after %s and a new start', (signal) => {
  test('history and recv are as before, and seq goes on', async () => {
    const { keeper, other } = await startPair()
    for (const text of ['one', 'two']) {
      await other.client.call('send', { text })
      await keeper.stores(text)
    }
    await keeper.client.call('chat.send', { text: 'mine' })
    await until('the delivery is stored', async () => (await keeper.stores('mine')).delivery!.state === 'sent')
    const before = await keeper.history()
    expect(before.map(({ text }) => text)).toEqual(['one', 'two', 'mine'])
    await keeper.kill(signal)
    await keeper.start()
    expect(await keeper.history()).toEqual(before)
    expect(await keeper.client.call('recv', [])).toEqual(['one', 'two'])
    const { seq } = await keeper.client.call('chat.send', { text: 'later' })
    expect(seq).toBeGreaterThan(before.at(-1)!.seq)
    expect((await keeper.info()).store.messages).toBe(4)
  })

  test('the nick that was set wins over the configured one', async () => {
    const { keeper } = await startPair({ chat: ['nick = "configured"'] })
    expect((await keeper.info()).nick).toBe('configured')
    expect(await keeper.client.call('chat.set_nick', { nick: 'Zoë 日' })).toEqual({
      nick: 'Zoë 日',
      tag: (await keeper.info()).tag,
    })
    await keeper.kill(signal)
    await keeper.start()
    expect((await keeper.info()).nick).toBe('Zoë 日')
    expect(await keeper.client.call('chat.send', { text: 'it is me' })).toMatchObject({ author: { nick: 'Zoë 日' } })
  })
})

describe('[store] max_bytes', () => {
  const MAX_BYTES = 262_144
  const BODY = 'x'.repeat(4_000)

  const isOwn = ({ own }: Message): boolean => own
  const numberOf = ({ text }: Message): number => Number(text.slice(0, 4))
  const line = (index: number, body = BODY): string => `${String(index).padStart(4, '0')} ${body}`
  /** Whole numbers from `from` to below `to`. */
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

  test('is kept: lines of others go first, oldest first, own ones last', async () => {
    const { keeper, other } = await startPair({ store: [`max_bytes = ${MAX_BYTES}`] })
    const isWithin = () => until('the store is small enough', async () => (await keeper.info()).store.bytes <= MAX_BYTES)
    for (const index of range(0, 10)) await keeper.client.call('chat.send', { text: line(index) })
    // Fewer than a room takes of one author in a minute.
    for (const index of range(0, 58)) await other.client.call('send', { text: line(index, 'x'.repeat(8_000)) })
    await keeper.stores(line(57))
    await isWithin()
    const kept = await keeper.history()
    expect(kept.filter(isOwn).map(numberOf)).toEqual(range(0, 10))
    const others = kept.filter((message) => !isOwn(message)).map(numberOf)
    expect(others).toEqual(range(others[0]!, 58))
    expect(others.length).toBeGreaterThan(3)
    expect(others[0]).toBeGreaterThan(0)

    // More own lines than there is room for: everything of others goes, then the oldest of these.
    for (const index of range(10, 16)) await keeper.client.call('send', { text: line(index, 'y'.repeat(60_000)) })
    await isWithin()
    const left = await keeper.history()
    expect(left.every(isOwn)).toBe(true)
    expect(left.map(numberOf)).toEqual(range(16 - left.length, 16))
    expect(left.length).toBe(4)

    await keeper.kill('SIGTERM')
    await keeper.start()
    expect(await keeper.history()).toEqual(left)
    expect((await keeper.info()).store.messages).toBe(left.length)
  })
})
