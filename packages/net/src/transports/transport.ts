/** What a transport is: a stream of bytes and an address, nothing else. */

/** Hears what happens on a stream. Set once, before anything else is done with the stream. */
export interface StreamHandler {
  /** Bytes that came; the handler may keep them. */
  onData(chunk: Buffer): void
  /** Everything written has been handed to the network. */
  onDrain(): void
  /** The peer will send nothing more. */
  onEnd(): void
  /** The stream is gone and its resources freed; called once, after everything else. */
  onClose(error: Error | undefined): void
}

/** One open connection. It delivers nothing until `open` was called. */
export interface TransportStream {
  /** The other side's address, canonical, with the scheme of this transport. */
  readonly remoteUrl: string
  /** Written and not yet handed to the network, in bytes. */
  readonly bufferedBytes: number
  /** Whether the network has brought anything, also where nothing can be delivered yet. @default what was delivered tells */
  readonly hasReceived?: boolean
  /** Starts delivering to `handler`. */
  open(handler: StreamHandler): void
  /**
   * Queues `bytes`, which must not be changed after.
   * @returns false when the caller should wait for `onDrain`; also after `end` and `destroy`, when nothing is taken any more
   */
  write(bytes: Uint8Array): boolean
  /** Stops delivering data, so that the peer feels back-pressure. */
  pause(): void
  /** Delivers again, at once. */
  resume(): void
  /** Writes out what is queued, then closes our side; data that still comes is dropped. */
  end(): void
  /** Closes at once; what is queued is lost. */
  destroy(): void
}

/** What a dial is to heed. */
export interface DialOptions {
  /** Gives up: the promise rejects with its reason and no socket stays behind. */
  readonly signal: AbortSignal
  /** The address came from a peer: a name that stands for local addresses is refused. @default false */
  readonly isGlobalOnly?: boolean
}

/** A bound address. */
export interface Listening {
  /** The canonical address, with the real port where port 0 was asked for. */
  readonly url: string
  /** Accepts no more. Streams that were accepted stay open. Resolves once the address is free. */
  close(): Promise<void>
}

/** Makes streams of one scheme. Wire: docs/wire.md, *Transports*. */
export interface Transport {
  /**
   * Resolves with a stream that is ready for use: with TLS, the peer's certificate has been checked.
   * @throws NetError NET_DIAL_FAILED with the reason; NET_PROXY_UNREACHABLE; NET_TLS_…
   * @throws the signal's reason
   */
  dial(url: string, options: DialOptions): Promise<TransportStream>
  /**
   * Listens at an address.
   * @param url - canonical; port 0 takes a free one
   * @param onStream - owns each stream it is given. It is called at the accept: with TLS the handshake follows inside the stream,
   * which delivers and sends nothing before the peer's certificate was checked, and tells by `onClose(NetError)` when that fails.
   * @throws NetError NET_LISTEN_FAILED naming the address; NET_SCHEME_UNSUPPORTED for a transport that only dials
   */
  listen(url: string, onStream: (stream: TransportStream) => void): Promise<Listening>
}

/** One transport a scheme. */
export type TransportTable = ReadonlyMap<string, Transport>
