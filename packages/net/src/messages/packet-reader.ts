/**
 * Reads frames from a stream that may be split anywhere: `magic[4] | VarInt n | command[n] | VarInt m | payload[m]`.
 * Wire: docs/wire.md, *Frame*. Checked in this order, each as soon as its bytes are there: magic, command length,
 * command, payload length; nothing is allocated by a declared length.
 */
import { isUtf8 } from 'node:buffer'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

/** Where the payloads of one command go. */
export interface PacketTarget {
  readonly commandBytes: Uint8Array
}

/** What the reader asks and tells its owner. Whatever these throw comes out of `push` and `resume`. */
export interface PacketSink<T extends PacketTarget> {
  /** Commands that are taken, in any order; read at every header. */
  readonly targets: readonly T[]
  /** A command nobody takes: throw to refuse it; returning skips its payload, up to FRAME_SKIP_MAX_BYTES. */
  unknown(command: string): void
  /** A payload of `length` bytes is announced: throw to refuse it, false skips it, true takes it. */
  open(target: T, length: number): boolean
  /**
   * A whole payload, `bytes[start, end)`; the bytes are only lent for the call.
   * @returns false to be given nothing more until `resume`.
   */
  deliver(target: T, bytes: Buffer, range: { start: number; end: number }): boolean
}

/** Longest header: magic, command length and command, payload length. */
const HEADER_MAX_BYTES = 4 + 3 + 255 + 9

/** The incremental parser of one channel. Holds at most what it has received of one frame, plus what came while paused. */
export class PacketReader<T extends PacketTarget> {
  readonly #magic: Uint8Array
  readonly #sink: PacketSink<T>
  /** A header of which only a part has come; made when that happens. */
  #partial: Buffer | undefined
  #partialBytes = 0
  /** How many headers have come. */
  #headers = 0
  /** Set by `#parseHeader`: where the payload begins, how long it is, who takes it. */
  #headerEnd = 0
  #payloadBytes = 0
  #target: T | undefined
  /** Bytes of the current payload still to come; -1 while reading a header. */
  #missing = -1
  #gathered: Buffer | undefined
  #gatheredBytes = 0
  /** The buffer of the last payload that spanned reads, for the next one; given up when a frame comes that does not. */
  #spare: Buffer | undefined
  #paused = false
  #waiting: Buffer[] = []
  readonly #range = { start: 0, end: 0 }

  constructor(magic: Uint8Array, sink: PacketSink<T>) {
    this.#magic = magic
    this.#sink = sink
  }

  /** True while a frame has begun and not ended. */
  get isInsideFrame(): boolean {
    return this.frame > 0
  }

  /** Which frame is under way, counted from 1; 0 between frames. */
  get frame(): number {
    return this.#missing >= 0 ? this.#headers : this.#partialBytes > 0 ? this.#headers + 1 : 0
  }

  /** Bytes held back: parts of a frame, and chunks that came while the sink was full. */
  get heldBytes(): number {
    let bytes = this.#partialBytes + (this.#gathered?.length ?? 0) + (this.#spare?.length ?? 0)
    for (const chunk of this.#waiting) bytes += chunk.length
    return bytes
  }

  /**
   * Takes the next bytes of the stream.
   * @returns false when the sink is full: push no more until `resume` returned true (what is pushed anyway is kept).
   * @throws NetError for what breaks the frame rules; the reader must not be used after that.
   */
  push(chunk: Buffer): boolean {
    if (this.#paused) {
      this.#waiting.push(chunk)
      return false
    }
    this.#consume(chunk)
    return !this.#paused
  }

  /** Delivers nothing more until `resume`: what is pushed meanwhile is kept. */
  pause(): void {
    this.#paused = true
  }

  /** Goes on after a pause. @returns false when it is full again. @throws as `push` */
  resume(): boolean {
    this.#paused = false
    while (!this.#paused) {
      const chunk = this.#waiting.shift()
      if (chunk === undefined) return true
      this.#consume(chunk)
    }
    return false
  }

  #consume(chunk: Buffer): void {
    let offset = 0
    const end = chunk.length
    while (offset < end) {
      if (this.#paused) {
        this.#waiting.unshift(chunk.subarray(offset))
        return
      }
      offset = this.#missing < 0 ? this.#consumeHeader(chunk, offset) : this.#consumePayload(chunk, offset)
    }
  }

