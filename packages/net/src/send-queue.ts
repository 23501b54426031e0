/**
 * What a channel has to write. Frames of one turn of the event loop leave in as few writes as possible: small ones are
 * laid side by side in one buffer, large ones go as they are, without a copy.
 */
import type { Clock } from '@dchat/system'
import type { MessageType } from './messages/message.ts'
import type { PacketWriter } from './messages/packet-writer.ts'
import type { TransportStream } from './transports/transport.ts'

const SMALLEST_CHUNK_BYTES = 1024
const LARGEST_CHUNK_BYTES = 64 * 1024
/** Frames from this size on are not copied. */
const SHARED_FRAME_BYTES = 8 * 1024

export interface SendQueueDeps {
  /** Says when the turn has ended. */
  readonly clock: Pick<Clock, 'defer'>
  readonly stream: Pick<TransportStream, 'write' | 'bufferedBytes'>
  readonly packets: PacketWriter
}

/** The writer of one channel. Bounded by its user, who looks at `queuedBytes` before adding. */
export class SendQueue {
  readonly #clock: SendQueueDeps['clock']
  readonly #stream: SendQueueDeps['stream']
  readonly #packets: PacketWriter
  /** The only frame of this turn so far, which leaves as it is: most broadcasts. */
  #single: Buffer | undefined
  #chunk: Buffer | undefined
  #used = 0
  #chunkBytes = SMALLEST_CHUNK_BYTES
  #isFlushScheduled = false
  #isClosed = false
  #unwrittenBytes = 0
  #totalBytes = 0

  constructor(deps: SendQueueDeps) {
    this.#clock = deps.clock
    this.#stream = deps.stream
    this.#packets = deps.packets
  }

  /** Added and not yet handed to the network, in bytes. */
  get queuedBytes(): number {
    return this.#unwrittenBytes + this.#stream.bufferedBytes
  }

  /** Bytes handed to the network so far: grows as long as the peer reads. */
  get sentBytes(): number {
    return this.#totalBytes - this.queuedBytes
  }

  /** Adds one message. @returns the bytes of its frame, 0 after the end. @throws as PacketWriter.encode */
  addMessage<T>(type: MessageType<T>, value: T): number {
    if (this.#isClosed) return 0
    this.#gatherSingle()
    if (this.#chunk !== undefined || type.maxBytes < SHARED_FRAME_BYTES || this.#chunkBytes >= SHARED_FRAME_BYTES) {
      const chunk = (this.#chunk ??= Buffer.allocUnsafeSlow(this.#chunkBytes))
      const end = this.#packets.encodeInto(type, value, { target: chunk, offset: this.#used })
      if (end >= 0) {
        const bytes = end - this.#used
        this.#count(bytes)
        this.#used = end
        return bytes
      }
    }
    return this.addFrame(this.#packets.encode(type, value))
  }

  /** Adds a whole frame, which must not be changed after: it may be shared with other channels. @returns as `addMessage` */
  addFrame(frame: Buffer): number {
    if (this.#isClosed) return 0
    this.#count(frame.length)
    if (frame.length < SHARED_FRAME_BYTES && this.#chunk === undefined && this.#single === undefined) {
      this.#single = frame
      return frame.length
    }
    this.#gatherSingle()
    this.#gather(frame)
    return frame.length
  }

  /** A second frame has come: the first goes where all go. */
  #gatherSingle(): void {
    const single = this.#single
    if (single === undefined) return
    this.#single = undefined
    this.#gather(single)
  }

  /** Lays a counted frame beside those before it. */
  #gather(frame: Buffer): void {
    if (frame.length >= SHARED_FRAME_BYTES) {
      this.#writeChunk()
      this.#write(frame)
      return
    }
    if (this.#chunk !== undefined && this.#used + frame.length > this.#chunk.length) {
      this.#writeChunk()
      this.#chunkBytes = Math.min(LARGEST_CHUNK_BYTES, this.#chunkBytes * 4)
    }
    while (this.#chunkBytes < frame.length) this.#chunkBytes *= 2
    this.#chunk ??= Buffer.allocUnsafeSlow(this.#chunkBytes)
    this.#used += frame.copy(this.#chunk, this.#used)
  }

  /** Hands everything to the stream now and takes nothing more. */
  close(): void {
    this.#writeChunk()
    this.#isClosed = true
  }

  #count(bytes: number): void {
    this.#unwrittenBytes += bytes
    this.#totalBytes += bytes
    if (this.#isFlushScheduled) return
    this.#isFlushScheduled = true
    this.#clock.defer(this.#flush)
  }

  readonly #flush = (): void => {
    this.#isFlushScheduled = false
    if (this.#isClosed) return
    if (this.#used < this.#chunkBytes / 8) this.#chunkBytes = Math.max(SMALLEST_CHUNK_BYTES, this.#chunkBytes / 2)
    this.#writeChunk()
  }

  #writeChunk(): void {
    const single = this.#single
    if (single !== undefined) {
      this.#single = undefined
      this.#write(single)
    }
    const chunk = this.#chunk
    if (chunk === undefined) return
    this.#chunk = undefined
    const used = this.#used
    this.#used = 0
    this.#write(chunk.subarray(0, used))
  }

  #write(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#unwrittenBytes -= bytes.length
    this.#stream.write(bytes)
  }
}
