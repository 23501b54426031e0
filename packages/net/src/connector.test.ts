import { getEventListeners } from 'node:events'
import { ManualClock, MemoryLogger, sleep } from '@dchat/system'
import { expect, test } from 'vitest'
import type { Channel, ChannelInfo } from './channel.ts'
import { NodeCounts } from './node-counts.ts'
import { Connector } from './connector.ts'
import { SessionFlag } from './sessions/session-flags.ts'
import { makeSettings, profileOf } from './settings.ts'
import type { Settings } from './settings.ts'
import { MemoryNetwork } from './transports/memory.ts'
import { dialEndpoints } from './transports/mixing.ts'
import type { DialOptions, Transport } from './transports/transport.ts'

const URL = 'tcp://9.9.9.9:9/'

/** A transport that never answers. */
const silent: Transport = {
  dial: (_url, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })),
  listen: () => Promise.reject(new Error('not here')),
}

interface World {
  readonly clock: ManualClock
  readonly logger: MemoryLogger
  readonly dials: [url: string, isGlobalOnly: boolean | undefined][]
  readonly connector: Connector
  readonly network: MemoryNetwork
  readonly transports: Map<string, Transport>
  readonly counts: NodeCounts
}

/** A connector over a memory network; schemes in `deaf` never answer. What it makes is the info of the channel alone. */
function world(settings: Partial<Settings>, deaf: readonly string[] = []): World {
  const clock = new ManualClock()
  const network = new MemoryNetwork({ clock })
  const logger = new MemoryLogger()
  const dials: [string, boolean | undefined][] = []
  const noting = (inner: Transport): Transport => ({
    dial: (url: string, options: DialOptions) => {
      dials.push([url, options.isGlobalOnly])
      return inner.dial(url, options)
    },
    listen: (url, onStream) => inner.listen(url, onStream),
  })
  const transports = new Map<string, Transport>(
    ['tcp', 'tor', 'nym', 'socks5'].map((scheme) => [
      scheme,
      noting(deaf.includes(scheme) ? silent : network.transport('1.1.1.1', scheme)),
    ]),
  )
  const made = makeSettings(settings)
  const counts = new NodeCounts()
  const connector = new Connector({
    clock,
    logger,
    transports,
    counts,
    endpointsOf: (url) => dialEndpoints(url, made, transports),
    isLocalnet: () => made.localnet,
    profileOf: (scheme) => profileOf(made, scheme),
    makeChannel: (stream, info) => {
      stream.destroy()
      return { info } as unknown as Channel
    },
  })
  return { clock, logger, dials, connector, network, transports, counts }
}

/** Connects while time goes on. */
async function connect(
  { connector, clock }: World,
  url = URL,
  signal = new AbortController().signal,
): Promise<Omit<ChannelInfo, 'id'>> {
  let isSettled = false
  const connecting = connector.connect(url, SessionFlag.Manual, signal).finally(() => (isSettled = true))
  connecting.catch(() => {})
  await clock.runUntil(() => isSettled)
  return (await connecting).info
}

async function listenAt(at: World, url: string): Promise<void> {
  const listening = at.network.transport('9.9.9.9').listen(url, (stream) => stream.destroy())
  await at.clock.advance(0)
  await listening
}

test('a mixed endpoint is tried before the direct one, and the channel keeps the address of the peer', async () => {
  const there = world({ activeProfiles: ['tcp', 'tor'], mixedProfiles: ['tcp'] })
  await listenAt(there, 'tor://9.9.9.9:9/')
  expect(await connect(there)).toEqual({ url: URL, resolvedUrl: 'tor://9.9.9.9:9/', session: SessionFlag.Manual })
  expect(there.dials.map(([url]) => url)).toEqual(['tor://9.9.9.9:9/'])
  expect(there.clock.pendingTimers).toBe(0)
})

test('an endpoint that does not answer has the time of its own profile, then the next is tried', async () => {
  const there = world({ activeProfiles: ['tcp', 'tor', 'nym'], mixedProfiles: ['tcp'] }, ['tor', 'nym'])
  await listenAt(there, URL)
  expect(await connect(there)).toMatchObject({ url: URL, resolvedUrl: URL })
  expect(there.dials.map(([url]) => url)).toEqual(['tor://9.9.9.9:9/', 'nym://9.9.9.9:9/', URL])
  expect(there.clock.monotonicMs()).toBe(130_000)
  expect(there.logger.records.map(({ level, fields }) => [level, fields['endpoint']])).toEqual([
    ['debug', 'tor://9.9.9.9:9/'],
    ['debug', 'nym://9.9.9.9:9/'],
  ])
  expect(there.clock.pendingTimers).toBe(0)
})

