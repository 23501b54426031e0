/** What the scrollback holds, one item a stored line, own line under way, or note of this program. All texts are sanitised. */
import type { Message } from '@dchat/rpc'

/** A line the daemon has stored. */
export interface MessageItem {
  readonly type: 'message'
  readonly key: string
  /** Unix ms it is sorted and shown by. */
  readonly at: number
  readonly message: Message
}

/**
 * How far an own line got that is not known to be stored: `sending` waits for the answer; `unsure`: the answer was lost, the
 * history will tell; `unknown`: the history did not tell; `failed`: the daemon said no.
 */
export type PendingState = 'sending' | 'unsure' | 'unknown' | 'failed'

export interface PendingItem {
  readonly type: 'pending'
  readonly key: string
  readonly at: number
  readonly localId: number
  readonly text: string
  readonly kind: 'text' | 'action'
  /** `seq` of the newest line known when it was sent: the stored line's is larger. */
  readonly afterSeq: number
  readonly state: PendingState
  /** Why it failed, one line; empty otherwise. */
  readonly reason: string
  /** Whether it failed as there is no box key to encrypt it to. */
  readonly isKeyless: boolean
}

export interface NoticeItem {
  readonly type: 'notice'
  readonly key: string
  readonly at: number
  readonly level: 'info' | 'error'
  readonly text: string
}

export type Item = MessageItem | PendingItem | NoticeItem

/** Room order: by the author's time, unsigned lines by when they were stored. */
export function messageItem(message: Message): MessageItem {
  return { type: 'message', key: messageKey(message), at: message.time ?? message.received, message }
}

/** The key of the item of a stored line. */
export function messageKey({ seq }: Pick<Message, 'seq'>): string {
  return `m${seq}`
}

/** Negative when `a` stands before `b`: by time, stored lines of one time by `seq`, then what is local in the order it came. */
export function compareItems(a: Item, b: Item): number {
  if (a.at !== b.at) return a.at - b.at
  if (a.type === 'message' && b.type === 'message') return a.message.seq - b.message.seq
  if (a.type === 'message') return -1
  return b.type === 'message' ? 1 : 0
}

/** UTF-16 units an item holds, about. */
export function itemUnits(item: Item): number {
  return item.type === 'message' ? item.message.text.length : item.text.length
}
