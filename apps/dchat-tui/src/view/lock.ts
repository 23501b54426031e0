/** What is protected in the room that is shown: who can read what is said there, in words. Pure. */
import type { ChatState } from '../state/model.ts'
import { shownRoom } from '../state/selectors.ts'
import { authorName, fitName } from './author.ts'
import { roomName } from './room-name.ts'
import type { Glyphs } from './theme.ts'
import { fitText } from './width.ts'

/** Columns that a name may have in it; longer ones are cut, of a nick with its tag the nick. */
const NAME_COLUMNS = 28
const SHORT_NAME_COLUMNS = 16

/** Longest first; what is encrypted says so in its shortest form too, and that somebody is not verified. */
export function lockParts(
  state: Pick<ChatState, 'room' | 'rooms' | 'facts'>,
  glyphs: Pick<Glyphs, 'lock' | 'ellipsis'>,
): readonly string[] {
  const summary = shownRoom(state)
  const facts = state.facts.get(state.room)
  const { lock, ellipsis } = glyphs
  if (summary.kind === 'public') return ['everybody reads this', 'everybody', '']
  if (summary.kind === 'status') return ['nothing is sent from here', '']
  if (summary.kind === 'direct') {
    const name = summary.author === null ? roomName(summary).slice(1) : authorName(summary.author)
    const verified = facts?.kind === 'direct' ? (facts.isVerified ? ' verified' : ' NOT verified') : ''
    return [
      `${lock} only ${fitName(name, NAME_COLUMNS, ellipsis)} reads this${verified === '' ? '' : `,${verified}`}`,
      `${lock} ${fitName(name, SHORT_NAME_COLUMNS, ellipsis)}${verified}`,
      `${lock}${verified}`,
    ]
  }
  if (summary.name === null) return [`${lock} no keys of this room are here`, `${lock} no keys`, lock]
  const count = facts?.kind === 'private' ? countWords(facts) : null
  const named = (columns: number): string => fitText(roomName(summary).slice(1), columns, ellipsis)
  const of = count === null ? '' : ` (${count})`
  return [
    `${lock} members of ${named(NAME_COLUMNS)}${of}`,
    `${lock} ${named(SHORT_NAME_COLUMNS)}${of}`,
    count === null ? lock : `${lock} ${count}`,
  ]
}

/** The same as a sentence without marks. */
export function lockWords(state: Pick<ChatState, 'room' | 'rooms' | 'facts'>): string {
  return lockParts(state, { lock: 'locked:', ellipsis: '...' })[0]!
}

function countWords({ members, unverified }: { members: number; unverified: number }): string {
  return unverified === 0 ? `${members}` : `${members}, ${unverified} unverified`
}
