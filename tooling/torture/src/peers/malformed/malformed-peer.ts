/** One peer that sends what is wrong, and sees what it gets for it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { RawPeer, frameBytes, recorded, until } from '@dchat/e2e'
import { handshakeFrames } from '@dchat/net/testing'
import type { Random } from '@dchat/system'
import type { FrameClass, Verdict } from './frame-classes.ts'

export interface Encounter {
  readonly url: string
  /** Where it comes from: an address that nobody has used before. */
  readonly host: string
  readonly random: Random
}

/** Sends what a class holds, in pieces of any size, and comes again to see whether it may. @returns the verdict of the node */
export async function encounter({ url, host, random }: Encounter, wrong: FrameClass): Promise<Verdict> {
  await using peer = await RawPeer.dial(url, host)
  if (await isKept(peer, wrong, random)) return 'keep'
  return (await mayComeAgain(url, host)) ? 'close' : 'ban'
}

/** Sends what a class holds over a connection, whoever made it. @returns whether the node goes on with it */
export async function isKept(peer: RawPeer, wrong: FrameClass, random: Random): Promise<boolean> {
  const { isEarly = false, isFeatured = true, hangsUp = false } = wrong
  if (!isEarly) {
    peer.write(handshakeFrames({ features: isFeatured ? [['dchat.posts', 1]] : [] }))
    await peer.payload('ping')
  }
  await inPieces(peer, wrong.bytes(random), random)
  if (hangsUp) await peer[Symbol.asyncDispose]()
  else if (wrong.verdict === 'keep') {
    peer.write(frameBytes({ command: 'ping', payload: Buffer.of(5, 5) }))
    await until('the node answers or closes', () => peer.isClosed || hasPong(peer))
  } else await peer.closed()
  return !peer.isClosed
}

const hasPong = (peer: RawPeer): boolean => peer.frames.some(({ command }) => command === 'pong')

const PIECES_MAX = 6

/** A node has to take any split for the same. */
async function inPieces(peer: RawPeer, bytes: Buffer, random: Random): Promise<void> {
  const cuts = Array.from({ length: random.int(PIECES_MAX) }, () => random.int(bytes.length + 1)).toSorted((a, b) => a - b)
  let from = 0
  for (const to of [...cuts, bytes.length]) {
    peer.write(bytes.subarray(from, to))
    from = to
    await nextTurn()
  }
}

/** Whether a second connection from the host is greeted. */
async function mayComeAgain(url: string, host: string): Promise<boolean> {
  await using again = await RawPeer.dial(url, host)
  again.write(recorded('dialer', 'version'))
  await until('the node greets or closes', () => again.isClosed || again.frames.length > 0)
  return again.frames.length > 0
}
