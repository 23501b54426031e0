/**
 * The part of the talk of a room that is in memory: one stretch without gaps, sorted, every stored line once, with what is
 * local put in by time. Bounded: it gives up its far end when it grows beyond the limits. Pure; arrays are never changed in place.
 */
import type { Author, Delivery, Message } from '@dchat/rpc'
import { MAX_LOADED_ITEMS, MAX_LOADED_UNITS } from '../limits.ts'
import type { PostPlace } from './model.ts'
import { compareItems, itemUnits, messageItem } from './items.ts'
import type { Item, MessageItem, NoticeItem, PendingItem } from './items.ts'

export interface Talk {
  readonly items: readonly Item[]
  /** `seq` of each message among `items`. */
  readonly seqs: ReadonlySet<number>
  /** Whether the daemon has lines before the first of `items`. */
  readonly hasOlder: boolean
  /** Whether lines after the last of `items` were left out; live lines are not added then. */
  readonly hasNewer: boolean
  /** Live lines left out since `hasNewer`. */
  readonly leftOut: number
}

export const EMPTY_TALK: Talk = { items: [], seqs: new Set(), hasOlder: true, hasNewer: false, leftOut: 0 }

/** Which end is given up when the stretch becomes too long. */
export type FarEnd = 'oldest' | 'newest'

/**
 * The lines of the newest page in place of what was there; notices and own lines under way stay, and so do lines that came
 * after the page was made.
 */
