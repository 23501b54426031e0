/**
 * The part of the talk of a room that is in memory: one stretch without gaps, sorted, every stored line once, with what is
 * local put in by time. Bounded: it gives up its far end when it grows beyond the limits. Pure; nothing is changed in place.
 */
import type { Author, Delivery, Message } from '@dchat/rpc'
import { MAX_LOADED_ITEMS, MAX_LOADED_UNITS } from '../limits.ts'
import type { PostPlace } from './model.ts'
import { ItemList, oncePerPiece } from './item-list.ts'
import type { Piece } from './item-list.ts'
import { compareItems, itemUnits, messageItem } from './items.ts'
import type { Item, MessageItem, NoticeItem, PendingItem } from './items.ts'

export interface Talk {
  readonly items: ItemList
  /** Whether the daemon has lines before the first of `items`. */
  readonly hasOlder: boolean
  /** Whether lines after the last of `items` were left out; live lines are not added then. */
  readonly hasNewer: boolean
  /** Live lines left out since `hasNewer`. */
  readonly leftOut: number
}

export const EMPTY_TALK: Talk = { items: ItemList.EMPTY, hasOlder: true, hasNewer: false, leftOut: 0 }

/** Which end is given up when the stretch becomes too long. */
export type FarEnd = 'oldest' | 'newest'

/**
 * The lines of the newest page in place of what was there; notices and own lines under way stay, and so do lines that came
 * after the page was made.
 */
export function withNewestPage(talk: Talk, page: { messages: readonly Message[]; more: boolean; lastSeq: number }): Talk {
  const kept = talk.hasNewer ? [] : messagesOf(talk)
  const later = kept.filter((message) => message.seq > page.lastSeq)
  const emptied: Talk = { ...EMPTY_TALK, items: withoutMessages(talk.items), hasOlder: page.more }
  return trimmed(inserted(emptied, [...page.messages, ...later]), 'oldest')
}

/** The lines of a stretch in place of what was there; what is local stays, and what came after a stretch that goes to the end. */
export function withStretch(
  talk: Talk,
  stretch: { messages: readonly Message[]; hasOlder: boolean; hasNewer: boolean; lastSeq: number },
): Talk {
  const page = { messages: stretch.messages, more: stretch.hasOlder, lastSeq: stretch.lastSeq }
  if (!stretch.hasNewer) return withNewestPage(talk, page)
  return { ...withNewestPage({ ...talk, items: withoutMessages(talk.items) }, page), hasNewer: true }
}

/** With a page that ends just before the first line. */
export function withOlderPage(talk: Talk, page: { messages: readonly Message[]; more: boolean }): Talk {
  return trimmed({ ...inserted(talk, page.messages), hasOlder: page.more }, 'newest')
}

/** With a page of what follows the last line. */
export function withNewerPage(talk: Talk, page: { messages: readonly Message[]; more: boolean }): Talk {
  const grown = inserted(talk, page.messages)
  const next = page.more ? grown : { ...grown, hasNewer: false, leftOut: 0 }
  return trimmed(next, 'oldest')
}

/**
 * With lines as they are stored; of known ones what is new of them is taken on. Those older than the first line stay out while the
 * daemon has more before it (paging up brings them), and so do those that follow a stretch which was left out.
 */
export function withLive(talk: Talk, messages: readonly Message[]): Talk {
  const { known, fresh } = sorted(talk, messages)
  const updated = withNews(talk, known)
  const first = firstMessage(talk)
  const inside = fresh.filter((item) => !talk.hasOlder || first === undefined || compareItems(item, first) > 0)
  if (talk.hasNewer) return inside.length === 0 ? updated : { ...updated, leftOut: talk.leftOut + inside.length }
  return trimmed({ ...updated, items: updated.items.inserted(inside) }, 'oldest')
}

/** With a notice or an own line under way, at the end. */
export function withLocal(talk: Talk, item: PendingItem | NoticeItem): Talk {
  const last = talk.items.at(-1)
  const placed = last === undefined || last.at <= item.at ? item : { ...item, at: last.at }
  return trimmed({ ...talk, items: talk.items.appended(placed) }, 'oldest')
}

/** With `change` made to own lines under way; null takes one away. */
export function withPending(talk: Talk, change: (item: PendingItem) => PendingItem | null): Talk {
  return withItems(talk, talk.items.changedPending(change))
}

/** With how far the own line `seq` got, if it is in memory; with `post`, what it became after it waited for a box key. */
export function withDelivery(talk: Talk, seq: number, told: { delivery: Delivery; post?: PostPlace | null }): Talk {
  return withMessage(talk, seq, (message) => ({ ...message, delivery: told.delivery, ...told.post }))
}

/** With the invitations to `rooms` as those of rooms one is in. */
export function withJoined(talk: Talk, rooms: ReadonlySet<string>): Talk {
  const isNews = ({ invitation }: Message): boolean => invitation !== null && !invitation.joined && rooms.has(invitation.room)
  return withMessages(
    talk,
    (message) => (isNews(message) ? { ...message, invitation: { ...message.invitation!, joined: true } } : message),
    hasOffer,
  )
}

