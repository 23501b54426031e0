/** The daemon's methods of the network and of the node itself. */
import { connect as connectSocket } from 'node:net'
import { LineSplitter, rpcError } from '@dchat/rpc'
import type { MethodName } from '@dchat/rpc'
import { NOTIFICATIONS, isOfSchema } from '@dchat/rpc/schemas'
import { NetError } from '@dchat/net'
import { describe, expect, test } from 'vitest'
import { backend, client, failure, connect, soon, listen, logger, path, fetchOverUnix, clock } from './methods.test-util.ts'

describe('the methods of the reference', () => {
  test.each<[MethodName, unknown, unknown]>([
    ['ping', [], 'pong'],
    ['send', ['hello'], true],
    ['recv', [], ['from a peer']],
    ['p2p.get_info', [], { channels: [{ url: 'tcp://127.0.0.1:1', session: 'outbound', id: 7 }], outbound_slots: [7, 0] }],
    ['dnet.switch', [true], true],
  ])('%s %j', async (method, params, result) => {
    backend.store({ text: 'from a peer' })
    backend.store({ text: 'own', own: true })
    expect(await client.callRaw(method, params)).toEqual(result)
  })

  test('spawns is not of a chat daemon', async () => {
    expect(await failure('spawns', [])).toMatchObject({ code: -32_601 })
  })
})

describe('net.subscribe', () => {
  test('follows the network beside dnet, one subscription a connection, until it is ended', async () => {
    const heard = listen(client)
    const subscription = await client.call('net.subscribe', {})
    expect([await client.call('net.subscribe', []), await client.call('dnet.subscribe_events', [])]).toEqual([
      subscription,
      'dnet-2',
    ])
    const event = { time: 1_795_687_200_000, event: 'send', info: { cmd: 'ping' } }
    backend.events.publish('net', event)
    await soon(() => heard, [{ method: 'net.event', params: { subscription, ...event } }])
    expect(isOfSchema(NOTIFICATIONS['net.event'], heard[0]!.params)).toBe(true)
    expect(await client.call('chat.unsubscribe', { subscription })).toBe(true)
    expect([backend.events.listenerCount('net'), backend.events.listenerCount('dnet')]).toEqual([0, 1])
    expect(await client.call('net.subscribe', {})).not.toBe(subscription)
  })

  test('ends with the connection', async () => {
    const other = await connect()
    await other.call('net.subscribe', [])
    expect(backend.events.listenerCount('net')).toBe(1)
    await other.close()
    await soon(() => backend.events.listenerCount('net'), 0)
  })
})

