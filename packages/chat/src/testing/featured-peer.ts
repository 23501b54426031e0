/** A peer that speaks the commands of posts, in the hands of a test: honest as far as it is told to be. Wire: docs/chat.md, *Commands*. */
import type { MessageType, Transport, TransportStream } from '@dchat/net'
import { ping, pong } from '@dchat/net'
import type { NonceMessage, VersionMessage } from '@dchat/net'
import { RawPeer } from '@dchat/net/testing'
import type { ReceivedMessage } from '@dchat/net/testing'
import type { Clock } from '@dchat/system'
import type { RawPost } from './raw-post.ts'
import { WIRE_MESSAGES, wire } from './wire-messages.ts'

export interface FeaturedPeerOptions {
  readonly clock: Clock
  /** What it lists in its version message. @default dchat.posts 1 */
  readonly features?: readonly (readonly [string, number])[]
  /** What else its version message says. @default {} */
  readonly version?: Partial<VersionMessage>
  /** Hears each message before it is kept in `received`. */
  readonly onMessage?: (message: ReceivedMessage, peer: FeaturedPeer) => void
}

const FEATURES = [['dchat.posts', 1]] as const

/** Exchanges versions, answers pings, and does nothing else by itself but what `serve` and `onMessage` say. */
export class FeaturedPeer {
  readonly raw: RawPeer
  readonly #served = new Map<string, Buffer>()

  constructor(stream: TransportStream, options: FeaturedPeerOptions) {
    const onMessage = (message: ReceivedMessage): void => {
      if (message.command === ping.name) this.raw.sendMessage(pong, { nonce: (message.value as NonceMessage).nonce })
      else {
        options.onMessage?.(message, this)
        this.raw.received.push(message)
        if (message.command === wire.want.name) this.#answer(message.value as { ids: readonly Uint8Array[] })
      }
    }
    this.raw = new RawPeer(stream, { clock: options.clock, messages: WIRE_MESSAGES, onMessage })
    this.raw.open()
    this.raw.greet({ features: options.features ?? FEATURES, ...options.version })
  }

  static async dial(transport: Transport, url: string, options: FeaturedPeerOptions): Promise<FeaturedPeer> {
    return new FeaturedPeer(await transport.dial(url, { signal: new AbortController().signal }), options)
  }

  /** What the node sent, pings left out. */
  get received(): ReceivedMessage[] {
    return this.raw.received
  }

  get isClosed(): boolean {
    return this.raw.isClosed
  }

  /** Answers each `want` for these posts from now on. */
  serve(posts: readonly RawPost[]): this {
    for (const { hex, bytes } of posts) this.#served.set(hex, bytes)
    return this
  }

  send<T>(type: MessageType<T>, value: T): void {
    this.raw.sendMessage(type, value)
  }

  /** Sends posts unasked, at once. */
  post(...posts: readonly { readonly bytes: Buffer }[]): void {
    for (const { bytes } of posts) this.send(wire.post, { bytes })
  }

  /** What came of one command, in order. */
  valuesOf<T>(type: MessageType<T>): T[] {
    return this.raw.valuesOf(type)
  }

  #answer({ ids }: { readonly ids: readonly Uint8Array[] }): void {
    for (const id of ids) {
      const bytes = this.#served.get(Buffer.from(id).toString('hex'))
      if (bytes !== undefined) this.send(wire.post, { bytes })
    }
  }
}

/** An address on which featured peers come up, one for each connection. */
export interface FeaturedListener {
  readonly url: string
  readonly peers: FeaturedPeer[]
  close(): Promise<void>
}

export async function listenFeatured(transport: Transport, url: string, options: FeaturedPeerOptions): Promise<FeaturedListener> {
  const peers: FeaturedPeer[] = []
  const listening = await transport.listen(url, (stream) => peers.push(new FeaturedPeer(stream, options)))
  return { url: listening.url, peers, close: () => listening.close() }
}
