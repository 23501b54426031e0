/** Everything that can go wrong in packages/chat, as data: callers switch on `code`, the compiler knows the fields. */
import type { Fault } from '@dchat/net'
import type { PostFate } from '@dchat/store'
import { errorText } from '@dchat/system'
import type { PostFlaw } from './post/post-flaw.ts'

/** The fields that come with each code. Codes are never reused; docs/errors.md lists them. */
export interface ChatErrorData {
  CHAT_POST_MALFORMED: { reason: PostFlaw }
  CHAT_RECONCILE_MALFORMED: { reason: string }
  CHAT_POST_FORGED: Record<string, never>
  CHAT_POST_REFUSED: { room: string; reason: PostRefusal }
  CHAT_NO_OWN_POST: { seq: number }
  CHAT_ALREADY_SENT: { seq: number; written: number; held: number }
  // encrypted kinds
  CHAT_TEXT_TOO_LONG: { bytes: number; maxBytes: number }
  CHAT_BOX_KEY_UNUSABLE: { key: string }
  CHAT_NO_BOX_KEY: { key: string; reason: BoxKeyFlaw }
  CHAT_TOO_MANY_HELD: { maxMessages: number }
  CHAT_INVITATION_MALFORMED: { reason: string }
  CHAT_ROOM_LOCKED: { room: string }
  CHAT_ROOM_NAME: { reason: string }
  CHAT_NO_MEMBER: { room: string; key: string }
  CHAT_REKEY_BROKEN: { room: string; newRoom: string; invited: number; left: number }
  // the own key
  CHAT_IDENTITY_UNREADABLE: { path: string; reason: string }
  CHAT_IDENTITY_EXPOSED: { path: string; mode: string }
  CHAT_IDENTITY_DAMAGED: { path: string; reason: string }
  CHAT_IDENTITY_UNWRITABLE: { path: string; reason: string }
  // the files of box keys and of private rooms' keys
  CHAT_KEYS_UNREADABLE: { path: string; reason: string }
  CHAT_KEYS_EXPOSED: { path: string; mode: string }
  CHAT_KEYS_DAMAGED: { path: string; reason: string }
  CHAT_KEYS_VERSION: { path: string; version: number; known: number }
  CHAT_KEYS_UNWRITABLE: { path: string; reason: string }
  CHAT_ROOMS_FULL: { maxRooms: number }
  CHAT_PASSPHRASE_SHORT: { minCharacters: number }
  CHAT_PASSPHRASE_WRONG: Record<string, never>
  CHAT_EXPORT_DAMAGED: { reason: string }
  CHAT_EXPORT_VERSION: { version: number; known: number }
}

/** Why the store does not take an own post: see `PostFate`. */
export type PostRefusal = Exclude<PostFate, 'stored' | 'known'>

/** Why nothing can be encrypted to an identity: no box key of it is here, the newest is older than 35 days, or its secret is known to everybody. */
export type BoxKeyFlaw = 'unknown' | 'expired' | 'unusable'

export type ChatErrorCode = keyof ChatErrorData

const TEXTS: { readonly [C in ChatErrorCode]: string } = {
  CHAT_POST_MALFORMED: 'post breaks its grammar',
  CHAT_RECONCILE_MALFORMED: 'frame of a reconciliation is malformed',
  CHAT_POST_FORGED: 'signature or room proof of a post does not hold',
  CHAT_POST_REFUSED: 'own post would not be kept, here or elsewhere',
  CHAT_NO_OWN_POST: 'no own post is followed that has made this line',
  CHAT_ALREADY_SENT: 'own post was sent to somebody already',
  CHAT_TEXT_TOO_LONG: 'text is too long to be encrypted',
  CHAT_BOX_KEY_UNUSABLE: 'box key keeps nothing secret',
  CHAT_NO_BOX_KEY: 'no box key to encrypt a message to',
  CHAT_TOO_MANY_HELD: 'too many messages wait for box keys',
  CHAT_INVITATION_MALFORMED: 'text is no invitation to a private room',
  CHAT_ROOM_LOCKED: 'keys of the private room are not here',
  CHAT_ROOM_NAME: 'private room cannot have this name',
  CHAT_NO_MEMBER: 'key is of no other member of the private room',
  CHAT_REKEY_BROKEN: 'new room is made, and not all are told of it',
  CHAT_IDENTITY_UNREADABLE: 'key file cannot be read',
  CHAT_IDENTITY_EXPOSED: 'key file is open to other users',
  CHAT_IDENTITY_DAMAGED: 'key file holds no Ed25519 key',
  CHAT_IDENTITY_UNWRITABLE: 'key file cannot be written',
  CHAT_KEYS_UNREADABLE: 'file of keys cannot be read',
  CHAT_KEYS_EXPOSED: 'file of keys is open to other users',
  CHAT_KEYS_DAMAGED: 'file of keys is damaged',
  CHAT_KEYS_VERSION: 'file of keys was written by a newer version',
  CHAT_KEYS_UNWRITABLE: 'file of keys cannot be written',
  CHAT_ROOMS_FULL: 'no more private rooms can be held',
  CHAT_PASSPHRASE_SHORT: 'passphrase is too short',
  CHAT_PASSPHRASE_WRONG: 'passphrase does not open this export',
  CHAT_EXPORT_DAMAGED: 'text is no whole export of an identity: copy it again',
  CHAT_EXPORT_VERSION: 'export was made by another version',
}

/** An error of packages/chat. `message` is for people and may change; `code` and `data` are the contract. */
export class ChatError<C extends ChatErrorCode = ChatErrorCode> extends Error {
  override readonly name = 'ChatError'
  readonly code: C
  readonly data: ChatErrorData[C]
  /** 'peer' when the other side broke the protocol. @default 'none' */
  readonly fault: Fault

  constructor(code: C, data: ChatErrorData[C], options: { fault?: Fault; cause?: unknown } = {}) {
    super(errorText(TEXTS[code], code, data), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = data
    this.fault = options.fault ?? 'none'
  }
}

/** Every code, for the test that compares this table with docs/errors.md. */
export const CHAT_ERROR_CODES: readonly ChatErrorCode[] = Object.keys(TEXTS) as ChatErrorCode[]

/** Narrows `error` to a ChatError, of `code` when given. */
export function isChatError<C extends ChatErrorCode>(error: unknown, code?: C): error is ChatError<C> {
  return error instanceof ChatError && (code === undefined || error.code === code)
}
