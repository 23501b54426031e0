import { getEventListeners, once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls, createServer } from 'node:tls'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { parseUrl } from '@dchat/serial'
import { ManualClock, SeededRandom, SystemClock } from '@dchat/system'
import { beforeAll, describe, expect, test } from 'vitest'
import { byteProxy } from '../testing/byte-proxy.ts'
import { loopbackServer, rawServer } from '../testing/raw-server.ts'
import type { RawServer } from '../testing/raw-server.ts'
import { Door, Ear } from '../testing/stream-ends.ts'
import { CLEAN, abortDial, turns } from './abort-dial.test-util.ts'
import { describeTransport } from './describe-transport.test-util.ts'
import { TcpTransport } from './tcp.ts'
import { TlsLayer } from './tls.ts'
import { makeTlsIdentity } from './tls-certificate.ts'
import type { TlsIdentity } from './tls-certificate.ts'

const transport = new TcpTransport('tcp+tls', new TlsLayer({ clock: new SystemClock() }))
const anyUrl = 'tcp+tls://127.0.0.1:0/'
const { signal } = new AbortController()
const RSA = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' }
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

describeTransport('tcp+tls', () => ({ transport, anyUrl }))

type Kind = 'good' | 'other name' | 'two names' | 'upper case' | 'no name' | 'rsa' | 'ecdsa'
const identities = new Map<Kind, TlsIdentity>()
const identity = (kind: Kind): TlsIdentity => identities.get(kind)!

beforeAll(async () => {
  const kinds: [Kind, Parameters<typeof makeTlsIdentity>[0]][] = [
    ['good', { names: ['dark.fi'] }],
    ['other name', { names: ['dark.fi.example'] }],
    ['two names', { names: ['dark.fi', 'example.org'] }],
    ['upper case', { names: ['DARK.FI'] }],
    ['no name', { names: [] }],
    ['rsa', { names: ['dark.fi'], algorithm: RSA }],
    ['ecdsa', { names: ['dark.fi'], algorithm: ECDSA }],
  ]
  for (const [kind, options] of kinds) identities.set(kind, await makeTlsIdentity(options))
})

const urlOf = ({ port }: RawServer): string => `tcp+tls://127.0.0.1:${port}/`
const portOf = (url: string): number => parseUrl(url).port!
const dialRaw = (url: string, options: object): ReturnType<typeof connectTls> => {
  const socket = connectTls({
    port: portOf(url),
    host: '127.0.0.1',
    servername: 'dark.fi',
    rejectUnauthorized: false,
    ...options,
  })
  // What ends it is told by the other side's stream.
  return socket.on('error', () => {})
}

/** Another implementation's listener: Node's own. */
function tlsServer(options: TlsOptions, onSecure: (socket: TLSSocket) => void = (socket) => socket.resume()): Promise<RawServer> {
  const server = createServer({ requestCert: true, rejectUnauthorized: false, ...options }, onSecure)
  return loopbackServer(server.on('secureConnection', (socket) => socket.on('error', () => {})))
}

const REFUSALS: [what: string, options: () => TlsOptions, code: string, data: object][] = [
  ['another name', () => identity('other name'), 'NET_TLS_NAME', { names: 'DNS:dark.fi.example' }],
  ['a second name', () => identity('two names'), 'NET_TLS_NAME', { names: 'DNS:dark.fi, DNS:example.org' }],
  ['the name in upper case', () => identity('upper case'), 'NET_TLS_NAME', { names: 'DNS:DARK.FI' }],
  ['no name', () => identity('no name'), 'NET_TLS_NAME', { names: '' }],
  ['an RSA key', () => identity('rsa'), 'NET_TLS_KEY', {}],
  ['an ECDSA key', () => identity('ecdsa'), 'NET_TLS_KEY', {}],
  ['TLS 1.2 only', () => ({ ...identity('good'), maxVersion: 'TLSv1.2' }), 'NET_TLS_VERSION', {}],
]