test('when all fail, the last one says why', async () => {
  const there = world({ activeProfiles: ['tcp', 'tor'], mixedProfiles: ['tcp'] })
  await expect(connect(there)).rejects.toMatchObject({ code: 'NET_DIAL_FAILED', data: { url: URL, reason: 'ECONNREFUSED' } })
  const mixedAlone = world({ activeProfiles: ['tor'], mixedProfiles: ['tcp'] }, ['tor'])
  await expect(connect(mixedAlone)).rejects.toMatchObject({
    code: 'NET_DIAL_TIMEOUT',
    data: { url: 'tor://9.9.9.9:9/', timeoutMs: 65_000 },
  })
})

test('a scheme that is neither active nor mixable is not dialled at all', async () => {
  const there = world({ activeProfiles: ['tor'], mixedProfiles: [] })
  await expect(connect(there)).rejects.toMatchObject({ code: 'NET_SCHEME_UNSUPPORTED', data: { url: URL, scheme: 'tcp' } })
  await expect(connect(there, 'quic://9.9.9.9:9')).rejects.toMatchObject({ code: 'NET_SCHEME_UNSUPPORTED' })
  expect(there.dials).toEqual([])
})

test('dials are counted by how they ended, each endpoint for itself', async () => {
  const there = world({ activeProfiles: ['tcp', 'tor'], mixedProfiles: ['tcp'] }, ['tor'])
  await listenAt(there, URL)
  await connect(there)
  await expect(connect(there, 'quic://9.9.9.9:9')).rejects.toMatchObject({ code: 'NET_SCHEME_UNSUPPORTED' })
  await expect(connect(there, 'tcp://9.9.9.9:10')).rejects.toMatchObject({ code: 'NET_DIAL_FAILED' })
  const ending = new AbortController()
  const connecting = there.connector.connect(URL, SessionFlag.Manual, ending.signal)
  ending.abort(new Error('enough'))
  await expect(connecting).rejects.toThrow('enough')
  expect(there.counts.dials).toEqual({ connected: 1, failed: 1, timeout: 2, proxy: 0, tls: 0, ended: 1 })
})

test('an abort ends it without trying another endpoint', async () => {
  const there = world({ activeProfiles: ['tcp', 'tor'], mixedProfiles: ['tcp'] }, ['tor'])
  await listenAt(there, URL)
  const ending = new AbortController()
  const reason = new Error('enough')
  const connecting = there.connector.connect(URL, SessionFlag.Manual, ending.signal)
  connecting.catch(() => {})
  await there.clock.advance(1_000)
  ending.abort(reason)
  await expect(connecting).rejects.toBe(reason)
  expect([there.dials.length, there.logger.records]).toEqual([1, []])
  expect([getEventListeners(ending.signal, 'abort'), there.clock.pendingTimers]).toEqual([[], 0])
})

test('a connection that comes after its time, from a transport that does not hear of that, is destroyed', async () => {
  const there = world({ activeProfiles: ['tcp'] })
  const events: string[] = []
  const listening = there.network.transport('9.9.9.9').listen(URL, (stream) => {
    events.push('connected')
    const ignore = (): void => {}
    stream.open({ onData: ignore, onDrain: ignore, onEnd: ignore, onClose: () => events.push('closed') })
  })
  await there.clock.advance(0)
  await listening
  there.transports.set('tcp', {
    ...silent,
    dial: async (url) => {
      await sleep(there.clock, 60_000)
      return there.network.transport('1.1.1.1').dial(url, { signal: new AbortController().signal })
    },
  })
  await expect(connect(there)).rejects.toMatchObject({ code: 'NET_DIAL_TIMEOUT', data: { url: URL } })
  await there.clock.advance(0)
  expect([events, there.clock.pendingTimers]).toEqual([['connected', 'closed'], 0])
})

test.each([
  [SessionFlag.Outbound, false, true],
  [SessionFlag.Refine, false, true],
  [SessionFlag.Manual, false, false],
  [SessionFlag.Seed, false, false],
  [SessionFlag.Direct, false, true],
  [SessionFlag.Outbound, true, false],
  [SessionFlag.Refine, true, false],
])('session %i with localnet %s: names must be global: %s', async (session, localnet, isGlobalOnly) => {
  const there = world({ localnet })
  const connecting = there.connector.connect(URL, session, new AbortController().signal)
  connecting.catch(() => {})
  await there.clock.advance(0)
  await expect(connecting).rejects.toMatchObject({ code: 'NET_DIAL_FAILED' })
  expect(there.dials).toEqual([[URL, isGlobalOnly]])
})
