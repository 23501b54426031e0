/** Messages and states for tests. */
import { RPC_VERSION } from '@dchat/rpc'
import type { Author, Message } from '@dchat/rpc'
import { EMPTY_RECALL } from '../input/recall.ts'
import { initialState } from '../state/reducer.ts'
import type { ChatAction, ChatState, NodeSummary } from '../state/model.ts'
import { withView } from '../state/room-view.ts'
import type { RoomView } from '../state/room-view.ts'
import { RowCache } from '../view/talk.ts'
import { glyphsFor } from '../view/theme.ts'
import type { ScreenContext } from '../view/screen.ts'

/** Monday, 2 March 2026, noon UTC. */
export const NOON: number = Date.UTC(2026, 2, 2, 12, 0, 0)

/** Somebody of whom only what `fields` say is known. */
export function anAuthor(fields: Partial<Author> = {}): Author {
  return { key: null, nick: null, tag: null, held: false, from: null, verified: null, room_key: null, known_as: null, ...fields }
}

/** Line `seq` of a peer, a second after the one before; `fields` say otherwise. */
export function aMessage(seq: number, fields: Partial<Message> = {}): Message {
  const own = fields.own === true
  return {
    seq,
    id: null,
    room: 'dchat',
    kind: 'text',
    author: anAuthor({ from: own ? null : 'tcp://127.0.0.1:40001' }),
    text: `line ${seq}`,
    time: null,
    received: NOON + seq * 1_000,
    own,
    delivery: own ? { state: 'sent', written: 2, held: 0 } : null,
    retracted: false,
    mention: false,
    encrypted: null,
    invitation: null,
    ...fields,
  }
}

/** Lines `from` to `to`. */
export function someMessages(from: number, to: number): Message[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => aMessage(from + index))
}

/** A node that runs and is called alice, with one peer; `fields` say otherwise. */
export function aNode(fields: Partial<NodeSummary> = {}): NodeSummary {
  return {
    name: 'dchatd',
    version: '0.1.0',
    rpc_version: RPC_VERSION,
    state: 'run',
    nick: 'alice',
    peers: { inbound: 1, outbound: 0, manual: 0, seed: 0, refine: 0, direct: 0 },
    listen: ['tcp://127.0.0.1:26661'],
    external_addrs: [],
    warnings: [],
    ...fields,
  }
}

/** A state in which `dchat` is shown; `view` is said of that room. */
export function aState(fields: Partial<ChatState> & { readonly view?: Partial<RoomView> } = {}): ChatState {
  const { view, ...rest } = fields
  const state = initialState({ room: 'dchat', screen: { columns: 80, rows: 24 }, nowMs: NOON, recall: EMPTY_RECALL })
  const views = view === undefined ? state.views : withView(state.views, 'dchat', (old) => ({ ...old, ...view }))
  return { ...state, views, ...rest }
}

/** The newest page of a room, as the session tells it. */
export function aPage(messages: readonly Message[], more = false): ChatAction & { type: 'newestPage' } {
  return { type: 'newestPage', room: messages[0]?.room ?? 'dchat', messages, more, lastSeq: Number.MAX_SAFE_INTEGER }
}

export function aContext(): ScreenContext {
  return { glyphs: glyphsFor({ TERM: 'xterm-256color' }), cache: new RowCache() }
}
