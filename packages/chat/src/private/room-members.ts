/** Who is in a private room, and who of them is to get the secret of the room that takes its place. Facts: docs/chat.md, *Private room*. */
import type { RoomAuthor } from '@dchat/store'

/** An author of a private room. Keys are lower-case hex. */
export interface RoomMember {
  /** The key that he made for this room alone. */
  readonly author: string
  /** The identity that vouches for it; null: unverified. */
  readonly identity: string | null
  readonly own: boolean
  /** Time of his newest post that is known, by his clock, Unix ms. */
  readonly lastSeen: number
}

export interface Remaining {
  /** Each once, in the order of the members. */
  readonly identities: readonly string[]
  /** Authors that nobody vouches for. */
  readonly unverified: number
  /** The first of `without` that is no other member. */
  readonly stranger: string | undefined
}

/**
 * Who remains without some, who are named by their identities or by their keys in the room: whoever vouches for such a key goes with it,
 * with all his keys.
 */
export function remainingOf(members: readonly RoomMember[], without: readonly string[], ownIdentity: string): Remaining {
  const isOwn = ({ own, identity }: RoomMember): boolean => own || identity === ownIdentity
  const others = members.filter((member) => !isOwn(member))
  const known = new Set(others.flatMap(({ author, identity }) => (identity === null ? [author] : [author, identity])))
  const stranger = without.find((key) => !known.has(key))
  const shutOut = new Set(without)
  for (const { author, identity } of others) if (identity !== null && shutOut.has(author)) shutOut.add(identity)
  const identities = new Set<string>()
  let unverified = 0
  for (const { author, identity } of others) {
    if (identity === null) unverified += shutOut.has(author) ? 0 : 1
    else if (!shutOut.has(identity)) identities.add(identity)
  }
  return { identities: [...identities], unverified, stranger }
}

/** @param ownAuthor hex of the own key of the room */
export function toMembers(members: readonly RoomAuthor[], ownAuthor: string): RoomMember[] {
  return members.map(({ author, identity, lastSeen }) => ({ author, identity, own: author === ownAuthor, lastSeen }))
}
