/** What the store keeps: one chat line as it was sent or received. Facts: spec rpc.md, "A message". */

/** `text` and `action` are what people wrote; `topic` and `system` are lines about the room. */
export type MessageKind = 'text' | 'action' | 'topic' | 'system'

/** How far an own line came: kept here, written to channels, known to be held by peers, or given up. */
export interface Delivery {
  readonly state: 'stored' | 'sent' | 'held' | 'failed'
  /** Channels the line was written to. */
  readonly written: number
  /** Peers known to hold it. */
  readonly held: number
}

/**
 * A line before it is stored. Strings have to be well-formed Unicode (a lone surrogate would come back as U+FFFD) and
 * the times whole numbers; anything else is refused with a TypeError.
 */
export interface NewMessage {
  /** Hex id of a post; null for an unsigned line. */
  readonly id: string | null
  readonly room: string
  readonly kind: MessageKind
  /** Hex key of the author; null for an unsigned line. */
  readonly authorKey: string | null
  /** Of a signed line, what the newest known profile of its author, or of the identity that vouches for him, says instead, wherever it is read. */
  readonly nick: string | null
  /** The peer's address an unsigned line came from. */
  readonly from: string | null
  readonly text: string
  /** Unix ms by the author's clock; null for an unsigned line. */
  readonly time: number | null
  /** Unix ms by our clock. */
  readonly received: number
  readonly own: boolean
  /** Own lines only. */
  readonly delivery: Delivery | null
}

export interface StoredMessage extends NewMessage {
  /** Grows with each stored line and is never used twice: the cursor of every `since`. At least 1. */
  readonly seq: number
  /** Its author took it back: the text is ''. */
  readonly retracted: boolean
  /** A line of another that named the user when it came (`isMention` of the store's options). */
  readonly mention: boolean
  /** Hex key of the identity that vouches for its author in its private room, as far as is known when it is read; else null. */
  readonly member: string | null
}
