/** The commands of posts as a peer sees them, written down a second time from docs/chat.md, *Commands*: for hostile and foreign peers. */
import { NO_METERING, defineMessage } from '@dchat/net'
import type { AnyMessageType, MessageType } from '@dchat/net'
import { bool, byteString, fixedBytes, string, struct, tuple, u16, u32, u64Number, vec } from '@dchat/serial'
import type { Codec } from '@dchat/serial'

const id = fixedBytes(32)
const ids = vec(id)

function command<T>(name: string, codec: Codec<T>): MessageType<T> {
  // As large as frames may be: whoever is hostile keeps to no bound of a command.
  return defineMessage({ name, maxBytes: 1024 * 1024, meteringScore: 0, metering: NO_METERING, codec })
}

export const wire = {
  post: command('post', struct({ bytes: byteString })),
  have: command('have', struct({ ids })),
  want: command('want', struct({ ids })),
  rooms: command('rooms', struct({ rooms: vec(tuple(string, u64Number, u64Number, u32)) })),
  page: command('page', struct({ request: u32, room: string, beforeTime: u64Number, beforeId: id, limit: u16 })),
  pageend: command('pageend', struct({ request: u32, count: u16, more: bool })),
  sync: command('sync', struct({ session: u32, room: string, since: u64Number, until: u64Number, frame: byteString })),
}

export const WIRE_MESSAGES: readonly AnyMessageType[] = Object.values(wire)

/** What a `sync` says. */
export interface SyncValue {
  readonly session: number
  readonly room: string
  readonly since: number
  readonly until: number
  readonly frame: Uint8Array
}