describe('dnet.subscribe_events', () => {
  const event = (name: string, info: unknown = {}): { event: string; info: unknown } => ({ event: name, info })
  const notification = (name: string, info: unknown = {}) => ({ method: 'dnet.subscribe_events', params: [event(name, info)] })

  test('gives a string, then events in an array; asking twice is one subscription', async () => {
    const heard = listen(client)
    const id = await client.call('dnet.subscribe_events', {})
    expect(typeof id).toBe('string')
    expect(await client.call('dnet.subscribe_events', [])).toBe(id)
    backend.events.publish('dnet', event('send', { chan: { id: 7 } }))
    await soon(() => heard, [notification('send', { chan: { id: 7 } })])
    await client.call('chat.unsubscribe', { subscription: id })
    backend.events.publish('dnet', event('send'))
    await client.call('ping', [])
    expect(heard).toHaveLength(1)
  })

  test('passes every kind on as it is, those of direct channels too', async () => {
    const heard = listen(client)
    await client.call('dnet.subscribe_events', [])
    const events = [
      event('recv', { chan: { addr: 'tcp://127.0.0.1:1/', id: 4_294_967_295 }, cmd: 'ping', time: '1795000000000000001' }),
      event('direct_connecting', { connect_addr: 'tcp+tls://a.example:1/' }),
      event('direct_connected', { connect_addr: 'tcp+tls://a.example:1/', addr: 'tor+tls://a.example:1/', channel_id: 9 }),
      event('direct_disconnected', { connect_addr: 'tcp+tls://a.example:1/', err: 'why' }),
      event('direct_peer_discovery', { attempt: 1, state: 'newchan' }),
      event('one_of_tomorrow', { deep: [{ null: null }] }),
    ]
    for (const each of events) backend.events.publish('dnet', each)
    await soon(() => heard.length, events.length)
    expect(heard).toEqual(events.map((each) => ({ method: 'dnet.subscribe_events', params: [each] })))
  })

  test('each connection has its own, which ends with it', async () => {
    const heard = listen(client)
    await client.call('dnet.subscribe_events', [])
    await using other = await connect()
    const heardByOther = listen(other)
    await other.call('dnet.subscribe_events', [])
    backend.events.publish('dnet', event('send'))
    await soon(() => [heard, heardByOther], [[notification('send')], [notification('send')]])
    expect(backend.events.listenerCount('dnet')).toBe(2)
    await other.close()
    await soon(() => backend.events.listenerCount('dnet'), 1)
    backend.events.publish('dnet', event('recv'))
    await soon(() => heard, [notification('send'), notification('recv')])
    expect(heardByOther).toHaveLength(1)
  })

  test('a client that does not read loses events, is told of no more than fits, and holds up nobody', async () => {
    const heard = listen(client)
    await client.call('dnet.subscribe_events', [])
    const raw = connectSocket({ path: path() })
    const splitter = new LineSplitter(4_194_304)
    const numbers: (number | undefined)[] = []
    raw.on('data', (chunk: Buffer) => {
      splitter.push(chunk)
      for (let line = splitter.next(); line !== undefined; line = splitter.next())
        numbers.push((JSON.parse(line.toString()) as { params?: { info: { count: number } }[] }).params?.[0]!.info.count)
    })
    raw.write('{"jsonrpc":"2.0","id":1,"method":"dnet.subscribe_events"}\n')
    await soon(() => numbers, [undefined])
    raw.pause()
    const padding = 'x'.repeat(1_000)
    for (let count = 0; count < 6_000; count += 1) {
      backend.events.publish('dnet', event('send', { count, padding }))
      if (count % 100 === 99) await client.call('ping', []) // the one that reads gets its turn
    }
    await soon(() => heard.length, 6_000)
    const warnings = logger.records.filter(({ message }) => message === 'RPC client is too slow, network events are lost')
    expect(warnings).toHaveLength(1)

    raw.resume()
    await soon(() => {
      backend.events.publish('dnet', event('send', { count: 6_000 }))
      return numbers.includes(6_000)
    }, true)
    const kept = numbers.slice(1, numbers.indexOf(6_000))
    expect(kept).toEqual(Array.from(kept, (_value, index) => index))
    expect(kept.length).toBeLessThan(3_000) // a mebibyte, and what the two sockets hold
    raw.destroy()
    await soon(() => backend.events.listenerCount('dnet'), 1)
  })

  test('over HTTP it is refused with the way to get it', async () => {
    const answer = await fetchOverUnix('{"jsonrpc":"2.0","id":1,"method":"dnet.subscribe_events"}')
    expect(answer).toMatchObject({ error: { code: -32_600, data: { hint: expect.stringContaining('/ws') as string } } })
  })
})

