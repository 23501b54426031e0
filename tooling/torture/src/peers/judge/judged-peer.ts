/** One connection of the judge: it speaks as a node of the reference was recorded to, and says what that would ban for. */
import type { Socket } from 'node:net'
import { chatFrame, frameBytes, recorded } from '@dchat/e2e'
import type { Side } from '@dchat/e2e'
import { JudgedStream } from './judged-stream.ts'
import type { Verdict } from './reference-rules.ts'

export interface JudgedPeerOptions {
  readonly socket: Socket
  readonly side: Side
  /** The payload of an `addr` for whoever asks. */
  readonly addrs: () => Buffer
  /** The version exchange is done. */
  readonly onGreeted: () => void
  /** The connection is gone; undefined: nothing was wrong with all that came. */
  readonly onGone: (verdict: Verdict | undefined) => void
}

export class JudgedPeer {
  readonly #options: JudgedPeerOptions
  readonly #stream: JudgedStream
  frames = 0
  chatLines = 0

  constructor(options: JudgedPeerOptions) {
    const { socket, side } = options
    this.#options = options
    this.#stream = new JudgedStream({
      isDialler: side === 'dialer',
      nowMs: () => performance.now(),
      onFrame: (command, payload) => this.#onFrame(command, payload),
    })
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', () => {}) // that it is gone is told by 'close'
    socket.once('close', () => this.#onClose())
    socket.write(recorded(side, 'version'))
  }

  /** Ends it as a node does that is told to stop. */
  hangUp(): void {
    this.#options.socket.end()
    this.#options.socket.destroySoon()
  }

  #onData(chunk: Buffer): void {
    this.#stream.push(chunk)
    if (this.#stream.verdict !== undefined) this.#options.socket.destroy()
  }

  #onClose(): void {
    this.#stream.end()
    this.#options.onGone(this.#stream.verdict)
  }

  #onFrame(command: string, payload: Buffer): void {
    const { socket, side, addrs } = this.#options
    this.frames += 1
    if (command === 'DchatMsg') this.chatLines += 1
    if (command === 'version') socket.write(recorded(side, 'verack'))
    if (command === 'ping') socket.write(frameBytes({ command: 'pong', payload }))
    if (command === 'getaddr') socket.write(frameBytes({ command: 'addr', payload: addrs() }))
    if (command !== 'verack') return
    for (const own of ['ping', 'getaddr'] as const) socket.write(recorded(side, own))
    socket.write(chatFrame('a line of the judge'))
    this.#options.onGreeted()
  }
}
