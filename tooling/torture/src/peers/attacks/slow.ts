/** Peers that take their time. */
import { recorded } from '@dchat/e2e'
import type { Attack, Ground } from '../attack.ts'
import type { Connection } from '../connection.ts'

const DRIP_EVERY_MS = 1_000

/** Sends `bytes` one by one, a second apart, as long as the connection lasts. */
async function drip(ground: Ground, connection: Connection, bytes: Uint8Array): Promise<void> {
  for (const byte of bytes) {
    if (connection.closed) return
    connection.write(Buffer.of(byte))
    await ground.pause(DRIP_EVERY_MS)
  }
}

/** `size` connections of hosts of their own at once, each served by `serve`. */
async function each(ground: Ground, serve: (number: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: ground.size }, (_, number) => serve(number)))
}

const version = recorded('dialer', 'version')

export const SLOW_ATTACKS: readonly Attack[] = [
  {
    name: 'slow-handshake',
    does: 'begins the version exchange and sends it at a byte a second, over TCP and TLS',
    sizes: { short: 8, long: 16, among: 2 },
    goneWithinMs: ({ handshakeMs }) => handshakeMs,
    run: (ground) =>
      each(ground, async (number) => {
        const connection = await ground.connect({ host: ground.host(number), isTls: number % 2 === 1 })
        await drip(ground, connection.resume(), version)
      }),
  },
]
