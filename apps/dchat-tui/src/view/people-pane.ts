/** The pane right of the talk: who is in the room or spoke in it lately, and the peers by session. Pure. */
import type { Author } from '@dchat/rpc'
import type { ChatState, Peer } from '../state/model.ts'
import { recentSpeakers, shownRoom } from '../state/selectors.ts'
import { authorName, authorStyleOf, fitName, peerTag } from './author.ts'
import type { Span } from './item-rows.ts'
import { paneCell } from './panes.ts'
import type { PaneSize } from './room-pane.ts'

/** The kinds of peers as nodes call them, in the order of the list. */
const SESSIONS = ['inbound', 'outbound', 'manual', 'direct'] as const

/** `height` rows from `top` on, as far down as there is something. */
export function peoplePaneRows(
  state: ChatState,
  { top, ...size }: PaneSize & { readonly top: number },
): readonly (readonly Span[])[] {
  const { columns, height, glyphs } = size
  const lines = paneLines(state, size)
  const from = Math.min(top, Math.max(0, lines.length - height))
  const shown = lines.slice(from, from + height).map((spans) => paneCell(spans, columns, glyphs))
  return [...shown, ...Array.from({ length: Math.max(0, height - shown.length) }, () => paneCell([], columns, glyphs))]
}

/** How many rows the pane would have on a screen without end. */
export function peoplePaneLength(state: ChatState, size: PaneSize): number {
  return paneLines(state, size).length
}

function paneLines(state: ChatState, size: PaneSize): Span[][] {
  const { kind } = shownRoom(state)
  const people = kind === 'status' ? [] : peopleLines(state, size)
  return [...people, ...(people.length > 0 ? [[]] : []), ...peerLines(state.peers)]
}

function peopleLines(state: ChatState, { columns, glyphs }: PaneSize): Span[][] {
  const facts = state.facts.get(state.room)
  const members = facts?.kind === 'private' ? facts.people : undefined
  const people = members ?? recentSpeakers(state)
  const title = members === undefined ? 'Spoke lately' : 'Members'
  const line = (author: Author): Span[] => [
    { text: ' ', style: 'text' },
    { text: fitName(authorName(author), columns - 1, glyphs.ellipsis), style: authorStyleOf(author) },
  ]
  return [[{ text: ` ${title} (${people.length})`, style: 'prompt' }], ...people.map((author) => line(author))]
}

function peerLines(peers: readonly Peer[]): Span[][] {
  const known: ReadonlySet<string> = new Set(SESSIONS)
  const names = [...SESSIONS, ...new Set(peers.map(({ session }) => session).filter((session) => !known.has(session)))]
  const groups = names.map((session) => ({ session, those: peers.filter((peer) => peer.session === session) }))
  const lines = groups
    .filter(({ those }) => those.length > 0)
    .flatMap(({ session, those }): Span[][] => [
      [{ text: ` ${session} ${those.length}`, style: 'dim' }],
      ...those.map(({ url }): Span[] => [
        { text: ` ${peerTag(url)} `, style: 'dim' },
        { text: withoutScheme(url), style: 'text' },
      ]),
    ])
  return [[{ text: ` Peers (${peers.length})`, style: 'prompt' }], ...lines]
}

/** What tells addresses apart comes first in the few columns there are. */
function withoutScheme(url: string): string {
  return url.replace(/^tcp:\/\//u, '').replace(/\/$/u, '')
}
