/** What a room is called on screen, and how it is found by what somebody types. */
import { sanitizeNick } from '@dchat/system'
import { plainRoom } from '../state/rooms.ts'
import type { RoomSummary } from '../state/rooms.ts'
import { authorName } from './author.ts'

/** Characters of a private room's own name that stand for it while nobody said what it is called. */
const SHORT_ID = 10

/** `cats`, `+NAME` of a private room, `@ann#tag` of a conversation. */
export function roomName(summary: Pick<RoomSummary, 'room' | 'kind' | 'name' | 'author'>): string {
  switch (summary.kind) {
    case 'public':
      return sanitizeNick(summary.room)
    case 'private': {
      const name = summary.name === null ? '' : sanitizeNick(summary.name)
      return `+${name === '' ? summary.room.slice(0, SHORT_ID) : name}`
    }
    case 'status':
      return 'status'
    case 'direct':
      return summary.author === null ? summary.room.slice(0, SHORT_ID) : `@${authorName(summary.author)}`
  }
}

/** What the room with the id `room` is called, listed or not. */
export function roomNameIn(rooms: readonly RoomSummary[], room: string): string {
  return roomName(rooms.find((summary) => summary.room === room) ?? plainRoom(room))
}

/** The rooms that `word` means: a number, else a whole name, else the beginning of one; several when it is not clear. */
export function roomsCalled(rooms: readonly RoomSummary[], word: string): RoomSummary[] {
  const wanted = word.toLowerCase()
  if (/^\d{1,4}$/u.test(wanted)) {
    const byNumber = rooms[Number(wanted) - 1]
    if (byNumber !== undefined) return [byNumber]
  }
  const names = rooms.map((summary) => ({ summary, words: wordsOf(summary) }))
  const exact = names.filter(({ words }) => words.includes(wanted))
  const found = exact.length > 0 ? exact : names.filter(({ words }) => words.some((name) => name.startsWith(wanted)))
  const summaries = found.map(({ summary }) => summary)
  // A room of the wire may be called as the status room is, which has a key of its own.
  return summaries.length > 1 ? summaries.filter(({ kind }) => kind !== 'status') : summaries
}

/** With and without the mark of its kind, and what the wire calls it. */
function wordsOf(summary: RoomSummary): string[] {
  const name = roomName(summary).toLowerCase()
  const words = [summary.room.toLowerCase(), name]
  if (summary.kind === 'private' || summary.kind === 'direct') words.push(name.slice(1))
  if (summary.author?.nick != null) words.push(summary.author.nick.toLowerCase(), `@${summary.author.nick.toLowerCase()}`)
  return words
}