describe('a listener', () => {
  test.each([
    ...REFUSALS,
    ['no certificate', () => ({}), 'NET_TLS_NO_CERTIFICATE', {}] as const,
    [
      'no ed25519 among its signature schemes',
      () => ({ ...identity('good'), sigalgs: 'rsa_pss_rsae_sha256' }),
      'NET_TLS_KEY',
      {},
    ] as const,
  ])('refuses a peer with %s, and has delivered and said nothing', async (_, options, code, data) => {
    await using door = await new Door(transport).open(anyUrl)
    const heard: Buffer[] = []
    const raw = dialRaw(door.url, options()).on('data', (chunk: Buffer) => heard.push(chunk))
    raw.write('from the peer')
    const far = new Ear(await door.take())
    far.stream.write(Buffer.from('from us'))
    await far.until(({ closes }) => closes > 0)
    expect(far.error).toMatchObject({ code, fault: 'peer', data: { url: far.stream.remoteUrl, ...data } })
    expect([far.byteCount, far.closes, Buffer.concat(heard).toString()]).toEqual([0, 1, ''])
    raw.destroy()
  })

  test('takes a peer of another make whose certificate is right', async () => {
    await using door = await new Door(transport).open(anyUrl)
    const raw = dialRaw(door.url, identity('good'))
    raw.write('hello')
    const far = new Ear(await door.take())
    await far.until(({ byteCount }) => byteCount === 5)
    expect(raw.getProtocol()).toBe('TLSv1.3')
    raw.destroy()
    await far.until(({ closes }) => closes > 0)
  })

  test('shows a good certificate and resumes no session', async () => {
    await using door = await new Door(transport).open(anyUrl)
    const options = identity('good')
    const first = dialRaw(door.url, options)
    const session = await new Promise<Buffer>((resolve) => first.once('session', resolve))
    const certificate = first.getPeerX509Certificate()!
    expect([certificate.subjectAltName, certificate.publicKey.asymmetricKeyType]).toEqual(['DNS:dark.fi', 'ed25519'])
    expect(certificate.toLegacyObject().ext_key_usage?.toSorted()).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    first.destroy()
    const second = dialRaw(door.url, { ...options, session })
    await new Promise((resolve) => second.once('secureConnect', resolve))
    expect(second.isSessionReused()).toBe(false)
    second.destroy()
  })

  test('says that a peer speaks no TLS, and hurts nobody for it', async () => {
    await using door = await new Door(transport).open(anyUrl)
    const raw = connectTcp(portOf(door.url), '127.0.0.1').on('error', () => {})
    raw.write(Buffer.from('d9efb67d0776657273696f6e', 'hex'))
    const far = new Ear(await door.take())
    await far.until(({ closes }) => closes > 0)
    expect(far.error).toMatchObject({ code: 'NET_TLS_FAILED', fault: 'none', data: { reason: 'ERR_SSL_WRONG_VERSION_NUMBER' } })
    raw.destroy()
  })

  test.each([
    ['nothing', '', undefined],
    [
      'half a record',
      '160301020001',
      expect.objectContaining({
        code: 'NET_TLS_FAILED',
        data: { url: expect.any(String), reason: 'the connection ended during the handshake' },
      }),
    ],
  ])('sees the end of a peer that said %s', async (_, hex, error) => {
    await using door = await new Door(transport).open(anyUrl)
    const raw = connectTcp(portOf(door.url), '127.0.0.1').on('error', () => {})
    const far = new Ear(await door.take())
    raw.end(Buffer.from(hex, 'hex'))
    await far.until(({ closes }) => closes > 0)
    expect(far.error).toEqual(error)
  })

  test.each([
    ['has said nothing', ''],
    ['stays in the middle of its first record', '160301020001'],
  ])('is not held up by a peer that %s, which can be closed at any time', async (_, hex) => {
    await using door = await new Door(transport).open(anyUrl)
    const raws = Array.from({ length: 20 }, () => {
      const raw = connectTcp(portOf(door.url), '127.0.0.1').on('error', () => {})
      if (hex !== '') raw.write(Buffer.from(hex, 'hex'))
      return { raw, closed: new Promise((resolve) => raw.resume().once('close', resolve)) }
    })
    const silent: Ear[] = []
    for (const _raw of raws) silent.push(new Ear(await door.take()))
    const near = await transport.dial(door.url, { signal })
    near.write(Buffer.from('good'))
    const far = new Ear(await door.take())
    await far.until(({ byteCount }) => byteCount === 4)
    near.destroy()
    for (const ear of silent) {
      expect(ear.closes).toBe(0)
      ear.stream.write(Buffer.from('version'))
      expect(ear.stream.bufferedBytes).toBe(7)
      ear.stream.end()
      expect(ear.stream.write(Buffer.from('more'))).toBe(false)
      ear.stream.destroy()
      await ear.until(({ closes }) => closes > 0)
    }
    await Promise.all(raws.map(({ closed }) => closed))
  })

  /** A dial whose words come through only after `release`; `far` hears them. */
  async function heldBack(door: Door): Promise<{ dialling: Promise<Ear>; far: Ear; release: () => void } & AsyncDisposable> {
    let isOpen = false
    const held: (() => void)[] = []
    const server = await rawServer((socket) => {
      const on = connectTcp(portOf(door.url), '127.0.0.1').on('error', () => {})
      socket.on('close', () => on.destroy()).on('data', (chunk) => (isOpen ? on.write(chunk) : held.push(() => on.write(chunk))))
      on.on('data', (chunk) => socket.write(chunk)).on('end', () => socket.end())
    })
    const release = (): void => {
      isOpen = true
      for (const pass of held) pass()
    }
    const dialling = transport.dial(urlOf(server), { signal }).then((stream) => new Ear(stream))
    const far = new Ear(await door.take())
    return { dialling, far, release, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  }

  test('keeps what is done with a stream during the handshake: writes and a pause', async () => {
    await using door = await new Door(transport).open(anyUrl)
    await using held = await heldBack(door)
    const { far } = held
    far.stream.pause()
    expect(far.stream.write(Buffer.alloc(100_000, 1))).toBe(false)
    expect(far.stream.bufferedBytes).toBe(100_000)
    held.release()
    const near = await held.dialling
    near.stream.write(Buffer.from('paused'))
    await near.until(({ byteCount }) => byteCount === 100_000)
    await far.until(({ drains }) => drains > 0)
    expect([far.drains, far.byteCount]).toEqual([1, 0])
    far.stream.resume()
    await far.until(({ byteCount }) => byteCount === 6)
    near.stream.destroy()
    await far.until(({ closes }) => closes > 0)
  })

  test('a peer that sends the smallest records has no more than its part of a turn of the event loop', async () => {
    await using door = await new Door(transport).open(anyUrl)
    const raw = dialRaw(door.url, identity('good'))
    raw.setMaxSendFragment(512)
    await once(raw, 'secureConnect')
    const bytes = 1_048_576
    raw.write(Buffer.alloc(bytes, 1))
    const far = new Ear(await door.take())
    let inTurn = 0
    const perTurn: number[] = []
    far.onChunk = () => {
      if (inTurn === 0) {
        setImmediate(() => {
          perTurn.push(inTurn)
          inTurn = 0
        })
      }
      inTurn += 1
    }
    await far.until(({ byteCount }) => byteCount === bytes)
    expect(far.chunks.length).toBeGreaterThanOrEqual(bytes / 512)
    expect(Math.max(...perTurn)).toBeLessThanOrEqual(128)
    raw.destroy()
    await far.until(({ closes }) => closes > 0)
  })

  test('writes out what was queued during the handshake when it was ended then', async () => {
    await using door = await new Door(transport).open(anyUrl)
    await using held = await heldBack(door)
    const { far } = held
    far.stream.write(Buffer.from('last words'))
    far.stream.end()
    expect(far.stream.write(Buffer.from('more'))).toBe(false)
    held.release()
    const near = await held.dialling
    await far.until(({ closes }) => closes > 0)
    await near.until(({ closes }) => closes > 0)
    expect([near.bytes.toString(), near.ends, far.error]).toEqual(['last words', 1, undefined])
  })

  test('tells a handler that comes late how the handshake failed', async () => {
    await using door = await new Door(transport).open(anyUrl)
    const raw = connectTcp(portOf(door.url), '127.0.0.1').on('error', () => {})
    const closed = new Promise((resolve) => raw.resume().once('close', resolve))
    raw.write('no TLS at all')
    const stream = await door.take()
    await closed
    await turns(10)
    const far = new Ear(stream)
    await far.until(({ closes }) => closes > 0)
    expect([far.error, stream.write(Buffer.from('more'))]).toEqual([expect.objectContaining({ code: 'NET_TLS_FAILED' }), false])
  })

  test('begins so many handshakes a second, the next in turn', async () => {
    const clock = new ManualClock()
    const paced = new TcpTransport('tcp+tls', new TlsLayer({ clock }))
    await using door = await new Door(paced).open(anyUrl)
    const dials = Array.from({ length: 52 }, () => paced.dial(door.url, { signal }))
    let done = 0
    for (const dial of dials) void dial.then(() => (done += 1))
    while (done < 50) await turns(1)
    await turns(50)
    expect([done, clock.pendingTimers]).toEqual([50, 1])
    await clock.advance(1_000)
    await Promise.all(dials)
    expect([done, clock.pendingTimers]).toEqual([52, 0])
    for (const dial of dials) (await dial).destroy()
  })

  test('lets a stream that is destroyed give up its turn', async () => {
    const clock = new ManualClock()
    const paced = new TcpTransport('tcp+tls', new TlsLayer({ clock }))
    await using door = await new Door(paced).open(anyUrl)
    const dials = Array.from({ length: 51 }, () => paced.dial(door.url, { signal }))
    while (clock.pendingTimers === 0) await turns(1)
    for (const _dial of dials) (await door.take()).destroy()
    const results = await Promise.allSettled(dials)
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
    expect(clock.pendingTimers).toBe(0)
    for (const result of results) if (result.status === 'fulfilled') result.value.destroy()
  })
})

describe('a dial', () => {
  test.each(REFUSALS)('refuses a listener with %s', async (_, options, code, data) => {
    await using server = await tlsServer(options())
    const url = urlOf(server)
    const ending = new AbortController()
    await expect(transport.dial(url, { signal: ending.signal })).rejects.toMatchObject({
      code,
      fault: 'peer',
      data: { url, ...data },
    })
    expect(getEventListeners(ending.signal, 'abort')).toEqual([])
  })

  test('asks for dark.fi, shows its own certificate and signs with ed25519', async () => {
    const names: string[] = []
    let onSecure: (socket: TLSSocket) => void = () => {}
    const seen = new Promise<TLSSocket>((resolve) => (onSecure = resolve))
    const options: TlsOptions = { ...identity('good'), SNICallback: (name, done) => (names.push(name), done(null)) }
    await using server = await tlsServer(options, (socket) => onSecure(socket))
    const stream = await transport.dial(urlOf(server), { signal })
    const secured = await seen
    const certificate = secured.getPeerX509Certificate()!
    expect(names).toEqual(['dark.fi'])
    expect([certificate.subjectAltName, certificate.publicKey.asymmetricKeyType]).toEqual(['DNS:dark.fi', 'ed25519'])
    expect(secured.getSharedSigalgs()).toEqual([expect.stringMatching(/^ed25519/i)])
    stream.destroy()
  })

  test('sees that the other side speaks no TLS, or hangs up', async () => {
    await using talker = await rawServer((socket) => socket.resume().end('220 mail.example.org ready\r\n'))
    await expect(transport.dial(urlOf(talker), { signal })).rejects.toMatchObject({
      code: 'NET_TLS_FAILED',
      data: { reason: 'ERR_SSL_WRONG_VERSION_NUMBER' },
    })
    await using closer = await rawServer((socket) => socket.once('data', () => socket.end()))
    await expect(transport.dial(urlOf(closer), { signal })).rejects.toMatchObject({
      code: 'NET_TLS_FAILED',
    })
    await Promise.all([talker.allClosed(1), closer.allClosed(1)])
  })

  test.each([
    ['before the server has answered', 0],
    ['in the middle of its answer', 5],
  ])('that is aborted %s leaves no socket, and no listener on the signal', async (_, answerBytes) => {
    let heard = (): void => {}
    const hello = new Promise<void>((resolve) => (heard = resolve))
    await using server = await rawServer((socket) => {
      socket.once('data', () => {
        if (answerBytes > 0) socket.write(Uint8Array.of(0x16, 3, 3, 0, 122))
        heard()
      })
    })
    const aborted = await abortDial(server, {
      dial: (ending) => transport.dial(urlOf(server), { signal: ending }),
      untilSaid: () => hello,
    })
    expect(aborted).toEqual(CLEAN)
  })
})

describe('a handshake and what follows', () => {
  const random = new SeededRandom(7)

  test.each([
    ['byte by byte', () => 1],
    ['in pieces of any size', () => 1 + random.int(200)],
  ])('may arrive %s', async (_, nextSize) => {
    await using door = await new Door(transport).open(anyUrl)
    await using proxy = await byteProxy(portOf(door.url), nextSize)
    const near = new Ear(await transport.dial(urlOf(proxy), { signal }))
    const far = new Ear(await door.take())
    const texts = ['version', 'x'.repeat(3_000), 'verack']
    for (const text of texts) {
      near.stream.write(Buffer.from(text))
      far.stream.write(Buffer.from(text))
    }
    const wanted = texts.join('')
    await near.until(({ byteCount }) => byteCount >= wanted.length)
    await far.until(({ byteCount }) => byteCount >= wanted.length)
    expect([near.bytes.toString(), far.bytes.toString()]).toEqual([wanted, wanted])
    near.stream.end()
    await far.until(({ closes }) => closes > 0)
  })
})