export function withNewestPage(talk: Talk, page: { messages: readonly Message[]; more: boolean; lastSeq: number }): Talk {
  const kept = talk.hasNewer ? [] : talk.items.flatMap((item) => (item.type === 'message' ? [item.message] : []))
  const later = kept.filter((message) => message.seq > page.lastSeq)
  const local = talk.items.filter((item) => item.type !== 'message')
  const emptied: Talk = { ...EMPTY_TALK, items: local, hasOlder: page.more }
  return trimmed(inserted(emptied, [...page.messages, ...later]), 'oldest')
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
 * With lines as they are stored; of known ones what is new of them is taken on. Those older than the first line stay out while the daemon has more before it (paging up
 * brings them), and so do those that follow a stretch which was left out.
 */
export function withLive(talk: Talk, messages: readonly Message[]): Talk {
  const known = messages.filter((message) => talk.seqs.has(message.seq))
  const updated = inserted(talk, known)
  const first = talk.items.find((item) => item.type === 'message')
  const inside = messages.filter(
    (message) =>
      !talk.seqs.has(message.seq) && (!talk.hasOlder || first === undefined || compareItems(messageItem(message), first) > 0),
  )
  if (talk.hasNewer) return inside.length === 0 ? updated : { ...updated, leftOut: talk.leftOut + inside.length }
  return trimmed(inserted(updated, inside), 'oldest')
}

/** With a notice or an own line under way, at the end. */
export function withLocal(talk: Talk, item: PendingItem | NoticeItem): Talk {
  const last = talk.items.at(-1)
  const placed = last === undefined || last.at <= item.at ? item : { ...item, at: last.at }
  return trimmed({ ...talk, items: [...talk.items, placed] }, 'oldest')
}

/** With `change` made to own lines under way; null takes one away. */
export function withPending(talk: Talk, change: (item: PendingItem) => PendingItem | null): Talk {
  let isChanged = false
  const items: Item[] = []
  for (const item of talk.items) {
    const next = item.type === 'pending' ? change(item) : item
    if (next !== item) isChanged = true
    if (next !== null) items.push(next)
  }
  return isChanged ? { ...talk, items } : talk
}

/** With how far the own line `seq` got, if it is in memory; with `post`, what it became after it waited for a box key. */
export function withDelivery(talk: Talk, seq: number, told: { delivery: Delivery; post?: PostPlace | null }): Talk {
  if (!talk.seqs.has(seq)) return talk
  const change = { delivery: told.delivery, ...told.post }
  return withMessages(talk, (message) => (message.seq === seq ? { ...message, ...change } : message))
}

/** With the invitations to `rooms` as those of rooms one is in. */
export function withJoined(talk: Talk, rooms: ReadonlySet<string>): Talk {
  return withMessages(talk, (message) => {
    const { invitation } = message
    const isNews = invitation !== null && !invitation.joined && rooms.has(invitation.room)
    return isNews ? { ...message, invitation: { ...invitation, joined: true } } : message
  })
}

/** Without the text of the line `seq`, if it is in memory. */
export function withRetracted(talk: Talk, seq: number): Talk {
  if (!talk.seqs.has(seq)) return talk
  return withMessages(talk, (message) => (message.seq === seq ? { ...message, text: '', retracted: true } : message))
}

/** With the lines of somebody as he is shown now. */
export function withAuthor(talk: Talk, author: Author): Talk {
  if (author.key === null) return talk
  return withMessages(talk, (message) => (message.author.key === author.key ? { ...message, author } : message))
}

function withMessages(talk: Talk, change: (message: Message) => Message): Talk {
  let isChanged = false
  const items = talk.items.map((item) => {
    const message = item.type === 'message' ? change(item.message) : undefined
    if (item.type !== 'message' || message === undefined || message === item.message) return item
    isChanged = true
    return { ...item, message }
  })
  return isChanged ? { ...talk, items } : talk
}

/** Own lines under way, oldest first. */
export function pendingItems(talk: Talk): PendingItem[] {
  return talk.items.filter((item) => item.type === 'pending')
}

/** UTF-16 units a talk holds, about; counted once for each. */
export function talkUnits(talk: Talk): number {
  const known = UNITS.get(talk)
  if (known !== undefined) return known
  let units = 0
  for (const item of talk.items) units += itemUnits(item)
  UNITS.set(talk, units)
  return units
}

const UNITS = new WeakMap<Talk, number>()

/** Whether the answer to an own line is still awaited. */
export function isUnderWay(item: PendingItem): boolean {
  return item.state === 'sending' || item.state === 'unsure'
}

/** The first and last stored line in memory. */
export function messageEnds(talk: Talk): { first: Message; last: Message } | null {
  const first = talk.items.find((item) => item.type === 'message')
  const last = talk.items.findLast((item) => item.type === 'message')
  return first === undefined || last === undefined ? null : { first: first.message, last: last.message }
}

function inserted(talk: Talk, messages: readonly Message[]): Talk {
  const known = messages.filter((message) => talk.seqs.has(message.seq))
  const fresh = new Map<number, MessageItem>()
  for (const message of messages) if (!talk.seqs.has(message.seq)) fresh.set(message.seq, messageItem(message))
  const news = new Map(known.map((message) => [message.seq, message]))
  const updated = news.size === 0 ? talk : withMessages(talk, (message) => news.get(message.seq) ?? message)
  if (fresh.size === 0) return updated
  const added = [...fresh.values()].sort(compareItems)
  return { ...updated, items: merged(updated.items, added), seqs: new Set([...updated.seqs, ...fresh.keys()]) }
}

function merged(items: readonly Item[], added: readonly MessageItem[]): Item[] {
  const last = items.at(-1)
  if (last === undefined || compareItems(last, added[0]!) <= 0) return [...items, ...added]
  const result: Item[] = []
  let next = 0
  for (const item of items) {
    while (next < added.length && compareItems(added[next]!, item) < 0) result.push(added[next++]!)
    result.push(item)
  }
  return [...result, ...added.slice(next)]
}

function trimmed(talk: Talk, farEnd: FarEnd): Talk {
  const items = farEnd === 'oldest' ? withoutOldest(talk.items) : withoutNewest(talk.items)
  if (items.length === talk.items.length) return talk
  const seqs = new Set<number>()
  for (const item of items) if (item.type === 'message') seqs.add(item.message.seq)
  const left = talk.seqs.size - seqs.size
  if (left === 0) return { ...talk, items }
  return farEnd === 'oldest'
    ? { ...talk, items, seqs, hasOlder: true }
    : { ...talk, items, seqs, hasNewer: true, leftOut: talk.leftOut + left }
}

/** What is left of the limits when one is crossed, so that not every further line has to be made room for. */
const KEPT_SHARE = 0.9

function isTooMuch(items: readonly Item[]): boolean {
  if (items.length > MAX_LOADED_ITEMS) return true
  let units = 0
  for (const item of items) units += itemUnits(item)
  return units > MAX_LOADED_UNITS
}

/** How many of `items`, taken in order, are kept: one at least. */
function keptCount(items: readonly Item[]): number {
  let units = 0
  let count = 0
  for (const item of items) {
    units += itemUnits(item)
    if (count > 0 && (units > KEPT_SHARE * MAX_LOADED_UNITS || count >= KEPT_SHARE * MAX_LOADED_ITEMS)) break
    count += 1
  }
  return count
}

/** Own lines under way are kept: what they are about must not vanish. */
function withoutOldest(items: readonly Item[]): readonly Item[] {
  if (!isTooMuch(items)) return items
  const from = items.length - keptCount([...items].reverse())
  return items.filter((item, index) => index >= from || item.type === 'pending')
}

function withoutNewest(items: readonly Item[]): readonly Item[] {
  if (!isTooMuch(items)) return items
  const to = keptCount(items)
  return items.filter((item, index) => index < to || item.type === 'pending')
}
