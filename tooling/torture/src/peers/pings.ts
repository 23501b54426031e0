/** The pings of a raw peer that stays: those of the node, which it answers, and its own. Wire: docs/wire.md, *Core messages*. */
import { setTimeout as sleep } from 'node:timers/promises'
import { frameBytes } from '@dchat/e2e'
import type { RawPeer } from '@dchat/e2e'

/** As often as a peer may ping without meeting the metering: four times in ten seconds. */
const PING_EVERY_MS = 2_600

/** Answers the `nth` ping as it should be. @throws {Error} when the connection ends before it comes */
export async function pong(peer: RawPeer, nth = 0): Promise<void> {
  const payload = await peer.seen('a ping', {
    look: () => peer.frames.filter(({ command }) => command === 'ping')[nth]?.payload,
    timeoutMs: Infinity,
  })
  peer.write(frameBytes({ command: 'pong', payload }))
}

/** Answers every ping from number `from` on as long as the connection lasts. */
export async function pongs(peer: RawPeer, from = 0): Promise<void> {
  try {
    for (let nth = from; ; nth += 1) await pong(peer, nth)
  } catch {
    // The connection is gone, or what came over it is no frame.
  }
}

/**
 * Pings the node again and again. It never resolves.
 * @param onPong told when an answered ping was sent, in ms @throws {Error} when the node closes, or does not answer as it should
 */
export async function askPings(peer: RawPeer, onPong: (sentMs: number) => void): Promise<never> {
  for (let nth = 0; ; nth += 1) {
    const sentMs = performance.now()
    const nonce = Buffer.of(nth % 256, 7)
    peer.write(frameBytes({ command: 'ping', payload: nonce }))
    const payload = await peer.payload('pong', nth)
    if (!payload.equals(nonce)) throw new Error('the pong is of another ping')
    onPong(sentMs)
    await sleep(PING_EVERY_MS)
  }
}
