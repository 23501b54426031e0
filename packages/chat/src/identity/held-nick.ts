/** Whose nick it is. Facts: docs/chat.md, *Identity*. */
import { NICK_EARNED_MS } from '@dchat/store'
import type { Claim } from '@dchat/store'

/**
 * The key that holds a nick, given all who claim or claimed it; undefined while nobody does. It may have another nick at present: then
 * nobody else holds this one.
 *
 * The one key that the user pinned and that uses the nick holds it; two of them are to be told apart. If there is none: the key whose use
 * was NICK_EARNED_MS old before any other showed up, even for a moment. More than one can't be.
 * @param nowMs Unix ms
 */
export function holderOf(claims: readonly Claim[], nowMs: number): string | undefined {
  const pinned = claims.filter((claim) => claim.pinned && claim.current)
  if (pinned.length > 0) return pinned.length === 1 ? pinned[0]!.key : undefined
  return claims.find((claim) => hasEarned(claim, claims, nowMs))?.key
}

function hasEarned(claim: Claim, claims: readonly Claim[], nowMs: number): boolean {
  const earned = claim.since + NICK_EARNED_MS
  const used = claim.current ? nowMs : claim.lastSeen
  return used >= earned && claims.every((other) => other.key === claim.key || other.firstSeen >= earned)
}

/** Whether the nick of `key` is shown with its tag. @param claims of that nick @param nowMs Unix ms */
export function showsTag(key: string, claims: readonly Claim[], nowMs: number): boolean {
  return holderOf(claims, nowMs) !== key
}
