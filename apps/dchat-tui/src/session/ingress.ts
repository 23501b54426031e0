/**
 * What comes from the daemon, checked and made safe to show before anything else sees it: all text that others wrote is
 * sanitised here (and once more when it is drawn). What does not have the shape of the contract is dropped, not shown.
 */
import type { Author, Delivery, Invitation, Message, NodeInfo, P2pInfo, SyncProgress, Verification } from '@dchat/rpc'
import { sanitizeNick, sanitizeText } from '@dchat/system'
import { MAX_ADDRESSES, MAX_LISTED_PEERS, MAX_WARNINGS } from '../limits.ts'
import { NOTIFY_LEVELS, STATUS_ROOM, kindOf } from '../state/rooms.ts'
import type { RoomKind, RoomSummary } from '../state/rooms.ts'
import type { LineDelivery, NodeSummary, Peer, PostPlace } from '../state/model.ts'

/** A JSON object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>

/** `value` as a message, its texts sanitised; null when it is none. */
export function toMessage(value: unknown): Message | null {
  if (!isObject(value) || !isCount(value['seq']) || !isNumber(value['received']) || typeof value['text'] !== 'string') return null
  return {
    seq: value['seq'],
    id: stringOrNull(value['id']),
    room: toRoomId(value['room']),
    kind: toKind(value['kind']),
    author: toAuthor(value['author']),
    text: sanitizeText(value['text'], { keepNewlines: true }),
    time: isNumber(value['time']) ? value['time'] : null,
    received: value['received'],
    own: value['own'] === true,
    delivery: toDelivery(value['delivery']),
    retracted: value['retracted'] === true,
    mention: value['mention'] === true,
    encrypted: value['encrypted'] === 'direct' || value['encrypted'] === 'room' ? value['encrypted'] : null,
    invitation: toInvitation(value['invitation']),
  }
}

/** The messages among `values`. */
export function toMessages(values: unknown): Message[] {
  return Array.isArray(values) ? values.map((value) => toMessage(value)).filter((message) => message !== null) : []
}

/** `value` as a delivery; null when it is none. */
export function toDelivery(value: unknown): Delivery | null {
  if (!isObject(value)) return null
  const { state } = value
  if (state !== 'stored' && state !== 'sent' && state !== 'held' && state !== 'failed') return null
  return { state, written: countOf(value['written']), held: countOf(value['held']) }
}

/** `value` as with which peers an own line is; null when it is none. */
export function toLineDelivery(value: unknown): LineDelivery | null {
  const delivery = toDelivery(value)
  if (delivery === null || !isObject(value)) return null
  const peers = Array.isArray(value['peers']) ? value['peers'].filter((peer) => isObject(peer)) : []
  return {
    ...delivery,
    isComplete: value['is_complete'] === true,
    peers: peers.map(({ url, channel, state, time }) => ({
      url: line(url),
      channel: isCount(channel) ? channel : null,
      state: state === 'held' ? 'held' : 'written',
      time: isNumber(time) ? time : 0,
    })),
  }
}

/** The rooms among `values` that are joined. What a daemon of an earlier version does not tell of them follows from their names. */
export function toRooms(values: unknown): RoomSummary[] {
  if (!Array.isArray(values)) return []
  const rooms = values.map((value) => toRoom(value)).filter((room) => room !== null)
  const byName = Map.groupBy(rooms, ({ name }) => name?.toLowerCase() ?? null)
  return rooms.map((room) => (room.name !== null && byName.get(room.name.toLowerCase())!.length > 1 ? withId(room) : room))
}

/** Whoever invites chooses the name of a private room: of two with one name the ids tell them apart. */
function withId(room: RoomSummary): RoomSummary {
  return { ...room, name: `${room.name}#${room.room.slice(2, 10)}` }
}

function toRoom(value: unknown): RoomSummary | null {
  if (!isObject(value) || value['joined'] !== true || typeof value['room'] !== 'string') return null
  const room = toRoomId(value['room'])
  if (room === '') return null
  return {
    room,
    kind: toRoomKind(value['kind'], room),
    name: typeof value['name'] === 'string' && sanitizeNick(value['name']) !== '' ? sanitizeNick(value['name']) : null,
    author: isObject(value['author']) ? toAuthor(value['author']) : null,
    unread: countOf(value['unread']),
    mentions: countOf(value['mentions']),
    lastSeq: countOf(value['last_seq']),
    readSeq: countOf(value['read_seq']),
    topic: typeof value['topic'] === 'string' && value['topic'] !== '' ? sanitizeText(value['topic']) : null,
    level: NOTIFY_LEVELS.find((level) => level === value['level']) ?? 'all',
  }
}

/** What rooms of the wire and conversations are called: whole, as calls name them; anything else is only to be shown. */
const ROOM_ID = /^(?:@[0-9a-f]{64}|[a-z0-9._-]{1,128})$/u

function toRoomId(value: unknown): string {
  if (typeof value !== 'string') return ''
  if (value === STATUS_ROOM) return ''
  return ROOM_ID.test(value) ? value : sanitizeNick(value)
}

function toRoomKind(value: unknown, room: string): RoomKind {
  return value === 'public' || value === 'private' || value === 'direct' ? value : kindOf(room)
}

