/** A peer that has exchanged versions, sends as fast as the node takes it, and answers pings as long as the node reads it. */
import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { frameBytes } from '@dchat/e2e'
import { handshakeFrames } from '@dchat/net/testing'
import type { Ground } from '../attack.ts'
import type { Connection } from '../connection.ts'
import { PingScanner } from './ping-scanner.ts'

const POSTS = [['dchat.posts', 1]] as const

export class FloodPeer {
  readonly #ground: Ground
  readonly #connection: Connection
  readonly #pinged = Promise.withResolvers<void>()

  private constructor(ground: Ground, connection: Connection) {
    this.#ground = ground
    this.#connection = connection
    const scanner = new PingScanner((command, payload) => this.#hear(command, payload))
    connection.on('data', (chunk: Buffer) => scanner.push(chunk))
    connection.once('close', () => this.#pinged.resolve())
  }

  /** One that the node has taken for a peer. @throws {Error} when it was not let in */
  static async greeted(ground: Ground, host: string): Promise<FloodPeer> {
    const peer = new FloodPeer(ground, await ground.connect({ host }))
    peer.#connection.write(handshakeFrames({ features: POSTS }))
    await peer.#pinged.promise
    if (peer.isGone) throw new Error('the node did not let it in')
    ground.count('let in')
    return peer
  }

  get isGone(): boolean {
    return this.#connection.closed || this.#connection.destroyed
  }

  /** Resolves once the node's side has taken most of it. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.isGone) return
    this.#ground.count('bytes', bytes.length)
    if (this.#connection.write(bytes)) return
    const gone = new AbortController()
    const closed = once(this.#connection, 'close', { signal: gone.signal })
    await Promise.race([once(this.#connection, 'drain', { signal: gone.signal }), closed]).catch(() => {})
    gone.abort()
  }

  /** Sends what `next` gives, until the node has ended it or the attack is over. */
  async flood(next: () => Uint8Array): Promise<void> {
    while (!this.isGone && !this.#ground.signal.aborted) {
      await this.send(next())
      await nextTurn()
    }
    if (this.isGone && !this.#ground.signal.aborted) this.#ground.count('ended by the node')
  }

  #hear(command: string, payload: Buffer): void {
    if (command !== 'ping') return
    if (!this.isGone) this.#connection.write(frameBytes({ command: 'pong', payload: Buffer.from(payload) }))
    this.#pinged.resolve()
  }
}
