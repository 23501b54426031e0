/** Those who come to the door: many of them, silent ones, ones that leave at once, ones that want to stay. */
import type { Attack, Ground } from '../attack.ts'
import type { ConnectOptions } from '../connection.ts'
import { pongs } from '../pings.ts'
import { VERSION, each, gone, greeted } from './tools.ts'

/** Begun at a time by one attacker: more would wait for the attacker's own thread. */
const WAVE = 40
/** After which somebody who was sent away comes again. */
const AGAIN_MS = 200

/** How a client of TLS begins: a record that announces 512 bytes of a ClientHello, of which so much comes. */
export const HALF_HELLO: Buffer = Buffer.concat([Buffer.from('16030102000100' + '01fc0303', 'hex'), Buffer.alloc(40, 7)])

/** What is said before silence: nothing, a byte of a frame, half a version, half a handshake of TLS. */
const BEGINNINGS: readonly { readonly said: Buffer; readonly options: ConnectOptions }[] = [
  { said: Buffer.alloc(0), options: {} },
  { said: Buffer.alloc(0), options: { isBareTls: true } },
  { said: VERSION.subarray(0, 1), options: {} },
  { said: HALF_HELLO.subarray(0, 1), options: { isBareTls: true } },
  { said: VERSION.subarray(0, 40), options: {} },
  { said: HALF_HELLO, options: { isBareTls: true } },
]

async function beginAndWait(ground: Ground, number: number): Promise<void> {
  const { said, options } = BEGINNINGS[number % BEGINNINGS.length]!
  const connection = await ground.connect({ host: ground.host(number), ...options })
  ground.count('begun')
  connection.write(said)
  await gone(connection.resume())
}

/** Comes, and comes again whenever it was sent away, until the attack is over. */
async function besiege(ground: Ground, once: () => Promise<void>): Promise<void> {
  while (!ground.signal.aborted) {
    await once().catch(() => {})
    await ground.pause(AGAIN_MS)
  }
}

/** Comes and goes: without a word, with one, by a reset, in the middle of TLS. */
async function passBy(ground: Ground, number: number): Promise<void> {
  const kind = number % 5
  const host = ground.host(number % 1_000)
  const connection = await ground.connect({
    host,
    ...(kind === 3 ? { isBareTls: true } : {}),
    ...(kind === 4 ? { isTls: true } : {}),
  })
  ground.count('come and gone')
  if (kind === 1) connection.write(VERSION)
  if (kind === 3) connection.write(HALF_HELLO)
  if (kind === 2) connection.resetAndDestroy()
  else connection.end(() => connection.destroy())
  await gone(connection)
}

export const DOORWAY_ATTACKS: readonly Attack[] = [
  {
    name: 'half-open',
    isLongOnly: true,
    does: 'opens connections and says nothing, or begins a frame or a handshake of TLS and says no more',
    sizes: { short: 60, long: 60, among: 6 },
    goneWithinMs: ({ handshakeMs }) => handshakeMs,
    reference: 'lets nobody else in while a handshake of TLS is not finished',
    run: (ground) => each(ground, (number) => beginAndWait(ground, number)),
  },
  {
    name: 'stalled-clients',
    does: 'keeps that many clients of TCP and TLS at the door, each of which begins, stalls and comes again when it is sent away',
    sizes: { short: 300, long: 1_000, among: 12 },
    isEndless: true,
    goneWithinMs: () => null,
    reference: 'lets nobody in for as long as one client of TLS is silent',
    run: (ground) => each(ground, (number) => besiege(ground, () => beginAndWait(ground, number))),
  },
  {
    name: 'connect-storm',
    does: 'connects and leaves at once, with and without a word, over TCP and TLS',
    sizes: { short: 1_000, long: 10_000, among: 100 },
    goneWithinMs: ({ handshakeMs }) => handshakeMs,
    run: async (ground) => {
      let begun = 0
      const one = async (): Promise<void> => {
        while (begun < ground.size) {
          begun += 1
          await passBy(ground, begun).catch(() => ground.signal.throwIfAborted())
        }
      }
      await Promise.all(Array.from({ length: WAVE }, one))
    },
  },
  {
    name: 'slot-exhaustion',
    does: 'wants every slot: that many peers of one /24, who answer every ping and come again when they are sent away',
    sizes: { short: 250, long: 1_000, among: 8 },
    isEndless: true,
    goneWithinMs: () => null,
    reference: 'takes nobody in once its slots are full',
    run: (ground) =>
      each(ground, (number) =>
        besiege(ground, async () => {
          const { connection, peer } = await greeted(ground, { host: ground.host(number % 254) })
          void pongs(peer)
          await gone(connection)
        }),
      ),
  },
]
