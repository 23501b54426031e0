import { lookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { hasMicrosocks, startMicrosocks } from '../testing/microsocks.ts'
import type { Microsocks } from '../testing/microsocks.ts'
import { rawServer } from '../testing/raw-server.ts'
import type { RawServer } from '../testing/raw-server.ts'
import { Ear } from '../testing/stream-ends.ts'
import { CLEAN, abortDial, turns } from './abort-dial.test-util.ts'
import { describeTransport } from './describe-transport.test-util.ts'
import type { TransportUnderTest } from '../testing/transport-contract.ts'
import { systemTransports } from './transport-table.ts'
import type { Transport, TransportTable } from './transport.ts'

const portOf = (url: string): string => /:(\d+)\/?$/.exec(url)![1]!

describe.skipIf(!hasMicrosocks())('through microsocks', () => {
  let proxy: Microsocks
  let transports: TransportTable
  /** What `localhost` is to the proxy too, as URLs have it. */
  let localHost: string

  beforeAll(async () => {
    const { address } = await lookup('localhost')
    localHost = address.includes(':') ? `[${address}]` : address
    proxy = await startMicrosocks()
    const { url } = proxy
    transports = systemTransports({ torSocks5Proxy: url, i2pSocks5Proxy: url, nymSocks5Proxy: url })
  })
  afterAll(() => proxy[Symbol.asyncDispose]())

  describe.each(['', '+tls'])('with [%s]', (tls) => {
    const under = (scheme: string): Omit<TransportUnderTest, 'dialUrl'> => ({
      anyUrl: `tcp${tls}://${localHost}:0/`,
      refusal: 'connection refused',
      transport: transports.get(`${scheme}${tls}`)!,
      listener: transports.get(`tcp${tls}`)!,
    })
    const halfCloses = false
    // The name is the proxy's to resolve.
    describeTransport(
      `socks5${tls}`,
      () => ({
        ...under('socks5'),
        dialUrl: (url) => `${proxy.url.replace('socks5', `socks5${tls}`)}localhost:${portOf(url)}`,
      }),
      { halfCloses },
    )
    describeTransport(
      `tor${tls}`,
      () => ({
        ...under('tor'),
        dialUrl: (url) => `tor${tls}://localhost:${portOf(url)}/`,
      }),
      { halfCloses },
    )
    describeTransport(
      `i2p${tls}`,
      () => ({
        ...under('i2p'),
        dialUrl: (url) => `i2p${tls}://localhost:${portOf(url)}`,
      }),
      { halfCloses },
    )
    describeTransport(
      `nym${tls}`,
      () => ({
        ...under('nym'),
        dialUrl: (url) => `nym${tls}://${localHost}:${portOf(url)}/`,
      }),
      { halfCloses },
    )
  })

  test('a name that the proxy cannot resolve is its answer, not ours', async () => {
    const url = 'tor://no-such-host.invalid:1/'
    await expect(transports.get('tor')!.dial(url, { signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'NET_DIAL_FAILED',
      data: { url },
    })
  })
})

test.each(['socks5', 'socks5+tls', 'tor', 'tor+tls', 'i2p', 'i2p+tls', 'nym', 'nym+tls'])(
  '%s is dialled only',
  async (scheme) => {
    const url = `${scheme}://127.0.0.1:0/`
    await expect(
      systemTransports()
        .get(scheme)!
        .listen(url, () => {}),
    ).rejects.toMatchObject({
      code: 'NET_SCHEME_UNSUPPORTED',
      data: { url, scheme, reason: expect.stringContaining('dialled only') },
    })
  },
)

/** Answers each chunk that comes with the next step; what it was sent is in `heard`. */
async function scripted(steps: readonly (readonly number[] | 'close')[]): Promise<{ server: RawServer; heard: Buffer[] }> {
  const heard: Buffer[] = []
  const server = await rawServer((socket) => {
    let step = 0
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk)
      const answer = steps[step++]
      if (answer === 'close') socket.end()
      else if (answer !== undefined) socket.write(Uint8Array.from(answer))
    })
  })
  return { server, heard }
}

const { signal } = new AbortController()
const HELLO = [5, 0]
const GRANTED = [5, 0, 0, 1, 127, 0, 0, 1, 0, 80]
const transport = (proxyPort = 1, scheme = 'tor'): Transport =>
  systemTransports({ ...DEFAULT_SETTINGS, torSocks5Proxy: `socks5://127.0.0.1:${proxyPort}/` }).get(scheme)!

