/** What is derived from the state: names, counts, and the parts of the screen that depend on several fields. */
import { authorName, spokenName } from '../view/author.ts'
import type { Vocabulary } from '../input/completion.ts'
import { roomName } from '../view/room-name.ts'
import type { ChatState, NodeSummary } from './model.ts'
import type { Author, Message } from '@dchat/rpc'
import type { ItemList } from './item-list.ts'
import { emptyView } from './room-view.ts'
import type { RoomView } from './room-view.ts'
import { STATUS_ROOM, plainRoom } from './rooms.ts'
import type { RoomSummary } from './rooms.ts'
import type { Talk } from './talk.ts'

/** How many recent speakers completion offers. */
const MAX_SPEAKERS = 50
/** Of the newest items of a talk, how many are looked through for them. */
const MAX_LOOKED_AT = 1_000

/** What is in memory of the room that is shown. */
export function shownView(state: Pick<ChatState, 'room' | 'views'>): RoomView {
  return state.views.get(state.room) ?? emptyView(state.room)
}

/** The room that is shown, as it is listed. */
export function shownRoom(state: Pick<ChatState, 'room' | 'rooms'>): RoomSummary {
  return state.rooms.find(({ room }) => room === state.room) ?? plainRoom(state.room)
}

/** Every room there is to go to: those with numbers, in their order, then the status room. */
export function everyRoom(state: Pick<ChatState, 'rooms' | 'statusNews'>): readonly RoomSummary[] {
  return [...state.rooms, { ...plainRoom(STATUS_ROOM), unread: state.statusNews }]
}

/** Channels that carry the talk: those of seed and refine sessions are short visits. */
export function peerCount(peers: NodeSummary['peers']): number {
  return peers.inbound + peers.outbound + peers.manual + peers.direct
}

/** Whether the daemon is there and nobody is connected to it. */
export function isAlone({ link, node }: Pick<ChatState, 'link' | 'node'>): boolean {
  return link.at === 'ready' && node !== null && peerCount(node.peers) === 0
}

/** What Tab can complete: of people who wrote the latest first, each once. */
export function vocabulary(state: ChatState): Vocabulary {
  const speakers = recentSpeakers(state)
  const others = state.rooms.flatMap(({ author }) => (author === null ? [] : [author]))
  const known = [...speakers, ...others].filter(({ key, verified }) => key !== null && verified !== false)
  return {
    nicks: [...new Set(speakers.map((author) => spokenName(author)))],
    people: [...new Set(known.map((author) => authorName(author)))],
    rooms: everyRoom(state).map((summary) => roomName(summary)),
  }
}

/** Who wrote in the shown room lately, the latest first, each once. */
export function recentSpeakers(state: Pick<ChatState, 'room' | 'views'>): readonly Author[] {
  const { talk } = shownView(state)
  const known = SPEAKERS.get(talk)
  if (known !== undefined) return known
  const speakers = speakersIn(talk)
  SPEAKERS.set(talk, speakers)
  return speakers
}

const SPEAKERS = new WeakMap<Talk, readonly Author[]>()

function speakersIn({ items }: Talk): readonly Author[] {
  const found = new Map<string, Author>()
  let looked = 0
  for (const item of items.backwards()) {
    looked += 1
    if (found.size >= MAX_SPEAKERS || looked > MAX_LOOKED_AT) break
    if (item.type === 'message' && !item.message.own) {
      const { author } = item.message
      const name = authorName(author)
      if (!found.has(name)) found.set(name, author)
    }
  }
  return [...found.values()]
}

/** The index of the next item, going `by` from `from`, in whose line the user is meant; -1 when there is none. */
export function findMention(
  items: ItemList,
  from: number,
  search: { by: 1 | -1; isMeant: (message: Message) => boolean },
): number {
  for (let index = from; index >= 0 && index < items.length; index += search.by) {
    const item = items.at(index)!
    if (item.type === 'message' && search.isMeant(item.message)) return index
  }
  return -1
}