/** The post that a waiting line became, of which a delivery tells; null when it tells of none. */
export function toPostPlace(value: Fields): PostPlace | null {
  return typeof value['id'] === 'string' && isNumber(value['time']) ? { id: value['id'], time: value['time'] } : null
}

/** `value` as what there is to compare with somebody; null when it is none. */
export function toVerification(value: unknown): Verification | null {
  if (!isObject(value) || typeof value['key'] !== 'string') return null
  return {
    key: value['key'],
    digits: line(value['digits']),
    nick: typeof value['nick'] === 'string' ? sanitizeNick(value['nick']) : null,
    tag: sanitizeNick(stringOrNull(value['tag']) ?? ''),
    held: value['held'] === true,
    pinned: value['pinned'] === true,
    holder: stringOrNull(value['holder']),
  }
}

/** The words among `values`. */
export function toWords(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string').map((value) => line(value)) : []
}

/** The people among `values`. */
export function toAuthors(values: unknown): Author[] {
  return Array.isArray(values) ? values.filter((value) => isObject(value)).map((value) => toAuthor(value)) : []
}

/** What the screen shows of the node. */
export function toNodeSummary(info: NodeInfo): NodeSummary {
  const peers: Fields = isObject(info.peers) ? info.peers : {}
  return {
    name: line(info.name),
    version: line(info.version),
    rpc_version: line(info.rpc_version ?? '1.0.0'),
    state: line(info.state),
    nick: typeof info.nick === 'string' && sanitizeNick(info.nick) !== '' ? sanitizeNick(info.nick) : null,
    peers: {
      inbound: countOf(peers['inbound']),
      outbound: countOf(peers['outbound']),
      manual: countOf(peers['manual']),
      seed: countOf(peers['seed']),
      refine: countOf(peers['refine']),
      direct: countOf(peers['direct']),
    },
    listen: linesOf(info.listen),
    external_addrs: linesOf(info.external_addrs),
    warnings: toWarnings(info.warnings),
  }
}

/** A daemon before RPC 1.5.0 does not warn. */
function toWarnings(values: unknown): NodeSummary['warnings'] {
  if (!Array.isArray(values)) return []
  const warnings = values.filter((value): value is Fields => isObject(value)).slice(0, MAX_WARNINGS)
  return warnings.map(({ kind, text, hint }) => ({ kind: line(kind), text: line(text), hint: line(hint) }))
}

/** `value` as the fetching of history that goes on; null when none does, or the daemon does not tell of it. */
export function toSync(value: unknown): SyncProgress | null {
  if (!isObject(value)) return null
  const { state } = value
  if (state !== 'paging' && state !== 'reconciling') return null
  return {
    state,
    room: typeof value['room'] === 'string' ? toRoomId(value['room']) : null,
    received: countOf(value['received']),
    expected: isCount(value['expected']) ? value['expected'] : null,
    peers: countOf(value['peers']),
  }
}

function linesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, MAX_ADDRESSES).map((entry) => line(entry)) : []
}

/** The channels of `info`, addresses sanitised. */
function toChannels(info: P2pInfo): { url: string; session: string; id: number }[] {
  if (!Array.isArray(info.channels)) return []
  return info.channels.map((channel) => ({ url: line(channel.url), session: line(channel.session), id: countOf(channel.id) }))
}

/** Sessions whose channels are short visits: they carry no talk. */
const VISITS: ReadonlySet<string> = new Set(['seed', 'refine'])

/** Whether the talk goes over a channel. */
export function carriesTalk({ session }: { readonly session: string }): boolean {
  return !VISITS.has(session)
}

/** The channels of `info` that carry the talk, by number. */
export function toPeers(info: P2pInfo): Peer[] {
  return toChannels(info)
    .filter((channel) => carriesTalk(channel))
    .sort((a, b) => a.id - b.id)
    .slice(0, MAX_LISTED_PEERS)
}

/** Any text as one line that is safe to show. */
export function line(value: unknown): string {
  return sanitizeText(String(value))
}

function toKind(value: unknown): Message['kind'] {
  return value === 'action' || value === 'topic' || value === 'system' ? value : 'text'
}

/** `value` as an author, nothing of whom is known where it is none. */
export function toAuthor(value: unknown): Author {
  const author: Fields = isObject(value) ? value : {}
  return {
    key: stringOrNull(author['key']),
    nick: typeof author['nick'] === 'string' ? sanitizeNick(author['nick']) : null,
    tag: typeof author['tag'] === 'string' ? sanitizeNick(author['tag']) : null,
    held: author['held'] === true,
    from: typeof author['from'] === 'string' ? sanitizeText(author['from']) : null,
    verified: typeof author['verified'] === 'boolean' ? author['verified'] : null,
    room_key: stringOrNull(author['room_key']),
    known_as: hexKeyOrNull(author['known_as']),
  }
}

function toInvitation(value: unknown): Invitation | null {
  if (!isObject(value) || typeof value['room'] !== 'string' || typeof value['name'] !== 'string') return null
  return {
    room: toRoomId(value['room']),
    name: sanitizeNick(value['name']),
    replaces: typeof value['replaces'] === 'string' ? toRoomId(value['replaces']) : null,
    joined: value['joined'] === true,
  }
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

export function countOf(value: unknown): number {
  return isCount(value) ? value : 0
}

function hexKeyOrNull(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{64}$/u.test(value) ? value : null
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
