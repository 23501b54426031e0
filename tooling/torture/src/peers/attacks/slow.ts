/** Peers that take their time: over what they say, or over what they are told. */
import type { DaemonNode } from '@dchat/e2e'
import { stringBytes } from '@dchat/e2e'
import { wire } from '@dchat/chat/testing'
import { handshakeFrames, messageFrame } from '@dchat/net/testing'
import type { Attack, Ground } from '../attack.ts'
import { pong } from '../pings.ts'
import { VERSION, drip, each, frameHeader, greeted, gone } from './tools.ts'

const BYTE_EVERY_MS = 1_000
/** As often as a stream of single bytes is sent that is to cost the node many reads. */
const OFTEN_MS = 20
/** A line that would be taken, were it ever whole. */
const LINE_BYTES = 60_000
const MIB = 1024 * 1024

/** Rooms of the node that hold more than sockets and queues take, for those who ask and do not read. */
const BULK_ROOMS = 8
const BULK_LINES = 60
const BULK_CHARACTERS = 8_000

async function fillRooms({ client }: DaemonNode): Promise<void> {
  const text = 'bulk '.repeat(BULK_CHARACTERS / 5)
  for (let room = 0; room < BULK_ROOMS; room += 1) {
    const sends = Array.from({ length: BULK_LINES }, () => client.call('chat.send', { text, room: `bulk${room}` }))
    await Promise.all(sends)
  }
}

/** Asks for all that is there, again and again, and takes nothing of it. */
async function askAndNotRead(ground: Ground, number: number): Promise<void> {
  const version = handshakeFrames({ features: [['dchat.posts', 1]], timestamp: BigInt(Math.floor(Date.now() / 1_000)) })
  const { connection, peer } = await greeted(ground, { host: ground.host(number), version, isTls: number % 2 === 1 })
  await pong(peer)
  connection.pause()
  for (let request = 1; request <= 10 * BULK_ROOMS; request += 1) {
    const page = {
      request,
      room: `bulk${request % BULK_ROOMS}`,
      beforeTime: Date.now() + 60_000,
      beforeId: new Uint8Array(32),
      limit: 200,
    }
    connection.write(messageFrame(wire.page, page))
  }
  await gone(connection)
}

export const SLOW_ATTACKS: readonly Attack[] = [
  {
    name: 'slow-handshake',
    isLongOnly: true,
    does: 'begins version exchanges and goes on at a byte a second, over TCP and TLS',
    sizes: { short: 8, long: 16, among: 4 },
    goneWithinMs: ({ handshakeMs }) => handshakeMs,
    reference: 'closes a silent client after 10 s',
    run: (ground) =>
      each(ground, async (number) => {
        const connection = await ground.connect({ host: ground.host(number), isTls: number % 2 === 1 })
        await drip(ground, connection.resume(), { bytes: VERSION, everyMs: BYTE_EVERY_MS })
      }),
  },
  {
    name: 'slow-frame',
    isLongOnly: true,
    does: 'greets, answers a ping and then sends one message at a byte a second',
    sizes: { short: 4, long: 16, among: 4 },
    slots: 32,
    goneWithinMs: ({ frameMs, heartbeatMs, pongMs }) => Math.min(frameMs, heartbeatMs + pongMs),
    reference: 'closes a frame that is dripped when a pong is missing, after 15 s',
    run: (ground) =>
      each(ground, async (number) => {
        const { connection, peer } = await greeted(ground, { host: ground.host(number), isTls: number % 2 === 1 })
        await pong(peer)
        const bytes = Buffer.concat([frameHeader('DchatMsg', BigInt(LINE_BYTES + 3)), stringBytes('x'.repeat(LINE_BYTES))])
        await drip(ground, connection, { bytes, everyMs: BYTE_EVERY_MS })
      }),
  },
  {
    name: 'dripped-mebibytes',
    isLongOnly: true,
    does: 'greets as many peers, each of which declares a message of 1 MiB and sends it a byte at a time',
    sizes: { short: 64, long: 64, among: 4 },
    slots: 80,
    goneWithinMs: ({ pongMs }) => pongMs,
    reference: 'reads what is declared: 8 MiB were taken, for 3.5 s',
    run: (ground) =>
      each(ground, async (number) => {
        const { connection } = await greeted(ground, { host: ground.host(number) })
        await drip(ground, connection, { bytes: frameHeader('DchatMsg', BigInt(MIB)), everyMs: OFTEN_MS })
        await drip(ground, connection, { bytes: new Uint8Array(MIB), everyMs: OFTEN_MS })
      }),
  },
  {
    name: 'slow-reader',
    isLongOnly: true,
    does: 'greets, asks for more than there is room for, and reads nothing',
    sizes: { short: 4, long: 16, among: 2 },
    slots: 32,
    goneWithinMs: ({ stallMs }) => stallMs,
    reference: 'refuses what is over 64 broadcasts, and says true to the sender',
    prepare: fillRooms,
    run: (ground) => each(ground, (number) => askAndNotRead(ground, number)),
  },
]
