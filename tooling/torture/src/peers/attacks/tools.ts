/** What attacks of several kinds do. */
import { RawPeer, frameBytes, recorded } from '@dchat/e2e'
import type { Ground } from '../attack.ts'
import type { Connection, ConnectOptions } from '../connection.ts'

export const VERSION: Buffer = recorded('dialer', 'version')
export const VERACK: Buffer = recorded('dialer', 'verack')

export interface Greeted {
  readonly connection: Connection
  /** Sees all that comes as long as the connection is read. */
  readonly peer: RawPeer
}

/** A connection that has exchanged versions and was pinged: the node takes it for a peer. @throws {Error} when it is not let in */
export async function greeted(ground: Ground, options: ConnectOptions & { version?: Buffer } = {}): Promise<Greeted> {
  const connection = await ground.connect(options)
  const peer = new RawPeer(connection)
  peer.write(options.version ?? VERSION)
  peer.write(VERACK)
  await peer.payload('ping')
  ground.count('let in')
  return { connection, peer }
}

/** Sends `bytes` one by one, `everyMs` apart, as long as the connection lasts. */
export async function drip(
  ground: Ground,
  connection: Connection,
  options: { bytes: Uint8Array; everyMs: number },
): Promise<void> {
  for (const byte of options.bytes) {
    if (connection.closed) return
    connection.write(Buffer.of(byte))
    await ground.pause(options.everyMs)
  }
}

/** Resolves when the connection is gone, whoever ended it. */
export async function gone(connection: Connection): Promise<void> {
  if (!connection.closed) await new Promise((resolve) => connection.once('close', resolve))
}

/** `serve` for each of `size` hosts at once; one that fails is one that the node would not have. */
export async function each(ground: Ground, serve: (number: number) => Promise<void>): Promise<void> {
  await Promise.allSettled(Array.from({ length: ground.size }, (_, number) => serve(number)))
}

/** The header of a frame that declares `length` bytes: `magic | VarInt n | command | VarInt m`, m in its widest form above 2^32. */
export function frameHeader(command: string, length: bigint): Buffer {
  const whole = frameBytes({ command, payload: Buffer.alloc(0) })
  const wide = Buffer.alloc(9)
  if (length > 0xffff_ffffn) {
    wide[0] = 0xff
    wide.writeBigUInt64LE(length, 1)
    return Buffer.concat([whole.subarray(0, -1), wide])
  }
  wide[0] = 0xfe
  wide.writeUInt32LE(Number(length), 1)
  return Buffer.concat([whole.subarray(0, -1), wide.subarray(0, 5)])
}
