/** The contract of who is in a private room, and where it goes on. Facts: docs/chat.md, *Encrypted kinds*. Keys are lower-case hex. */

/** Somebody who has written in a private room, or is vouched for in it. */
export interface RoomAuthor {
  /** The key he has in this room. */
  readonly author: string
  /** The identity that vouches for it, by the newest certificate; null without one. */
  readonly identity: string | null
  /** Time of his newest post that is known, by his clock, Unix ms. */
  readonly lastSeen: number
}

/** Somebody's word that a private room goes on in a new one. */
export interface Rekey {
  readonly room: string
  readonly author: string
  readonly identity: string | null
  readonly newRoom: string
  /** By his clock, Unix ms. */
  readonly time: number
  /** Of the line that tells it. */
  readonly seq: number
}

/** Certificates and rekeys are known of rooms while they are joined, and stay. */
export interface MemberStore {
  /** Newest first, at most 1,000. */
  list(room: string): RoomAuthor[]
  identityOf(room: string, author: string): string | undefined
  /** Whether the identity vouches for somebody in the room: among all who are known, not only those that `list` tells. */
  isMember(room: string, identity: string): boolean
  /** Where the room goes on, newest line first, at most 1,000; without those that were taken back. */
  rekeysOf(room: string): Rekey[]
  /** Which rooms go on in this one, likewise. */
  rekeysTo(newRoom: string): Rekey[]
}
