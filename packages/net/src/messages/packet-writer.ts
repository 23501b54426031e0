/**
 * Writes frames: `magic[4] | VarInt n | command[n] | VarInt m | payload[m]`. Wire: docs/wire.md, *Frame*.
 * A frame is always whole in one buffer: a reference node bans who ends a connection in the middle of one.
 */
import { Writer } from '@dchat/serial'
import { NetError } from '../errors.ts'
import type { AnyMessageType, MessageType } from './message.ts'

/** Kept between frames so that encoding allocates nothing; given up again after an unusually large payload. */
const SCRATCH_KEEP_BYTES = 128 * 1024
let scratch = new Writer(1024)

/** The bytes before the payload length, by message type: one writer serves one network. */
export class PacketWriter {
  readonly #magic: Uint8Array
  readonly #heads = new Map<AnyMessageType, Buffer>()

  constructor(magic: Uint8Array) {
    this.#magic = magic
  }

  /**
   * Encodes one frame into a buffer of its own, to be shared by all channels it goes to.
   * @throws NetError NET_MESSAGE_TOO_LARGE when the payload is above the command's limit.
   * @throws SerialError when a value does not fit its field.
   */
  encode<T>(type: MessageType<T>, value: T): Buffer {
    const length = this.#encodePayload(type, value)
    const head = this.#headOf(type)
    const frame = Buffer.allocUnsafe(head.length + varIntBytes(length) + length)
    writeFrame(frame, 0, { head, payload: scratch.finish() })
    return frame
  }

  /**
   * Encodes one frame into `target` at `offset`.
   * @returns the offset behind it, or -1 when `target` has no room (nothing was written then).
   * @throws as `encode`
   */
  encodeInto<T>(type: MessageType<T>, value: T, place: { readonly target: Buffer; readonly offset: number }): number {
    const length = this.#encodePayload(type, value)
    const head = this.#headOf(type)
    if (place.offset + head.length + varIntBytes(length) + length > place.target.length) return -1
    return writeFrame(place.target, place.offset, { head, payload: scratch.finish() })
  }

  #encodePayload<T>(type: MessageType<T>, value: T): number {
    if (scratch.length > SCRATCH_KEEP_BYTES) scratch = new Writer(1024)
    scratch.reset()
    type.codec.encode(scratch, value)
    const length = scratch.length
    if (length > type.maxBytes) {
      throw new NetError('NET_MESSAGE_TOO_LARGE', { command: type.name, length, maxBytes: type.maxBytes })
    }
    return length
  }

  #headOf(type: AnyMessageType): Buffer {
    const known = this.#heads.get(type)
    if (known !== undefined) return known
    const writer = new Writer(16)
    writer.bytes(this.#magic)
    writer.varInt(type.commandBytes.length)
    writer.bytes(type.commandBytes)
    const head = Buffer.from(writer.finish())
    this.#heads.set(type, head)
    return head
  }
}

/** The size of a whole frame. */
export function frameBytes(commandBytes: number, payloadBytes: number): number {
  return 4 + varIntBytes(commandBytes) + commandBytes + varIntBytes(payloadBytes) + payloadBytes
}

function varIntBytes(value: number): number {
  return value <= 0xfc ? 1 : value <= 0xffff ? 3 : 5
}

function writeFrame(target: Buffer, offset: number, parts: { readonly head: Buffer; readonly payload: Uint8Array }): number {
  const { head, payload } = parts
  target.set(head, offset)
  let end = offset + head.length
  const length = payload.length
  if (length <= 0xfc) {
    target[end++] = length
  } else if (length <= 0xffff) {
    target[end++] = 0xfd
    end = target.writeUInt16LE(length, end)
  } else {
    target[end++] = 0xfe
    end = target.writeUInt32LE(length, end)
  }
  target.set(payload, end)
  return end + length
}
