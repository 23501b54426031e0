/**
 * A peer written from the description of the wire alone (docs/wire.md), which shares no code with the node: a mistake that
 * the node would make in reading and writing alike shows here.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { until } from './until.ts'

/** In which what is waited for comes. */
const SEEN_TIMEOUT_MS = 20_000
const MAGIC = Buffer.of(0xd9, 0xef, 0xb6, 0x7d)

export interface Frame {
  readonly command: string
  readonly payload: Buffer
}

export type Side = 'dialer' | 'listener'

/** A frame that one reference node sent to another. Source: tooling/interop/vectors/transcripts.json. */
export interface RecordedFrame {
  readonly from: Side
  readonly command: string
  readonly frame_hex: string
}

/** All that two reference nodes said, in order. */
export function recordedFrames(transcript: string): readonly RecordedFrame[] {
  const file = new URL('../../interop/vectors/transcripts.json', import.meta.url)
  const frames = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, readonly RecordedFrame[]>)[transcript]
  if (frames === undefined) throw new TypeError(`there is no transcript ${transcript}`)
  return frames
}

/** Bytes of a frame of a chat (or of another transcript): the first of a side and a command, unless `nth` says otherwise. */
export function recorded(from: Side, command: string, options: { transcript?: string; nth?: number } = {}): Buffer {
  const { transcript = 'chat_channel', nth = 0 } = options
  const frame = recordedFrames(transcript).filter((one) => one.from === from && one.command === command)[nth]
  if (frame === undefined) throw new TypeError(`${transcript} has no ${command} (${nth}) of the ${from}`)
  return Buffer.from(frame.frame_hex, 'hex')
}

/** `magic[4] | VarInt n | command[n] | VarInt m | payload[m]` */
export function frameBytes({ command, payload }: Frame): Buffer {
  return Buffer.concat([MAGIC, varInt(command.length), Buffer.from(command), varInt(payload.length), payload])
}

/** A chat line: its payload is a string. */
export function chatFrame(text: string): Buffer {
  return frameBytes({ command: 'DchatMsg', payload: stringBytes(text) })
}

/** `VarInt n | UTF-8[n]` */
export function stringBytes(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([varInt(bytes.length), bytes])
}

function varInt(value: number): Buffer {
  if (value <= 0xfc) return Buffer.of(value)
  const bytes = Buffer.alloc(value <= 0xffff ? 3 : 5)
  bytes[0] = value <= 0xffff ? 0xfd : 0xfe
  if (value <= 0xffff) bytes.writeUInt16LE(value, 1)
  else bytes.writeUInt32LE(value, 1)
  return bytes
}

/** Takes the first frame off `bytes`, or nothing when it is not whole. @throws {Error} for bytes that begin no frame */
function takeFrame(bytes: Buffer): { frame: Frame; rest: Buffer } | undefined {
  if (bytes.length < 6) return undefined
  if (!bytes.subarray(0, 4).equals(MAGIC)) throw new Error(`no frame begins with ${bytes.subarray(0, 4).toString('hex')}`)
  const commandEnd = 5 + bytes[4]!
  if (bytes.length <= commandEnd) return undefined
  const width = { 0xfd: 2, 0xfe: 4 }[bytes[commandEnd]!] ?? 0
  const start = commandEnd + 1 + width
  if (bytes.length < start) return undefined
  const length = width === 0 ? bytes[commandEnd]! : bytes.readUIntLE(commandEnd + 1, width)
  if (bytes.length < start + length) return undefined
  const frame = { command: bytes.toString('utf8', 5, commandEnd), payload: bytes.subarray(start, start + length) }
  return { frame, rest: bytes.subarray(start + length) }
}

export class RawPeer implements AsyncDisposable {
  /** All that came, in order. */
  readonly frames: Frame[] = []
  /** Bytes after the last whole frame. */
  rest: Buffer = Buffer.alloc(0)
  isClosed = false
  readonly #socket: Socket
  /** The node sent what is no frame of this network: told to who waits for one. */
  #fault: unknown
  #waiting: (() => void)[] = []

