/** The other end of a connection, in the hands of a test: sends any bytes and records what comes. */
import { decodeExact } from '@dchat/serial'
import type { Clock } from '@dchat/system'
import type { VersionMessage } from '../messages/core-messages.ts'
import type { AnyMessageType, MessageType } from '../messages/message.ts'
import { PacketReader } from '../messages/packet-reader.ts'
import type { Transport, TransportStream } from '../transports/transport.ts'
import { CORE_MESSAGES } from './core-message-list.ts'
import { MAGIC, handshakeFrames, messageFrame } from './frames.ts'

/** One message that the node sent. */
export interface ReceivedMessage {
  /** Its name on the wire. */
  readonly command: string
  /** Decoded. */
  readonly value: unknown
  /** Monotonic time of its arrival, in milliseconds. */
  readonly atMs: number
}

/** What a raw peer is given. */
export interface RawPeerOptions {
  /** Tells when messages come. */
  readonly clock: Clock
  /** Messages it understands beside those of the core protocols; an unknown command fails the test. */
  readonly messages?: readonly AnyMessageType[]
  /** Takes each message, and keeps in `received` what it wants, if anything: a peer may live long. */
  readonly onMessage?: (message: ReceivedMessage) => void
}

/** The other end of a connection: sends any bytes and records what comes. It reads from `open` on. */
export class RawPeer {
  /** The connection, to be handled as a test likes. */
  readonly stream: TransportStream
  /** What came, in order; with `onMessage`, what that has kept of it. */
  readonly received: ReceivedMessage[] = []
  /** Bytes that came. */
  receivedBytes = 0
  /** The node sends nothing more. */
  isEnded = false
  /** The stream is gone. */
  isClosed = false
  /** Resolves when the stream is gone. */
  readonly closed: Promise<void>
  readonly #clock: Clock
  readonly #reader: PacketReader<AnyMessageType>
  #resolveClosed: () => void = () => {}
  #listeners: (() => void)[] = []

  constructor(stream: TransportStream, options: RawPeerOptions) {
    this.stream = stream
    this.#clock = options.clock
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    this.#reader = new PacketReader<AnyMessageType>(MAGIC, {
      targets: [...CORE_MESSAGES, ...(options.messages ?? [])],
      unknown: (command) => {
        throw new Error(`the node sent "${command}"`)
      },
      open: () => true,
      deliver: (type, bytes, { start, end }) => {
        const value = decodeExact(type.codec, bytes.subarray(start, end))
        const message: ReceivedMessage = { command: type.name, value, atMs: this.#clock.monotonicMs() }
        if (options.onMessage === undefined) this.received.push(message)
        else options.onMessage(message)
        return true
      },
    })
  }

  /** Starts to read. */
  open(): this {
    this.stream.open({
      onData: (chunk) => {
        this.receivedBytes += chunk.length
        this.#reader.push(chunk)
        this.#tell()
      },
      onDrain: () => this.#tell(),
      onEnd: () => {
        this.isEnded = true
        this.#tell()
      },
      onClose: () => {
        this.isEnded = true
        this.isClosed = true
        this.#tell()
        this.#resolveClosed()
      },
    })
    return this
  }

  /** Sends bytes as they are. */
  send(...parts: readonly Uint8Array[]): void {
    for (const part of parts) this.stream.write(part)
  }

  /** Sends one message in a frame of its own. It keeps the limits of its type: to offend, `send` the bytes. */
  sendMessage<T>(type: MessageType<T>, value: T): void {
    this.send(messageFrame(type, value))
  }

  /** Sends version and verack. @param changes - of the version message: features, addresses */
  greet(changes: Partial<VersionMessage> = {}): void {
    this.send(handshakeFrames(changes))
  }

  /** The commands that came, in order. */
  get commands(): string[] {
    return this.received.map(({ command }) => command)
  }

  /** The values of one command, in order. */
  valuesOf<T>(type: MessageType<T>): T[] {
    return this.received.filter(({ command }) => command === type.name).map(({ value }) => value as T)
  }

  /** Resolves once `isDone` holds, looking after each thing that happens on the stream. For real sockets. */
  async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise<void>((resolve) => this.#listeners.push(resolve))
  }

  #tell(): void {
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
  }
}

/** Dials a node. @throws NetError as `Transport.dial` */
export async function dialRaw(transport: Transport, url: string, options: RawPeerOptions): Promise<RawPeer> {
  const stream = await transport.dial(url, { signal: new AbortController().signal })
  return new RawPeer(stream, options).open()
}

/** An address on which raw peers come up, one for each connection. */
export interface RawListener extends AsyncDisposable {
  readonly url: string
  readonly peers: RawPeer[]
}

export async function listenRaw(transport: Transport, url: string, options: RawPeerOptions): Promise<RawListener> {
  const peers: RawPeer[] = []
  const listening = await transport.listen(url, (stream) => peers.push(new RawPeer(stream, options).open()))
  return {
    url: listening.url,
    peers,
    [Symbol.asyncDispose]: async () => {
      for (const peer of peers) peer.stream.destroy()
      await listening.close()
    },
  }
}
