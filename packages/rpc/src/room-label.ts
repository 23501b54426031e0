/** How a room is named to people: no two kinds alike, and nobody can call his room as another is called. */
import { sanitizeText } from '@dchat/system'
import { authorName } from './author-name.ts'
import type { RoomInfo } from './types.ts'

/** Characters of an id or a key that are shown where there is no name. */
const SHORT = 10

/** What `chat.rooms` tells of a room, as far as a label needs it. */
export type LabelledRoom = Pick<RoomInfo, 'room' | 'name' | 'author'>

/**
 * `cats` for a room of everybody, `p.1f2e3d4c… cats` for a private room (its name comes last: whoever invites chooses it), `@ann` or
 * `@ann#tag` for a conversation. What is encrypted begins with `p.` or `@`.
 */
export function roomLabel({ room, name, author }: LabelledRoom): string {
  if (room.startsWith('@')) return author === null ? `${room.slice(0, SHORT)}…` : `@${authorName(author)}`
  if (!room.startsWith('p.')) return sanitizeText(room)
  const id = `${room.slice(0, SHORT)}…`
  return name === null ? id : `${id} ${sanitizeText(name)}`
}

/** The same of a room of which nothing but its name is known. */
export function roomNameLabel(room: string): string {
  return roomLabel({ room, name: null, author: null })
}