describe('a proxy', () => {
  test.each([
    ['a.onion', 'tor://a.onion:258/', [3, 7, ...Buffer.from('a.onion'), 1, 2]],
    ['an IPv4 address', 'tor://10.1.2.3:80/', [1, 10, 1, 2, 3, 0, 80]],
    ['an IPv6 address', 'tor://[2001:db8::1]:80/', [4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80]],
  ])('is told %s as it stands', async (_, url, address) => {
    const { server, heard } = await scripted([HELLO, GRANTED])
    await using _server = server
    const stream = await transport(server.port).dial(url, { signal })
    expect(heard.map((chunk) => [...chunk])).toEqual([
      [5, 1, 0],
      [5, 1, 0, ...address],
    ])
    stream.destroy()
  })

  test.each([
    ['an IPv4 address', [1, 1, 2, 3, 4]],
    ['an IPv6 address', [4, ...Array<number>(16).fill(7)]],
    ['a name', [3, 5, ...Buffer.from('a.b.c')]],
    ['a name of no length', [3, 0]],
  ])('may answer with %s, in any pieces, and the destination may speak right behind', async (_, bound) => {
    const answer = [5, 0, 0, ...bound, 1, 2, ...Buffer.from('first words')]
    await using server = await rawServer((socket) => {
      socket.once('data', () => {
        for (const byte of HELLO) socket.write(Uint8Array.of(byte))
        socket.once('data', () => {
          for (const byte of answer) socket.write(Uint8Array.of(byte))
        })
      })
    })
    const stream = await transport(server.port).dial('tor://a.onion:1/', { signal })
    const ear = new Ear(stream)
    await ear.until(({ byteCount }) => byteCount >= 11)
    expect(ear.bytes.toString()).toBe('first words')
    stream.destroy()
  })

  test('may grant and say the first words in one piece, and end', async () => {
    const { server } = await scripted([HELLO, [...GRANTED, ...Buffer.from('first words')], 'close'])
    await using _server = server
    const stream = await transport(server.port).dial('tor://a.onion:1/', { signal })
    stream.write(Buffer.from('go'))
    const ear = new Ear(stream)
    await ear.until(({ closes }) => closes > 0)
    expect([ear.bytes.toString(), ear.ends]).toEqual(['first words', 1])
  })

  test('that is not there is unreachable, whatever it was asked for', async () => {
    const server = await rawServer(() => {})
    await server[Symbol.asyncDispose]()
    const url = 'tor://a.onion:1/'
    await expect(transport(server.port).dial(url, { signal })).rejects.toMatchObject({
      code: 'NET_PROXY_UNREACHABLE',
      data: { url, proxy: `127.0.0.1:${server.port}`, reason: 'ECONNREFUSED' },
    })
  })

  test.each([
    ['speaks HTTP', [[...Buffer.from('HTTP/1.1 400')]], 'it does not speak SOCKS5'],
    ['is of version 4', [[4, 0]], 'it does not speak SOCKS5'],
    ['wants a password', [[5, 2]], 'it wants authentication'],
    ['takes nobody', [[5, 0xff]], 'it wants authentication'],
    ['hangs up on the greeting', ['close'], 'it did not answer'],
    ['changes its version', [HELLO, [4, 0, 0, 1]], 'it does not speak SOCKS5'],
    ['binds to an unknown kind of address', [HELLO, [5, 0, 0, 9]], 'it does not speak SOCKS5'],
  ] as const)('that %s is unreachable too', async (_, steps, reason) => {
    const { server } = await scripted(steps)
    await using _server = server
    await expect(transport(server.port).dial('tor://a.onion:1/', { signal })).rejects.toMatchObject({
      code: 'NET_PROXY_UNREACHABLE',
      data: { reason },
    })
    await server.allClosed(1)
  })

  test.each([
    [1, 'general failure'],
    [2, 'not allowed by its rules'],
    [3, 'network unreachable'],
    [4, 'host unreachable'],
    [5, 'connection refused'],
    [6, 'timed out'],
    [7, 'command not supported'],
    [8, 'address type not supported'],
    [0xf0, 'onion service not found'],
    [0x77, 'proxy error 119'],
  ])('that replies %i could not reach the destination', async (code, reason) => {
    const { server } = await scripted([HELLO, [5, code, 0, 1, 0, 0, 0, 0, 0, 0]])
    await using _server = server
    const url = 'tor://a.onion:1/'
    await expect(transport(server.port).dial(url, { signal })).rejects.toMatchObject({
      code: 'NET_DIAL_FAILED',
      data: { url, reason },
    })
    await server.allClosed(1)
  })

  test.each([
    ['before its reply', [HELLO, 'close']],
    ['in the middle of it', [HELLO, [5, 0, 0], 'close']],
  ] as const)('that hangs up %s could not reach the destination', async (_, steps) => {
    const { server } = await scripted(steps)
    await using _server = server
    const dialling = transport(server.port).dial('tor://a.onion:1/', { signal })
    dialling.catch(() => {})
    if (steps.length === 3) {
      while (server.sockets[0]?.bytesWritten !== 5) await turns(1)
      server.sockets[0].end()
    }
    await expect(dialling).rejects.toMatchObject({ code: 'NET_DIAL_FAILED', data: { reason: expect.stringContaining('closed') } })
    await server.allClosed(1)
  })
})

describe('a dial that is aborted', () => {
  /** `said` counts the chunks that the proxy, and what is behind it, has heard by then. */
  const STAGES: [stage: string, scheme: string, steps: number[][], said: number][] = [
    ['before the greeting is answered', 'tor', [], 1],
    ['in the middle of the answer', 'tor', [[5]], 1],
    ['before the reply', 'tor', [HELLO], 2],
    ['in the middle of the reply', 'tor', [HELLO, [5, 0, 0, 3, 200]], 2],
    ['in the TLS handshake', 'tor+tls', [HELLO, GRANTED], 3],
  ]

  test.each(STAGES)('%s leaves no socket, and no listener on the signal', async (_, scheme, steps, said) => {
    const { server, heard } = await scripted(steps)
    await using _server = server
    const isThere = (socket: Socket | undefined): boolean =>
      socket !== undefined && heard.length >= said && socket.bytesWritten === steps.flat().length
    const aborted = await abortDial(server, {
      dial: (ending) => transport(server.port, scheme).dial('tor://a.onion:1/', { signal: ending }),
      untilSaid: async () => {
        while (!isThere(server.sockets[0])) await turns(1)
      },
    })
    expect(aborted).toEqual(CLEAN)
  })
})
