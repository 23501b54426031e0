/** Clients of the three carriers that send bytes as they are, in pieces of any size, and pass on each answer. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** What a carrier makes of an input, and of what comes back. */
export interface Wire {
  /** Said first, and answered before anything else. */
  readonly opening: string | undefined
  frame(input: Buffer): Buffer
  /** Takes the first whole answer off `bytes`: undefined when there is none yet. An empty text is an answer without a body. */
  take(bytes: Buffer): { text: string; rest: Buffer } | undefined
  /** What comes for an input that JSON-RPC leaves unanswered: nothing, or an answer without a body. */
  readonly silence: 'nothing' | 'empty'
  /** Whether an input of blanks is no input at all. */
  readonly skipsBlanks: boolean
}

const LF = 0x0a

export const LINES: Wire = {
  opening: undefined,
  silence: 'nothing',
  skipsBlanks: true,
  frame: (input) => Buffer.concat([input, Buffer.of(LF)]),
  take: (bytes) => {
    const end = bytes.indexOf(LF)
    return end === -1 ? undefined : { text: bytes.toString('utf8', 0, end), rest: bytes.subarray(end + 1) }
  },
}

export const HTTP: Wire = {
  opening: undefined,
  silence: 'empty',
  skipsBlanks: false,
  frame: (input) => Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${input.length}\r\n\r\n`), input]),
  take: (bytes) => {
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return undefined
    const head = bytes.toString('latin1', 0, end)
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
    const start = end + 4
    if (bytes.length < start + length) return undefined
    if (!/^HTTP\/1\.1 20[04] /.test(head)) return { text: `not JSON: ${head}`, rest: bytes.subarray(start + length) }
    return { text: bytes.toString('utf8', start, start + length), rest: bytes.subarray(start + length) }
  },
}

const KEY = 'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='

/** `FIN, binary | masked, length | length[0, 2 or 8] | mask of zeros | bytes`: binary, so that bad UTF-8 reaches the daemon's own check. */
export const WEB_SOCKET: Wire = {
  opening: `GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${KEY}\r\n\r\n`,
  silence: 'nothing',
  skipsBlanks: false,
  frame: (input) => {
    const head = Buffer.alloc(input.length < 126 ? 6 : input.length < 65_536 ? 8 : 14)
    head[0] = 0x82
    head[1] = 0x80 | (input.length < 126 ? input.length : input.length < 65_536 ? 126 : 127)
    if (head.length === 8) head.writeUInt16BE(input.length, 2)
    if (head.length === 14) head.writeBigUInt64BE(BigInt(input.length), 2)
    return Buffer.concat([head, input])
  },
  take: (bytes) => {
    if (bytes.length < 2) return undefined
    const short = bytes[1]! & 0x7f
    const start = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length < start) return undefined
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
    if (bytes.length < start + length) return undefined
    const text = bytes.toString('utf8', start, start + length)
    return { text: (bytes[0]! & 0x0f) === 1 ? text : `not JSON: opcode ${bytes[0]}`, rest: bytes.subarray(start + length) }
  },
}

export class WireClient {
  readonly closed: Promise<void>
  readonly #wire: Wire
  readonly #socket: Socket
  #rest: Buffer = Buffer.alloc(0)

  private constructor(wire: Wire, socket: Socket) {
    this.#wire = wire
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  static async connect(path: string, wire: Wire, onAnswer: (text: string) => void): Promise<WireClient> {
    const socket = connect({ path })
    await once(socket, 'connect')
    if (wire.opening !== undefined) {
      socket.write(wire.opening)
      await once(socket, 'data')
    }
    const client = new WireClient(wire, socket)
    socket.on('error', () => {}) // who waits for answers notices
    socket.on('data', (chunk: Buffer) => client.#read(chunk, onAnswer))
    return client
  }

  /** Sends all `inputs`, cut where `cut` says: it is asked for the length of each piece. */
  send(inputs: readonly Buffer[], cut: () => number): void {
    const bytes = Buffer.concat(inputs.map((input) => this.#wire.frame(input)))
    for (let at = 0; at < bytes.length;) {
      const length = cut()
      this.#socket.write(bytes.subarray(at, at + length))
      at += length
    }
  }

  end(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer, onAnswer: (text: string) => void): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (let taken = this.#wire.take(this.#rest); taken !== undefined; taken = this.#wire.take(this.#rest)) {
      this.#rest = taken.rest
      onAnswer(taken.text)
    }
  }
}
