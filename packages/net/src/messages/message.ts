/** What a message is: its command, its limits and its codec. */
import type { Codec } from '@dchat/serial'
import { NetError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { MeteringConfiguration } from '../metering.ts'

/**
 * What to do with a payload above `maxBytes`: 'fault' bans and closes; a number of bytes up to which the payload is
 * skipped as it streams by, and above which the channel is closed without a ban.
 */
export type OversizePolicy = 'fault' | { readonly skipMaxBytes: number }

/** A message type whose values are not known: it is named, told apart and decoded, but nothing is encoded by it. Every `MessageType` is one. */
export interface AnyMessageType {
  /** The command on the wire, at most 255 bytes of UTF-8. */
  readonly name: string
  /** `name` as it is sent. */
  readonly commandBytes: Uint8Array
  /** Largest payload, in bytes. */
  readonly maxBytes: number
  /** Points that one message counts. */
  readonly meteringScore: number
  /** How much of the command a channel may carry. */
  readonly metering: MeteringConfiguration
  /** The layout of the payload, for reading. */
  readonly codec: Pick<Codec<unknown>, 'decode'>
  /** What becomes of a larger payload. */
  readonly oversize: OversizePolicy
}

/** A message type of the network. Make one with `defineMessage`. Wire: docs/wire.md, *Frame*. */
export interface MessageType<T> extends AnyMessageType {
  /** The layout of the payload. */
  readonly codec: Codec<T>
}

/** What makes a message type: see `defineMessage`. */
export interface MessageDefinition<T> {
  /** The command on the wire: 1 to 255 bytes of UTF-8. */
  readonly name: string
  /** Largest payload in bytes: 1 to 16 MiB (`LIMITS.MESSAGE_MAX_BYTES`). Of a string its length counts too: a byte up to 252, three above. */
  readonly maxBytes: number
  /** Points that one message counts; 0 or more. */
  readonly meteringScore: number
  /** How much of the command a channel may carry, both ways; `NO_METERING` for any amount. */
  readonly metering: MeteringConfiguration
  /** The layout of the payload, which it has to use up. The type of the message is its type. */
  readonly codec: Codec<T>
  /** What becomes of a larger payload. `skipMaxBytes` is maxBytes to `LIMITS.FRAME_SKIP_MAX_BYTES`. @default 'fault' */
  readonly oversize?: OversizePolicy
}

/**
 * Makes a message type, once for a program: channels know it by its identity. Nothing is registered; subscribe to it or send it.
 * @throws RangeError naming the field: the name is not 1 to 255 bytes of UTF-8, or a number is not whole or out of its range
 */
export function defineMessage<T>(definition: MessageDefinition<T>): MessageType<T> {
  const { name, maxBytes, meteringScore, metering, oversize = 'fault' } = definition
  const commandBytes = Buffer.from(name, 'utf8')
  if (!name.isWellFormed()) throw new RangeError('name has a lone surrogate')
  check('bytes of name', commandBytes.length, { least: 1, most: LIMITS.COMMAND_MAX_BYTES.value })
  check('maxBytes', maxBytes, { least: 1, most: LIMITS.MESSAGE_MAX_BYTES.value })
  check('meteringScore', meteringScore, ANY_COUNT)
  check('metering.threshold', metering.threshold, ANY_COUNT)
  check('metering.sleepStepMs', metering.sleepStepMs, ANY_COUNT)
  check('metering.expiryMs', metering.expiryMs, ANY_COUNT)
  if (oversize !== 'fault') {
    check('oversize.skipMaxBytes', oversize.skipMaxBytes, { least: maxBytes, most: LIMITS.FRAME_SKIP_MAX_BYTES.value })
  }
  return { ...definition, oversize, commandBytes }
}

const ANY_COUNT = { least: 0, most: Number.MAX_SAFE_INTEGER } as const

function check(field: string, value: number, range: { readonly least: number; readonly most: number }): void {
  if (Number.isSafeInteger(value) && value >= range.least && value <= range.most) return
  throw new RangeError(`${field} is ${value}: a whole number of ${range.least} to ${range.most} is wanted`)
}

/**
 * Whether a payload of `length` bytes is taken; false when it is to be skipped.
 * @param on.isErrand of a channel that skips what it does not need, where others fault
 * @throws NetError NET_MESSAGE_TOO_LARGE; NET_FRAME_TOO_LARGE when it is too long even to be skipped
 */
export function fitsType(type: AnyMessageType, length: number, on: { readonly isErrand: boolean }): boolean {
  const { maxBytes, oversize, name } = type
  if (length <= maxBytes) return true
  if (oversize === 'fault') {
    if (!on.isErrand) throw new NetError('NET_MESSAGE_TOO_LARGE', { command: name, length, maxBytes }, { fault: 'peer' })
  } else if (length > oversize.skipMaxBytes) {
    throw new NetError('NET_FRAME_TOO_LARGE', { command: name, length, maxBytes: oversize.skipMaxBytes }, { fault: 'peer' })
  }
  return false
}

/** The values of a message type: `type Hello = MessageOf<typeof hello>`. */
export type MessageOf<M> = M extends MessageType<infer T> ? T : never
