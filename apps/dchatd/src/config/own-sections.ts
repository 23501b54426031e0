/** The tables that are ours alone: an unknown key in them is an error. */
import { refuseUnknownKeys } from '@dchat/daemon'
import type { Parsed, TomlTable } from '@dchat/daemon'

export interface ChatConfig {
  /** Messages a second that one channel may send us, 0 for no limit (docs/wire.md, `DchatMsg`). @default 50 */
  readonly rateLimit: number
  /** The name used until one is set by RPC. @default null */
  readonly nick: string | null
}

export interface StoreConfig {
  /** Size the message store is kept below. @default 1 GiB */
  readonly maxBytes: number
  /** Age after which messages are dropped. @default 365 */
  readonly maxAgeDays: number
}

/** A bound for slips of the keyboard; a channel cannot deliver more. */
const MAX_RATE = 10_000_000
/** Below this there is hardly room for the tables themselves. */
const MIN_STORE_BYTES = 256 * 1024
const MAX_STORE_BYTES = 2 ** 46
const MAX_STORE_DAYS = 36_500

/** @throws {ConfigError} */
export function readChatSection(root: TomlTable): ChatConfig {
  const chat = root.section('chat')
  const config = {
    rateLimit: chat.integer('rate_limit', { min: 0, max: MAX_RATE }) ?? 50,
    nick: chat.parsed('nick', parseNick) ?? null,
  }
  refuseUnknownKeys(chat)
  return config
}

/** @throws {ConfigError} */
export function readStoreSection(root: TomlTable): StoreConfig {
  const store = root.section('store')
  const config = {
    maxBytes: store.integer('max_bytes', { min: MIN_STORE_BYTES, max: MAX_STORE_BYTES }) ?? 1024 ** 3,
    maxAgeDays: store.integer('max_age_days', { min: 1, max: MAX_STORE_DAYS }) ?? 365,
  }
  refuseUnknownKeys(store)
  return config
}

/** 1 to 32 characters (Unicode scalar values), no controls: docs/chat.md, profile posts. */
function parseNick(text: string): Parsed<string> {
  const length = Array.from(text).length
  // oxlint-disable-next-line no-control-regex -- a nick may not hold controls, so they are named here
  if (length >= 1 && length <= 32 && text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return { value: text }
  return { reason: 'must have 1 to 32 characters and no control characters' }
}
