/** What is derived from the state: names, counts, and the parts of the screen that depend on several fields. */
import { spokenName } from '../view/author.ts'
import type { ChatState, NodeSummary } from './model.ts'
import { mentions } from '@dchat/rpc'
import type { Item } from './items.ts'
import { EMPTY_VIEW } from './room-view.ts'
import type { RoomView } from './room-view.ts'
import { plainRoom } from './rooms.ts'
import type { RoomSummary } from './rooms.ts'

/** How many recent speakers completion offers. */
const MAX_SPEAKERS = 50

/** What is in memory of the room that is shown. */
export function shownView(state: Pick<ChatState, 'room' | 'views'>): RoomView {
  return state.views.get(state.room) ?? EMPTY_VIEW
}

/** The room that is shown, as it is listed. */
export function shownRoom(state: Pick<ChatState, 'room' | 'rooms'>): RoomSummary {
  return state.rooms.find(({ room }) => room === state.room) ?? plainRoom(state.room)
}

/** Channels that carry the talk: those of seed and refine sessions are short visits. */
export function peerCount(peers: NodeSummary['peers']): number {
  return peers.inbound + peers.outbound + peers.manual + peers.direct
}

/** Names of others who wrote, the latest first, each once. */
export function recentSpeakers(state: ChatState): string[] {
  const names = new Set<string>()
  const { items } = shownView(state).talk
  for (let index = items.length - 1; index >= 0 && names.size < MAX_SPEAKERS; index -= 1) {
    const item = items[index]!
    if (item.type === 'message' && !item.message.own) names.add(spokenName(item.message))
  }
  return [...names]
}

/** Stored lines among `items` from `from` on. */
export function countMessages(items: readonly Item[], from: number): number {
  let count = 0
  for (let index = from; index < items.length; index += 1) if (items[index]!.type === 'message') count += 1
  return count
}

/** The index of the next item, going `by` from `from`, in which others name `nick`; -1 when there is none. */
export function findMention(items: readonly Item[], from: number, search: { nick: string | null; by: 1 | -1 }): number {
  for (let index = from; index >= 0 && index < items.length; index += search.by) {
    const item = items[index]!
    if (item.type === 'message' && !item.message.own && mentions(item.message.text, search.nick)) return index
  }
  return -1
}
