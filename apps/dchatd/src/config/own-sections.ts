/** The tables that are ours alone: an unknown key in them is an error. */
import { choiceKind, integerKind, readKeys, refuseUnknownKeys, textKind } from '@dchat/config'
import type { ConfigSection, KeyTable, Parsed, Places, TomlTable } from '@dchat/config'

export interface ChatConfig {
  /** Messages a second that one channel may send us, 0 for no limit (docs/wire.md, `DchatMsg`). @default 50 */
  readonly rateLimit: number
  /** The name used until one is set by RPC. @default null */
  readonly nick: string | null
  /** Which rooms' posts are stored for peers. @default 'all' */
  readonly keep: Keep
}

export type Keep = 'all' | 'joined'

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

interface ChatValues {
  readonly rate_limit: number
  readonly nick: string | undefined
  readonly keep: Keep
}

interface StoreValues {
  readonly max_bytes: number
  readonly max_age_days: number
}

const CHAT_KEYS: KeyTable<ChatValues> = {
  rate_limit: {
    kind: integerKind({ unit: 'messages a second', min: 0, max: MAX_RATE }),
    default: 50,
    text: 'What one channel may send us; above it we read no further for a while. 0 for no limit',
    isLive: true,
  },
  nick: {
    kind: textKind('1 to 32 characters', parseNick),
    sample: 'nick = "alice"',
    text: 'The name used until one is set, as by `/nick`',
    isLive: false,
  },
  keep: {
    kind: choiceKind('all', 'joined'),
    default: 'all',
    text:
      'Which rooms are stored and compared with peers: every room that is heard of, at most 1,024 beside those that are joined, or only ' +
      'those that are joined; posts of the others are then handed on from memory. What is stored stays until it is too old',
    isLive: true,
  },
}

const STORE_KEYS: KeyTable<StoreValues> = {
  max_bytes: {
    kind: integerKind({ unit: 'bytes', min: MIN_STORE_BYTES, max: MAX_STORE_BYTES }),
    default: 1024 ** 3,
    text: 'Size the history is kept below; oldest lines of others go first, your own last',
    isLive: true,
  },
  max_age_days: {
    kind: integerKind({ unit: 'days', min: 1, max: MAX_STORE_DAYS }),
    default: 365,
    text: 'Age after which lines are dropped',
    isLive: true,
  },
}

export const CHAT_SECTION: ConfigSection = { path: ['chat'], title: '[chat]', keys: CHAT_KEYS }
export const STORE_SECTION: ConfigSection = { path: ['store'], title: '[store]', keys: STORE_KEYS }

/** @throws {ConfigError} */
export function readChatSection(root: TomlTable, places: Places): ChatConfig {
  const table = root.section('chat')
  const { rate_limit: rateLimit, nick, keep } = readKeys(table, CHAT_KEYS, places)
  refuseUnknownKeys(table)
  return { rateLimit, nick: nick ?? null, keep }
}

/** @throws {ConfigError} */
export function readStoreSection(root: TomlTable, places: Places): StoreConfig {
  const table = root.section('store')
  const { max_bytes: maxBytes, max_age_days: maxAgeDays } = readKeys(table, STORE_KEYS, places)
  refuseUnknownKeys(table)
  return { maxBytes, maxAgeDays }
}

/** 1 to 32 characters (Unicode scalar values), no controls: docs/chat.md, profile posts. */
function parseNick(text: string): Parsed<string> {
  const length = Array.from(text).length
  // oxlint-disable-next-line no-control-regex -- a nick may not hold controls, so they are named here
  if (length >= 1 && length <= 32 && text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return { value: text }
  return { reason: 'must have 1 to 32 characters and no control characters' }
}
