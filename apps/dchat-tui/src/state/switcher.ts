/** Where the quick switcher can go, the likeliest first. Pure. */
import type { Author } from '@dchat/rpc'
import { authorName } from '../view/author.ts'
import { roomName } from '../view/room-name.ts'
import { fuzzyScore } from './fuzzy.ts'
import type { ChatState } from './model.ts'
import { isForUser } from './rooms.ts'
import type { RoomSummary } from './rooms.ts'
import { everyRoom, recentSpeakers } from './selectors.ts'

/** A room that is listed, with its number if it has one; or somebody to open the conversation with. */
export type Destination =
  | { readonly kind: 'room'; readonly summary: RoomSummary; readonly number: number | null }
  | { readonly kind: 'person'; readonly author: Author & { readonly key: string } }

/** Destinations that are offered at once; who does not find theirs types more. */
const MAX_OFFERED = 50
/** A number that is typed whole means the room with it. */
const BY_NUMBER = 100

/**
 * Without a query the rooms: where the user is meant, then what is unread, then the room before, the rest by number, the shown one
 * last. With one also people who spoke lately, each as well as it fits.
 */
export function destinations(state: ChatState, query: string): readonly Destination[] {
  const rooms = everyRoom(state).map((summary, index): Destination => ({
    kind: 'room',
    summary,
    number: summary.kind === 'status' ? null : index + 1,
  }))
  if (query.trim() === '') return rooms.sort((a, b) => urgency(state, b) - urgency(state, a)).slice(0, MAX_OFFERED)
  return [...rooms, ...peopleOf(state)]
    .map((place) => ({ place, score: scoreOf(place, query.trim()) }))
    .filter((found): found is { place: Destination; score: number } => found.score !== null)
    .sort((a, b) => b.score - a.score || urgency(state, b.place) - urgency(state, a.place))
    .slice(0, MAX_OFFERED)
    .map(({ place }) => place)
}

/** What a destination is called. */
export function destinationName(place: Destination): string {
  return place.kind === 'room' ? roomName(place.summary) : `@${authorName(place.author)}`
}

function urgency(state: ChatState, place: Destination): number {
  if (place.kind === 'person') return 0
  const { summary } = place
  if (summary.room === state.room) return -1
  if (summary.level !== 'none' && isForUser(summary)) return 4
  if (summary.level !== 'none' && summary.kind !== 'status' && summary.unread > 0) return 3
  return summary.room === state.previousRoom ? 2 : 1
}

/** Those of whom there is no conversation in the list. */
function peopleOf(state: ChatState): Destination[] {
  const listed = new Set(state.rooms.map(({ room }) => room))
  return recentSpeakers(state).flatMap((author): Destination[] => {
    const { key, verified } = author
    return key === null || verified === false || listed.has(`@${key}`) ? [] : [{ kind: 'person', author: { ...author, key } }]
  })
}

/** With and without the mark of the kind; null when neither fits. */
function scoreOf(place: Destination, query: string): number | null {
  const name = destinationName(place)
  const isNumber = place.kind === 'room' && place.number !== null && String(place.number) === query
  const scores = [isNumber ? BY_NUMBER : null, fuzzyScore(query, name), fuzzyScore(query, name.replace(/^[@+]/u, ''))]
  const found = scores.filter((score) => score !== null)
  return found.length === 0 ? null : Math.max(...found)
}
