/** WebSocket: one JSON value a message, text or binary. */
import type { Socket } from 'node:net'
import type { TOO_LONG } from '@dchat/rpc'
import type { WebSocket } from '@fastify/websocket'
import type { DrainWatch } from './drain-watch.ts'
import { encodeNotification } from './encode.ts'
import type { Carrier } from './peer-connection.ts'
import { TurnCork } from './turn-cork.ts'

/** Close code for a server that goes away. */
const GOING_AWAY = 1001

export class WsCarrier implements Carrier {
  readonly kind = 'ws'
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #cork: TurnCork
  /** At most the messages of one chunk from the socket: reading rests while there is one. */
  readonly #messages: Buffer[] = []

  constructor(ws: WebSocket, options: { socket: Socket; watch: DrainWatch }) {
    this.#ws = ws
    this.#socket = options.socket
    this.#cork = new TurnCork(options.socket, () => options.watch.wrote())
  }

  get queuedBytes(): number {
    return Math.max(this.#ws.bufferedAmount, this.#socket.writableLength)
  }

  push(message: Buffer): void {
    this.#messages.push(message)
    this.#ws.pause()
  }

  /** Too long messages never come here: ws closes the connection with 1009. */
  next(): Buffer | typeof TOO_LONG | undefined {
    return this.#messages.shift()
  }

  pause(): void {
    this.#ws.pause()
  }

  resume(): void {
    this.#ws.resume()
  }

  write(json: string): void {
    this.#cork.hold()
    this.#ws.send(json)
  }

  notify(method: string, params: unknown): void {
    this.write(encodeNotification(method, params))
  }

  end(): void {
    this.#ws.resume() // the closing handshake needs what the client still sends
    this.#ws.close(GOING_AWAY)
  }

  destroy(): void {
    this.#ws.terminate()
  }
}
