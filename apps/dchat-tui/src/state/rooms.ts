/** The rooms there are to be shown: what the daemon tells of them, and what came since. Pure. */
import type { Author, Message } from '@dchat/rpc'
import { MAX_ROOMS } from '../limits.ts'
import { isIgnored } from './ignores.ts'
import type { Ignore } from './ignores.ts'
import { isMention } from './mention.ts'
import type { MentionWords } from './mention.ts'

/** `status`: the room of this program's own news, which no daemon knows. */
export type RoomKind = 'public' | 'private' | 'direct' | 'status'

/** A room as it is listed. All texts are sanitised. */
export interface RoomSummary {
  readonly room: string
  readonly kind: RoomKind
  /** What a private room is called by those who invite to it; null where that is not known, and elsewhere. */
  readonly name: string | null
  /** The other one of a conversation. */
  readonly author: Author | null
  /** Lines of others after the read marker, and those of them that name the user. */
  readonly unread: number
  readonly mentions: number
  readonly lastSeq: number
  readonly readSeq: number
  /** What the room is about, one line; null when nobody said. */
  readonly topic: string | null
  readonly level: NotifyLevel
}

/** What the user is told of a room: every line, those that are for him, or nothing. */
export type NotifyLevel = (typeof NOTIFY_LEVELS)[number]

export const NOTIFY_LEVELS = ['all', 'mentions', 'none'] as const

/** Who can read an encrypted room: the other of a conversation, verified or not; or so many members. */
export type RoomFacts =
  | { readonly kind: 'direct'; readonly isVerified: boolean }
  | { readonly kind: 'private'; readonly members: number; readonly unverified: number; readonly people: readonly Author[] }

/** Where to go: a number counts from 1. `active`: where something is unread; `last`: the room shown before this one. */
export type RoomMove = 'next' | 'previous' | 'active' | 'last' | 'status' | number

/** The room of everybody, which is always there. */
export const SHARED_ROOM = 'dchat'

/** Where news of the link and the node stand. No room of the wire can be called so. */
export const STATUS_ROOM = '_status'

const KIND_ORDER: Readonly<Record<RoomKind, number>> = { public: 0, private: 1, direct: 2, status: 3 }

/** A room of which nothing but its name is known. */
export function plainRoom(room: string): RoomSummary {
  const counts = { unread: 0, mentions: 0, lastSeq: 0, readSeq: 0 }
  return { room, kind: kindOf(room), name: null, author: null, ...counts, topic: null, level: 'all' }
}

/** What kind of room a name is that of. */
export function kindOf(room: string): RoomKind {
  if (room === STATUS_ROOM) return 'status'
  if (room.startsWith('@')) return 'direct'
  return room.startsWith('p.') ? 'private' : 'public'
}

/**
 * `listed` in the order of `known`, new ones at the end, so that numbers stay what they are; the shared room first. Counts of a
 * list that was made before the newest line that is known here, or before what was read here, are not taken.
 */
export function mergedRooms(known: readonly RoomSummary[], listed: readonly RoomSummary[]): readonly RoomSummary[] {
  const news = new Map(listed.map((summary) => [summary.room, summary]))
  if (!news.has(SHARED_ROOM)) news.set(SHARED_ROOM, plainRoom(SHARED_ROOM))
  const old = new Map(known.map((summary) => [summary.room, summary]))
  const kept = known.filter(({ room }) => news.has(room)).map(({ room }) => room)
  const added = [...news.values()].filter(({ room }) => !old.has(room)).sort(byKind)
  const order = [...new Set([SHARED_ROOM, ...kept, ...added.map(({ room }) => room)])].slice(0, MAX_ROOMS)
  return order.map((room) => merged(old.get(room), news.get(room)!))
}

function byKind(a: RoomSummary, b: RoomSummary): number {
  return KIND_ORDER[a.kind] - KIND_ORDER[b.kind]
}

function merged(known: RoomSummary | undefined, listed: RoomSummary): RoomSummary {
  if (known === undefined) return listed
  const isStale = known.lastSeq > listed.lastSeq || known.readSeq > listed.readSeq
  if (!isStale) return listed
  const { unread, lastSeq, readSeq } = known
  return { ...listed, unread, mentions: known.mentions, lastSeq, readSeq }
}

/** What is listened to: words that name the user, and lines that are not shown. */
export interface Hearing extends MentionWords {
  readonly ignores: readonly Ignore[]
}

/** With lines that came, in order: those of others count as unread. */
export function withLines(rooms: readonly RoomSummary[], messages: readonly Message[], hearing: Hearing): readonly RoomSummary[] {
  const byRoom = Map.groupBy(messages, (message) => message.room)
  return changed(rooms, (summary) => byRoom.get(summary.room)?.reduce((sum, message) => withLine(sum, message, hearing), summary))
}

function withLine(summary: RoomSummary, message: Message, hearing: Hearing): RoomSummary {
  if (message.seq <= summary.lastSeq) return summary
  const lastSeq = message.seq
  const isUnheard = message.own || message.retracted || isIgnored(hearing.ignores, message)
  if (isUnheard || message.seq <= summary.readSeq) return { ...summary, lastSeq }
  return { ...summary, lastSeq, unread: summary.unread + 1, mentions: summary.mentions + (isMention(message, hearing) ? 1 : 0) }
}

/** With `room` read up to `seq`, which is its newest line that is shown. */
export function withRead(rooms: readonly RoomSummary[], room: string, seq: number): readonly RoomSummary[] {
  return changed(rooms, (summary) =>
    summary.room === room && seq > summary.readSeq ? { ...summary, readSeq: seq, unread: 0, mentions: 0 } : undefined,
  )
}

/** With somebody as he is shown now. */
export function withPerson(rooms: readonly RoomSummary[], author: Author): readonly RoomSummary[] {
  return changed(rooms, (summary) =>
    author.key !== null && summary.author?.key === author.key ? { ...summary, author } : undefined,
  )
}

/** The room with something unread that is most worth a look: named or written to first, then by number; null when there is none. */
export function activeRoom(rooms: readonly RoomSummary[], shown: string): string | null {
  const active = rooms.filter((summary) => summary.room !== shown && isNews(summary))
  return (active.find((summary) => isForUser(summary)) ?? active[0])?.room ?? null
}

/** Whether something is unread there that the user is to be told of. */
export function isNews({ level, unread, mentions: named }: RoomSummary): boolean {
  return level === 'all' ? unread > 0 : level === 'mentions' && named > 0
}

/** Whether what is said there is encrypted. */
export function isEncrypted({ kind }: Pick<RoomSummary, 'kind'>): boolean {
  return kind === 'private' || kind === 'direct'
}

/** Whether what is unread there is meant for the user. */
export function isForUser({ kind, mentions: named, unread }: RoomSummary): boolean {
  return named > 0 || (kind === 'direct' && unread > 0)
}

function changed(
  rooms: readonly RoomSummary[],
  change: (summary: RoomSummary) => RoomSummary | undefined,
): readonly RoomSummary[] {
  let isChanged = false
  const next = rooms.map((summary) => {
    const result = change(summary) ?? summary
    if (result !== summary) isChanged = true
    return result
  })
  return isChanged ? next : rooms
}
