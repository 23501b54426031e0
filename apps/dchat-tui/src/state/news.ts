/**
 * What is new in a room: lines of others after the one up to which it was read when it was shown, or when nobody looked at its end any
 * more. The mark before them stays while they are read. Pure.
 */
import type { Message } from '@dchat/rpc'
import { perPiece } from './item-list.ts'
import type { RoomView } from './room-view.ts'
import type { RoomSummary } from './rooms.ts'

export interface News {
  /** `seq` of the line up to which the room was read. */
  readonly after: number
  readonly count: number
}

/** What is new in a room that is shown now. */
export function newsOf({ unread, readSeq }: RoomSummary): News | null {
  return unread > 0 ? { after: readSeq, count: unread } : null
}

/** With lines that came in a room that is shown, but whose end nobody sees. `before`: the room as it was listed before them. */
export function withUnseen(news: News | null, before: RoomSummary, messages: readonly Message[]): News | null {
  const count = messages.filter((message) => isNew(message, Math.max(before.readSeq, before.lastSeq))).length
  if (count === 0) return news
  // Where nothing is known of what was read, the list of rooms will tell.
  if (before.unread === 0) return before.readSeq > 0 ? { after: before.readSeq, count } : news
  return news === null ? newsOf({ ...before, unread: before.unread + count }) : { ...news, count: news.count + count }
}

/** The index of the first new line in memory; -1 when there is none, or when the one before it is not in memory. */
export function newsIndex({ talk, news }: Pick<RoomView, 'talk' | 'news'>): number {
  if (news === null) return -1
  const index = firstNew(talk.items, news.after)
  if (index === -1 || !talk.hasOlder) return index
  for (let before = 0; before < index; before += 1) if (talk.items.at(before)!.type === 'message') return index
  return -1
}

const newestOfOthers = perPiece((piece) =>
  piece.reduce((newest, item) => (item.type === 'message' && isNew(item.message, newest) ? item.message.seq : newest), 0),
)

function firstNew(items: RoomView['talk']['items'], after: number): number {
  let start = 0
  for (const [index, newest] of newestOfOthers(items).entries()) {
    const piece = items.pieces[index]!
    if (newest > after) return start + piece.findIndex((item) => item.type === 'message' && isNew(item.message, after))
    start += piece.length
  }
  return -1
}

function isNew({ seq, own, retracted }: Message, after: number): boolean {
  return seq > after && !own && !retracted
}