describe('the network and the node', () => {
  test('p2p.connect ends with the handshake', async () => {
    const call = client.call('p2p.connect', { url: 'tcp://127.0.0.1:9' })
    await soon(() => backend.connecting?.url, 'tcp://127.0.0.1:9')
    backend.connecting!.resolve()
    expect(await call).toBe(true)
  })

  test('p2p.connect gives up with its connection', async () => {
    const other = await connect()
    const call = other.call('p2p.connect', { url: 'tcp://127.0.0.1:9' }).catch(() => 'lost')
    await soon(() => backend.connecting !== undefined, true)
    await other.close()
    await soon(() => clock.pendingTimers, 1)
    await clock.advance(5_000)
    await soon(() => backend.connecting!.signal.aborted, true)
    expect(await call).toBe('lost')
  })

  test('p2p.disconnect', async () => {
    expect(await client.call('p2p.disconnect', { channel: 7 })).toBe(true)
    expect(await failure('p2p.disconnect', [8])).toMatchObject({ code: -32_004 })
    expect(await failure('p2p.disconnect', ['7'])).toMatchObject({ code: -32_602 })
  })

  test('bans.add lasts a day unless told, bans.remove says when there was none', async () => {
    expect(await client.call('bans.add', { target: '1.2.3.4' })).toBe(true)
    expect(await client.callRaw('bans.add', ['1.2.3.4', 1])).toBe(true)
    expect(backend.calls).toEqual([
      ['ban', '1.2.3.4', 24],
      ['ban', '1.2.3.4', 1],
    ])
    expect(await client.call('bans.remove', { target: '9.9.9.9' })).toBe(true)
    expect(await failure('bans.remove', ['1.2.3.4'])).toMatchObject({
      code: -32_004,
      data: { hint: 'nothing of this name is banned; bans.list lists what is' },
    })
    expect(await failure('bans.remove', ['tcp://8.8.8.8:5/'])).toMatchObject({
      data: { hint: 'nothing of this name is banned; its host is, with all ports: 8.8.8.8' },
    })
    for (const hours of [0, -1, 0.5, 87_601, '1']) {
      expect(await failure('bans.add', ['1.2.3.4', hours])).toMatchObject({ code: -32_602 })
    }
    backend.failure = new NetError('NET_ADDRESS_INVALID', { address: '1.2.3.0/24', reason: 'IPv4 takes /32 only' })
    expect(await failure('bans.add', ['1.2.3.0/24'])).toMatchObject({
      code: -32_602,
      data: { hint: '1.2.3.0/24 IPv4 takes /32 only' },
    })
  })

  test('hosts.list tells all, or those of a list', async () => {
    expect((await client.call('hosts.list', {})).map(({ color }) => color)).toEqual(['gold', 'grey'])
    expect(await client.callRaw('hosts.list', ['grey'])).toEqual([{ url: 'tcp://8.8.8.8:8/', last_seen: 1, color: 'grey' }])
    expect(await failure('hosts.list', ['blue'])).toMatchObject({
      data: { hint: 'color must be "grey", "white", "gold", "black" or "dark"' },
    })
  })

  test('log.set_level is handed on', async () => {
    expect(await client.call('log.set_level', { level: 'debug', module: 'net' })).toBe(true)
    expect(await client.callRaw('log.set_level', ['warn'])).toBe(true)
    expect(backend.calls).toEqual([
      ['setLogLevel', { level: 'debug', module: 'net' }],
      ['setLogLevel', { level: 'warn' }],
    ])
    expect(await failure('log.set_level', ['loud'])).toMatchObject({ code: -32_602 })
    expect(await failure('log.set_level', ['info', 'nothing'])).toMatchObject({ code: -32_602 })
  })

  test.each([
    ['send', 'STORE_FULL', -32_007, true],
    ['send', 'STORE_CLOSED', -32_006, true],
    ['p2p.connect', 'NET_DIAL_FAILED', -32_005, true],
    ['p2p.connect', 'NET_STOPPED', -32_006, true],
    ['p2p.connect', 'NET_SCHEME_UNSUPPORTED', -32_602, false],
    ['send', 'ERR_INVALID_ARG_TYPE', -32_603, false],
  ])('%s that meets %s answers %i', async (method, code, answer, retryable) => {
    backend.failure = Object.assign(new Error('reason'), { code })
    expect(await failure(method, ['tcp://a:1'])).toMatchObject({ code: answer, data: { retryable } })
    expect(logger.records.length).toBe(answer === -32_603 ? 1 : 0)
  })

  test('an RpcError of the daemon is answered as it is', async () => {
    backend.failure = rpcError('invalid_params', 'there is only one room')
    expect(await failure('chat.send', ['a'])).toMatchObject({ code: -32_602, data: { hint: 'there is only one room' } })
  })

  test('node.stop answers first, over lines and HTTP', async () => {
    expect(await client.call('node.stop', {})).toBe(true)
    await soon(() => backend.isStopped, true)
    backend.isStopped = false
    expect(await fetchOverUnix('{"jsonrpc":"2.0","id":1,"method":"node.stop"}')).toEqual({ jsonrpc: '2.0', id: 1, result: true })
    await soon(() => backend.isStopped, true)
  })
})
