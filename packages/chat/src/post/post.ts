/** What a post is. Wire: docs/chat.md, *Post*. */

/** A post as its grammar gives it; immutable. The signature is not checked by being here. */
export interface Post {
  /** SHA-256 of `bytes`: 32 bytes. */
  readonly id: Buffer
  /** The whole signed byte string. */
  readonly bytes: Buffer
  /** Ed25519 public key: 32 bytes. */
  readonly author: Buffer
  readonly room: string
  readonly kind: number
  /** The author's clock, Unix ms; a larger u64 than a number holds exactly is Number.MAX_SAFE_INTEGER, far in the future. */
  readonly time: number
  /** At most 8 ids of 32 bytes. */
  readonly parents: readonly Buffer[]
  readonly body: string
}

/** Kinds that this version knows; others are kept and relayed, not shown. */
export const PostKind = {
  Text: 0,
  Action: 1,
  Profile: 2,
  Topic: 3,
  Retract: 4,
  BoxKey: 5,
  DirectMessage: 16,
  PrivateRoom: 17,
} as const

export type PostKind = (typeof PostKind)[keyof typeof PostKind]

/** What its author decides of a post. */
export interface PostDraft {
  readonly room: string
  readonly kind: number
  /** Unix ms. */
  readonly time: number
  readonly parents: readonly Buffer[]
  readonly body: string
}

/** Signs posts with one key. */
export interface Signer {
  /** Ed25519 public key: 32 bytes. */
  readonly key: Buffer
  /** A signature of 64 bytes over `message`. */
  sign(message: Buffer): Buffer
}
