/** What a message is: its command, its limits and its codec. */
import type { Codec } from '@dchat/serial'
import type { MeteringConfiguration } from '../metering.ts'

/**
 * What to do with a payload above `maxBytes`: 'fault' bans and closes; a number of bytes up to which the payload is
 * skipped as it streams by, and above which the channel is closed without a ban.
 */
export type OversizePolicy = 'fault' | { readonly skipMaxBytes: number }

/** A message type of the network. Make one with `defineMessage`. */
export interface MessageType<T> {
  /** The command on the wire, at most 255 bytes of UTF-8. */
  readonly name: string
  readonly commandBytes: Uint8Array
  readonly maxBytes: number
  readonly meteringScore: number
  readonly metering: MeteringConfiguration
  readonly codec: Codec<T>
  readonly oversize: OversizePolicy
}

export interface MessageDefinition<T> {
  readonly name: string
  /** Largest payload in bytes. */
  readonly maxBytes: number
  readonly meteringScore: number
  readonly metering: MeteringConfiguration
  readonly codec: Codec<T>
  /** @default 'fault' */
  readonly oversize?: OversizePolicy
}

/** @throws {RangeError} when the name is longer than 255 bytes or a limit is not a positive whole number. */
export function defineMessage<T>(definition: MessageDefinition<T>): MessageType<T> {
  const commandBytes = Buffer.from(definition.name, 'utf8')
  if (commandBytes.length === 0 || commandBytes.length > 255) throw new RangeError(`command name of ${commandBytes.length} bytes`)
  if (!Number.isSafeInteger(definition.maxBytes) || definition.maxBytes < 1)
    throw new RangeError(`maxBytes ${definition.maxBytes}`)
  return { oversize: 'fault', ...definition, commandBytes }
}

/** The TypeScript type of a message. */
export type MessageOf<M> = M extends MessageType<infer T> ? T : never
