/** Clients of TLS as no peer of this network is one. */
import { connect as connectTls } from 'node:tls'
import { Duplex } from 'node:stream'
import { makeTlsIdentity } from '@dchat/net/internal'
import { RawPeer } from '@dchat/e2e'
import { promise } from '../../experiment.ts'
import type { Attack, Ground } from '../attack.ts'
import type { ConnectOptions } from '../connection.ts'
import { HALF_HELLO } from './doorway.ts'
import { VERSION, each, gone } from './tools.ts'

/** The first bytes that a client of TLS sends. */
function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const wires = new Duplex({ read: () => {}, write: (chunk: Buffer) => resolve(chunk) })
    connectTls({ socket: wires, servername: 'dark.fi', rejectUnauthorized: false }).on('error', () => {})
  })
}

/** What is said at the address for TLS in place of TLS. */
async function garbage(ground: Ground, number: number): Promise<readonly Buffer[]> {
  const noise = Buffer.from(ground.random.bytes(2_000))
  const hello = await clientHello()
  const record = (type: number, length: number): Buffer => Buffer.of(type, 3, 3, length >> 8, length & 0xff)
  const kinds: readonly (readonly Buffer[])[] = [
    [noise],
    [Buffer.from('GET / HTTP/1.1\r\nHost: dark.fi\r\n\r\n')],
    [VERSION],
    [hello, noise],
    [hello, hello],
    [hello.subarray(0, 60), noise],
    [record(0x16, 0xffff), Buffer.alloc(70_000)],
    [record(0x17, 100), noise.subarray(0, 100)],
    [record(0x15, 2), Buffer.of(2, 40)],
    [HALF_HELLO, noise.subarray(0, 500)],
    Array.from({ length: 200 }, () => record(0x16, 0)),
  ]
  return kinds[number % kinds.length]!
}

async function sayGarbage(ground: Ground, number: number): Promise<void> {
  const connection = await ground.connect({ host: ground.host(number), isBareTls: true })
  ground.count('came')
  for (const bytes of await garbage(ground, number)) connection.write(bytes)
  await gone(connection.resume())
}

/** Handshakes that go to their end with others. A client of TLS 1.2 could negotiate anew; one of 1.3 cannot. */
async function strangeClients(): Promise<readonly ConnectOptions['tls'][]> {
  const otherKey = await makeTlsIdentity({
    names: ['dark.fi'],
    algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  })
  const otherName = await makeTlsIdentity({ names: ['light.fi'] })
  const nobody = { cert: undefined, key: undefined } as unknown as { cert: string; key: string }
  return [
    { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    nobody,
    otherKey,
    otherName,
  ]
}

async function comeAsStranger(ground: Ground, options: { number: number; tls: ConnectOptions['tls'] }): Promise<void> {
  ground.count('came')
  const connection = await ground.connect({
    host: ground.host(options.number),
    isTls: true,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  })
  const peer = new RawPeer(connection)
  peer.write(VERSION)
  await peer.payload('verack')
  ground.count('heard a verack')
}

export const TLS_ATTACKS: readonly Attack[] = [
  {
    name: 'tls-garbage',
    isLongOnly: true,
    does: 'says at the address for TLS what is none, or begins well and goes on badly',
    sizes: { short: 33, long: 330, among: 11 },
    goneWithinMs: ({ handshakeMs }) => handshakeMs,
    run: (ground) => each(ground, (number) => sayGarbage(ground, number)),
  },
  {
    name: 'strange-tls',
    isLongOnly: true,
    does: 'speaks TLS 1.2, in which it could negotiate anew, or below, or shows no certificate, or that of another key or name',
    sizes: { short: 20, long: 200, among: 5 },
    goneWithinMs: ({ handshakeMs }) => handshakeMs,
    run: async (ground) => {
      const kinds = await strangeClients()
      await each(ground, (number) => comeAsStranger(ground, { number, tls: kinds[number % kinds.length] }))
    },
    judge: (tally) => [
      promise('clients of TLS as no peer is one', {
        outcome: `${tally['heard a verack'] ?? 0} of ${tally['came'] ?? 0} taken for peers`,
        aim: 'none',
        isMet: (tally['came'] ?? 0) > 0 && (tally['heard a verack'] ?? 0) === 0,
      }),
    ],
  },
]
