/** What a liar about history is: a peer that the node dials, speaks as it should, and answers with what is not so. Wire: docs/chat.md, *Commands*. */
import type { FeaturedPeer, RawPost } from '@dchat/chat/testing'
import type { Random } from '@dchat/system'

export interface PageQuestion {
  readonly request: number
  readonly room: string
  readonly beforeTime: number
  readonly beforeId: Uint8Array
  readonly limit: number
}

export interface SyncQuestion {
  readonly session: number
  readonly room: string
  readonly since: number
  readonly until: number
  readonly frame: Uint8Array
}

/** What a liar has in its hands. */
export interface Ground {
  readonly random: Random
  /** Posts that the node lacks and the honest peer holds, oldest first. */
  readonly gap: readonly RawPost[]
  /** Posts of the room that nobody has but the liar: valid, and other ones at each call. */
  make(count: number, time?: number | bigint): readonly RawPost[]
  /** Calls `work` again and again, as long as the connection lasts. */
  every(ms: number, work: () => void): void
}

/** Where a lie leaves something out the peer is one without history: no rooms, empty pages, equal sets, and nothing for a `want`. */
export interface Lie {
  /** In kebab-case, and unique. */
  readonly name: string
  /** Whether it costs the time that the node gives a peer: tried in the long form only. @default false */
  readonly isSlow?: true
  greet?(peer: FeaturedPeer, ground: Ground): void
  page?(question: PageQuestion, peer: FeaturedPeer, ground: Ground): void
  sync?(question: SyncQuestion, peer: FeaturedPeer, ground: Ground): void
  want?(ids: readonly Uint8Array[], peer: FeaturedPeer, ground: Ground): void
}