const hasOffer = oncePerPiece((piece) =>
  piece.some((item) => item.type === 'message' && item.message.invitation !== null && !item.message.invitation.joined),
)

/** Without the text of the line `seq`, if it is in memory. */
export function withRetracted(talk: Talk, seq: number): Talk {
  return withMessage(talk, seq, (message) => ({ ...message, text: '', retracted: true }))
}

/** With the lines of somebody as he is shown now. */
export function withAuthor(talk: Talk, author: Author): Talk {
  const { key } = author
  if (key === null) return talk
  return withMessages(
    talk,
    (message) => (message.author.key === key ? { ...message, author } : message),
    (piece) => writers(piece).has(key),
  )
}

const writers = oncePerPiece(
  (piece) =>
    new Set(
      piece.flatMap((item) => (item.type === 'message' && item.message.author.key !== null ? [item.message.author.key] : [])),
    ),
)

/** Without stored lines: they are to be loaded anew. */
export function withoutStored(talk: Talk): Talk {
  return { ...EMPTY_TALK, items: withoutMessages(talk.items) }
}

/** The stored lines in memory, in order. */
export function messagesOf({ items }: Talk): Message[] {
  const messages: Message[] = []
  for (const item of items) if (item.type === 'message') messages.push(item.message)
  return messages
}

/** Own lines under way, oldest first. */
export function pendingItems(talk: Talk): PendingItem[] {
  return talk.items.pending()
}

/** Whether the answer to an own line is still awaited. */
export function isUnderWay(item: PendingItem): boolean {
  return item.state === 'sending' || item.state === 'unsure'
}

/** The first and last stored line in memory. */
export function messageEnds(talk: Talk): { first: Message; last: Message } | null {
  const first = firstMessage(talk)
  const last = lastMessage(talk)
  return first === undefined || last === undefined ? null : { first: first.message, last: last.message }
}

function firstMessage({ items }: Talk): MessageItem | undefined {
  for (const item of items) if (item.type === 'message') return item
  return undefined
}

function lastMessage({ items }: Talk): MessageItem | undefined {
  for (const item of items.backwards()) if (item.type === 'message') return item
  return undefined
}

function withItems(talk: Talk, items: ItemList): Talk {
  return items === talk.items ? talk : { ...talk, items }
}

function withMessages(talk: Talk, change: (message: Message) => Message, mayHave: (piece: Piece) => boolean): Talk {
  return withItems(
    talk,
    talk.items.changed((item) => (item.type === 'message' ? changedItem(item, change) : item), mayHave),
  )
}

function withMessage(talk: Talk, seq: number, change: (message: Message) => Message): Talk {
  const index = talk.items.indexOfSeq(seq)
  if (index === -1) return talk
  return { ...talk, items: talk.items.replaced(index, changedItem(talk.items.at(index) as MessageItem, change)) }
}

function changedItem(item: MessageItem, change: (message: Message) => Message): MessageItem {
  const message = change(item.message)
  return message === item.message ? item : { ...item, message }
}

function withoutMessages(items: ItemList): ItemList {
  return ItemList.of([...items].filter((item) => item.type !== 'message'))
}

/** `messages` by whether they are in memory; those that are not each once, in order. */
function sorted(talk: Talk, messages: readonly Message[]): { known: Message[]; fresh: MessageItem[] } {
  const known: Message[] = []
  const fresh = new Map<number, MessageItem>()
  for (const message of messages) {
    if (talk.items.hasSeq(message.seq)) known.push(message)
    else fresh.set(message.seq, messageItem(message))
  }
  return { known, fresh: [...fresh.values()].sort(compareItems) }
}

function withNews(talk: Talk, known: readonly Message[]): Talk {
  let result = talk
  for (const message of known) result = withMessage(result, message.seq, () => message)
  return result
}

function inserted(talk: Talk, messages: readonly Message[]): Talk {
  const { known, fresh } = sorted(talk, messages)
  const updated = withNews(talk, known)
  return withItems(updated, updated.items.inserted(fresh))
}

function trimmed(talk: Talk, farEnd: FarEnd): Talk {
  if (talk.items.length <= MAX_LOADED_ITEMS && talk.items.units <= MAX_LOADED_UNITS) return talk
  const { length } = talk.items
  const items =
    farEnd === 'oldest'
      ? talk.items.kept(length - keptCount(talk.items.backwards()), length)
      : talk.items.kept(0, keptCount(talk.items))
  const left = talk.items.countMessages() - items.countMessages()
  if (left === 0) return { ...talk, items }
  return farEnd === 'oldest'
    ? { ...talk, items, hasOlder: true }
    : { ...talk, items, hasNewer: true, leftOut: talk.leftOut + left }
}

/** What is left of the limits when one is crossed, so that not every further line has to be made room for. */
const KEPT_SHARE = 0.9

/** How many of `items`, taken in order, are kept: one at least. */
function keptCount(items: Iterable<Item>): number {
  let units = 0
  let count = 0
  for (const item of items) {
    units += itemUnits(item)
    if (count > 0 && (units > KEPT_SHARE * MAX_LOADED_UNITS || count >= KEPT_SHARE * MAX_LOADED_ITEMS)) break
    count += 1
  }
  return count
}
