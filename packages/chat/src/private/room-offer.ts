/** What an invitation in a conversation offers. Facts: docs/chat.md, *Private room*, Rekey: a client offers to follow, and never follows by itself. */
import type { MemberStore, RoomStore, StoredMessage } from '@dchat/store'
import { isConversation } from '@dchat/store'
import { isChatError } from '../errors.ts'
import type { RoomKeyRing } from '../keys/room-key-ring.ts'
import { looksInviting, parseInvitation } from '../sealed/invitation.ts'
import type { Invitation } from '../sealed/invitation.ts'
import { roomKeysOf } from '../sealed/room-keys.ts'

export interface Offer {
  /** Of the room that the secret yields. */
  readonly room: string
  /** Ours, where we hold the room already; else what the inviter calls it. */
  readonly name: string
  /**
   * The room that it takes the place of: one whose keys are here, in which somebody verified said so, and of which the author of the
   * line is a verified member. Of several the one in which it was said last.
   */
  readonly replaces: string | null
  /** Its keys are here, and it is shown. */
  readonly joined: boolean
}

export interface RoomOffersDeps {
  readonly store: { readonly rooms: Pick<RoomStore, 'isJoined'>; readonly members: MemberStore }
  readonly ring: Pick<RoomKeyRing, 'find'>
}

/** Undefined for a line that is no invitation, or stands in no conversation. Nothing is changed by asking. */
export function offerOf({ room, text, authorKey }: OfferLine, { store, ring }: RoomOffersDeps): Offer | undefined {
  if (authorKey === null || !isConversation(room)) return undefined
  const invitation = invitationOf(text)
  if (invitation === undefined) return undefined
  const { id, secret, contentKey } = roomKeysOf(invitation.secret)
  for (const buffer of [invitation.secret, secret, contentKey]) buffer.fill(0)
  const held = ring.find(id)
  return {
    room: id,
    name: held?.name ?? invitation.name,
    replaces: replacedBy(id, authorKey, { store, ring }) ?? null,
    joined: held !== undefined && store.rooms.isJoined(id),
  }
}

export type OfferLine = Pick<StoredMessage, 'room' | 'text' | 'authorKey'>

/** Asked of each line that is read: an error is made only of what is nearly one. */
function invitationOf(text: string): Invitation | undefined {
  if (!looksInviting(text)) return undefined
  try {
    return parseInvitation(text)
  } catch (error) {
    if (isChatError(error, 'CHAT_INVITATION_MALFORMED')) return undefined
    throw error
  }
}

/** Looks at each room once, however many of its authors name the new one. */
function replacedBy(newRoom: string, inviter: string, { store, ring }: RoomOffersDeps): string | undefined {
  const { members } = store
  const said = members
    .rekeysTo(newRoom)
    .filter(({ room, identity }) => identity !== null && ring.find(room) !== undefined)
    .toSorted((a, b) => b.time - a.time)
  const rooms = [...new Set(said.map(({ room }) => room))]
  return rooms.find((room) => members.isMember(room, inviter))
}