  #consumeHeader(chunk: Buffer, offset: number): number {
    if (this.#partialBytes === 0) {
      if (this.#parseHeader(chunk, offset, chunk.length)) return this.#beginPayload(chunk, this.#headerEnd)
      this.#partial = Buffer.allocUnsafe(HEADER_MAX_BYTES)
      this.#partialBytes = chunk.copy(this.#partial, 0, offset)
      return chunk.length
    }
    const before = this.#partialBytes
    const partial = this.#partial!
    this.#partialBytes += chunk.copy(partial, before, offset, offset + HEADER_MAX_BYTES - before)
    if (!this.#parseHeader(partial, 0, this.#partialBytes)) return offset + this.#partialBytes - before
    this.#partial = undefined
    this.#partialBytes = 0
    return this.#beginPayload(chunk, offset + this.#headerEnd - before)
  }

  /** Takes a payload that lies whole in the chunk, or starts to gather it. */
  #beginPayload(chunk: Buffer, offset: number): number {
    const length = this.#payloadBytes
    if (this.#target !== undefined && !this.#sink.open(this.#target, length)) {
      checkSkipped(this.#target.commandBytes, length)
      this.#target = undefined
    }
    const end = offset + length
    if (end <= chunk.length) {
      this.#spare = undefined
      if (this.#target !== undefined) this.#deliver(chunk, offset, end)
      return end
    }
    this.#missing = length
    if (this.#target !== undefined) {
      const firstBytes = Math.max(LIMITS.PAYLOAD_FIRST_BUFFER_BYTES.value, chunk.length - offset)
      this.#gathered = this.#spare ?? Buffer.allocUnsafeSlow(Math.min(length, firstBytes))
      this.#spare = undefined
      this.#gatheredBytes = 0
    }
    return offset
  }

  #consumePayload(chunk: Buffer, offset: number): number {
    const taken = Math.min(this.#missing, chunk.length - offset)
    if (this.#target !== undefined) this.#gather(chunk, offset, taken)
    this.#missing -= taken
    if (this.#missing > 0) return offset + taken
    this.#missing = -1
    const gathered = this.#gathered
    this.#gathered = undefined
    if (this.#target !== undefined && gathered !== undefined) {
      this.#deliver(gathered, 0, this.#payloadBytes)
      this.#spare = gathered
    }
    return offset + taken
  }

  #gather(chunk: Buffer, offset: number, length: number): void {
    let gathered = this.#gathered!
    const needed = this.#gatheredBytes + length
    if (needed > gathered.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.#payloadBytes, needed + LIMITS.PAYLOAD_FIRST_BUFFER_BYTES.value))
      gathered.copy(larger, 0, 0, this.#gatheredBytes)
      gathered = larger
      this.#gathered = larger
    }
    chunk.copy(gathered, this.#gatheredBytes, offset, offset + length)
    this.#gatheredBytes = needed
  }

  #deliver(bytes: Buffer, start: number, end: number): void {
    const range = this.#range
    range.start = start
    range.end = end
    if (!this.#sink.deliver(this.#target!, bytes, range)) this.#paused = true
  }

  /** Reads a header in `bytes[start, end)`. @returns false when it is not all there yet. */
  #parseHeader(bytes: Buffer, start: number, end: number): boolean {
    const magic = this.#magic
    const magicEnd = Math.min(end, start + 4)
    for (let index = start; index < magicEnd; index += 1) {
      if (bytes[index] !== magic[index - start]) throw badMagic(bytes, start, magicEnd)
    }
    let offset = start + 4
    if (offset >= end) return false
    let commandBytes = bytes[offset]!
    offset += 1
    if (commandBytes > 0xfc) {
      const width = commandBytes === 0xfd ? 2 : commandBytes === 0xfe ? 4 : 8
      if (offset + width > end) return false
      commandBytes = checkedCommandLength(bytes, offset, width)
      offset += width
    }
    const commandEnd = offset + commandBytes
    if (commandEnd >= end) return false
    const lengthOffset = commandEnd
    let payloadBytes = bytes[lengthOffset]!
    this.#headerEnd = lengthOffset + 1
    if (payloadBytes > 0xfc) {
      const width = payloadBytes === 0xfd ? 2 : payloadBytes === 0xfe ? 4 : 8
      if (this.#headerEnd + width > end) return false
      payloadBytes = payloadLength(bytes, this.#headerEnd, width)
      this.#headerEnd += width
    }
    this.#headers += 1
    this.#payloadBytes = payloadBytes
    this.#target = this.#find(bytes, offset, commandEnd)
    if (this.#target === undefined) {
      this.#sink.unknown(commandName(bytes, offset, commandEnd))
      checkSkipped(bytes.subarray(offset, commandEnd), payloadBytes)
    }
    return true
  }

  #find(bytes: Buffer, start: number, end: number): T | undefined {
    const targets = this.#sink.targets
    const length = end - start
    candidates: for (let index = 0; index < targets.length; index += 1) {
      const wanted = targets[index]!.commandBytes
      if (wanted.length !== length) continue
      for (let at = 0; at < length; at += 1) {
        if (wanted[at] !== bytes[start + at]) continue candidates
      }
      return targets[index]
    }
    return undefined
  }
}

function badMagic(bytes: Buffer, start: number, end: number): NetError {
  return new NetError('NET_BAD_MAGIC', { magic: bytes.toString('hex', start, end) }, { fault: 'peer' })
}

/** A command length in a wide VarInt: only 253 to 255 are both minimal and allowed. */
function checkedCommandLength(bytes: Buffer, offset: number, width: number): number {
  const length =
    width === 2 ? bytes.readUInt16LE(offset) : width === 4 ? bytes.readUInt32LE(offset) : Number(bytes.readBigUInt64LE(offset))
  if (!isMinimal(length, width)) throw malformed('length is not in its shortest form')
  const maxBytes = LIMITS.COMMAND_MAX_BYTES.value
  if (length > maxBytes) throw new NetError('NET_COMMAND_TOO_LONG', { length, maxBytes }, { fault: 'peer' })
  return length
}

/** Above 2^53 the figure is approximate, and above every limit. */
function payloadLength(bytes: Buffer, offset: number, width: number): number {
  const length =
    width === 2 ? bytes.readUInt16LE(offset) : width === 4 ? bytes.readUInt32LE(offset) : Number(bytes.readBigUInt64LE(offset))
  if (!isMinimal(length, width)) throw malformed('payload length is not in its shortest form')
  return length
}

/** What nobody takes is read and dropped, but not for ever. */
function checkSkipped(command: Uint8Array, length: number): void {
  const maxBytes = LIMITS.FRAME_SKIP_MAX_BYTES.value
  if (length <= maxBytes) return
  throw new NetError(
    'NET_FRAME_TOO_LARGE',
    { command: Buffer.from(command).toString('utf8'), length, maxBytes },
    { fault: 'peer' },
  )
}

function isMinimal(length: number, width: number): boolean {
  return width === 2 ? length > 0xfc : width === 4 ? length > 0xffff : length > 0xffff_ffff
}

function commandName(bytes: Buffer, start: number, end: number): string {
  const name = bytes.subarray(start, end)
  if (!isUtf8(name)) throw malformed('not UTF-8')
  return name.toString('utf8')
}

/** Closed without a ban, as the reference does where a command cannot be read. */
function malformed(reason: string): NetError {
  return new NetError('NET_COMMAND_MALFORMED', { reason }, { fault: 'peer' })
}