  /** @param socket connected, of TCP or TLS */
  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', () => {}) // that the connection is gone is what tests look at
    socket.once('close', () => {
      this.isClosed = true
      this.#tell()
    })
  }

  /** @param url of the node @param localAddress where the node sees it come from */
  static async dial(url: string, localAddress: string): Promise<RawPeer> {
    const { hostname: host, port } = new URL(url)
    const socket = connect({ host, port: Number(port), localAddress })
    const peer = new RawPeer(socket)
    await once(socket, 'connect')
    return peer
  }

  /** Where the node sees it come from, as `host:port`. */
  get address(): string {
    return `${this.#socket.localAddress}:${this.#socket.localPort}`
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Writes each byte by itself, as reference nodes write much of theirs. */
  async writeByBytes(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      this.#socket.write(Buffer.of(byte))
      await nextTurn()
    }
  }

  /** The payload of the frame with this command, the first unless `nth` says otherwise. @throws {Error} when it does not come */
  async payload(command: string, nth = 0): Promise<Buffer> {
    const frame = await this.seen(`${command} (${nth})`, {
      look: () => this.frames.filter((one) => one.command === command)[nth],
    })
    return frame.payload
  }

  /**
   * What `look` gives, asked at once and whenever something has come, as soon as that is not undefined.
   * @throws {Error} naming `what`, when the connection ends first, or after `timeoutMs` (20 s; Infinity for none)
   */
  async seen<T>(what: string, options: { look: () => T | undefined; timeoutMs?: number }): Promise<T> {
    const { look, timeoutMs = SEEN_TIMEOUT_MS } = options
    const endMs = performance.now() + timeoutMs
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (this.#fault !== undefined) throw this.#fault
      if (this.isClosed) throw new Error(`the node closed before it sent ${what}`)
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) throw new Error(`the node did not send ${what}`)
      await this.#somethingComes(leftMs)
    }
  }

  /** Exchanges versions as that side did in the recorded chat, and waits until the node's protocols run. */
  async greet(side: Side): Promise<void> {
    for (const command of ['version', 'verack']) this.write(recorded(side, command))
    await this.payload('verack')
    await this.payload('ping')
  }

  /** Resolves when the connection is gone. */
  async closed(): Promise<void> {
    await until('the node closes the connection', () => this.isClosed)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    await this.closed()
  }

  async #somethingComes(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      if (timeoutMs < Infinity) timer = setTimeout(resolve, timeoutMs)
      this.#waiting.push(resolve)
    })
    clearTimeout(timer)
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #receive(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk])
    try {
      this.#takeFrames()
    } catch (error) {
      this.#fault ??= error
    }
    this.#tell()
  }

  #takeFrames(): void {
    for (let taken = takeFrame(this.rest); taken !== undefined; taken = takeFrame(this.rest)) {
      this.frames.push(taken.frame)
      this.rest = taken.rest
    }
  }
}

/** Listens for the node, with a raw peer for each connection. */
export class RawListener implements AsyncDisposable {
  readonly peers: RawPeer[] = []
  /** Canonical. */
  readonly url: string
  readonly #close: () => Promise<void>

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url
    this.#close = close
  }

  static async listen(host: string): Promise<RawListener> {
    const server = createServer()
    server.listen(0, host)
    await once(server, 'listening')
    const listener = new RawListener(`tcp://${host}:${(server.address() as AddressInfo).port}/`, async () => {
      server.close()
      await once(server, 'close')
    })
    server.on('connection', (socket) => listener.peers.push(new RawPeer(socket)))
    return listener
  }

  peer(nth = 0): Promise<RawPeer> {
    return until(`the node connects to ${this.url}`, () => this.peers[nth])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer[Symbol.asyncDispose]()))
    await this.#close()
  }
}
