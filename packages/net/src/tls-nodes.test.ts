/** Nodes over TLS and Unix sockets: real sockets, real time. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { parseUrl } from '@dchat/serial'
import { ManualClock, MemoryLogger, SystemClock } from '@dchat/system'
import type { Clock } from '@dchat/system'
import { expect, test } from 'vitest'
import { LIMITS } from './limits.ts'
import { P2p } from './p2p.ts'
import type { Settings } from './settings.ts'
import { hasMicrosocks, startMicrosocks } from './testing/microsocks.ts'

interface Running extends AsyncDisposable {
  readonly p2p: P2p
  readonly logger: MemoryLogger
  readonly url: string
}

async function run(settings: Partial<Settings>, clock: Clock = new SystemClock()): Promise<Running> {
  const logger = new MemoryLogger()
  const p2p = P2p.create(
    { localnet: true, outboundConnections: 0, activeProfiles: ['tcp', 'tcp+tls', 'unix'], ...settings },
    { logger, clock },
  )
  await p2p.start()
  const isRunning = p2p.events.once('state', new AbortController().signal, (state) => state === 'run')
  const running = p2p.run()
  await Promise.race([isRunning, running])
  return {
    p2p,
    logger,
    url: p2p.listenUrls[0] ?? '',
    [Symbol.asyncDispose]: async () => {
      await p2p.stop()
      await running
    },
  }
}

const { signal } = new AbortController()
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test.each(['tcp+tls', 'unix'])('nodes become peers over %s', async (scheme) => {
  const folder = mkdtempSync(join(tmpdir(), 'dchat-nodes-'))
  await using one = await run({ inbound: [scheme === 'unix' ? `unix://${folder}/one` : 'tcp+tls://127.0.0.1:0'] })
  await using two = await run({})
  await using three = await run({})
  for (const { p2p } of [two, three]) {
    const connected = one.p2p.events.once('connected', signal)
    const channel = await p2p.connect(one.url, { signal })
    expect(channel.info).toMatchObject({ url: one.url, resolvedUrl: one.url })
    expect((await connected).info.url).toMatch(scheme === 'unix' ? /one#\d+$/ : /^tcp\+tls:\/\/127\.0\.0\.1:\d+\/$/)
  }
  expect(one.p2p.peerCount).toBe(2)
  rmSync(folder, { recursive: true })
})

test.skipIf(!hasMicrosocks())('a tcp peer is reached over socks5 and keeps its address', async () => {
  await using proxy = await startMicrosocks()
  await using one = await run({ inbound: ['tcp+tls://127.0.0.1:0'] })
  const mixing = { activeProfiles: ['socks5+tls'], mixedProfiles: ['tcp+tls'], torSocks5Proxy: proxy.url }
  await using two = await run(mixing)
  const connected = one.p2p.events.once('connected', signal)
  const channel = await two.p2p.connect(one.url, { signal })
  const { port } = parseUrl(one.url)
  const resolved = `${proxy.url.replace('socks5', 'socks5+tls')}127.0.0.1:${port}`
  expect(channel.info).toMatchObject({ url: one.url, resolvedUrl: resolved })
  expect((await connected).peerVersion).toMatchObject({ connectRecvAddr: one.url, resolveRecvAddr: resolved })
})

test('peers that stall or fail in the TLS handshake keep nobody out, end in time and are not banned', async () => {
  const clock = new ManualClock()
  await using one = await run({ inbound: ['tcp+tls://127.0.0.1:0'] }, clock)
  const port = parseUrl(one.url).port!
  const open = (bytes: string): Promise<unknown> => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    const closed = new Promise((resolve) => socket.resume().once('close', resolve))
    socket.write(Buffer.from(bytes, 'hex'))
    return closed
  }
  const strangers = [...Array.from({ length: 10 }, () => open('')), open('160301020001'), open('d9efb67d0776657273696f6e')]
  await using two = await run({})
  await two.p2p.connect(one.url, { signal })
  while (one.p2p.channels.length !== 12 || one.p2p.peerCount !== 1) await nextTurn()
  await clock.advance(9_999)
  expect(one.p2p.channels.length).toBe(12)
  // The handshake's time, and the time that a channel has to say goodbye.
  await clock.advance(1)
  await clock.advance(LIMITS.CHANNEL_CLOSE_MS.value)
  await Promise.all(strangers)
  while (one.p2p.channels.length > 1) await nextTurn()
  const reasons = one.logger.records
    .filter(({ message }) => message === 'Inbound handshake failed')
    .map(({ fields }) => (fields['error'] as { code: string }).code)
  expect(reasons.toSorted()).toEqual([...Array<string>(11).fill('NET_HANDSHAKE_TIMEOUT'), 'NET_TLS_FAILED'])
  expect(one.p2p.hosts.bans.list()).toEqual([])
})

test('a channel ends with what TLS found wrong', async () => {
  await using one = await run({ inbound: ['tcp+tls://127.0.0.1:0'] })
  const raw = connectTls({ port: parseUrl(one.url).port!, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => {})
  const heard: Buffer[] = []
  raw.on('data', (chunk: Buffer) => heard.push(chunk))
  await new Promise((resolve) => raw.once('close', resolve))
  while (one.p2p.channels.length > 0) await nextTurn()
  const failure = one.logger.records.find(({ message }) => message === 'Inbound handshake failed')
  expect(failure?.fields['error']).toMatchObject({ code: 'NET_TLS_NO_CERTIFICATE', fault: 'peer' })
  expect(heard).toEqual([])
  expect(one.p2p.hosts.bans.list()).toEqual([])
})
