/** What each action makes of the state. Pure. */
import { isDeepStrictEqual } from 'node:util'
import { EMPTY_EDITOR } from '../input/editor.ts'
import type { Recall } from '../input/recall.ts'
import { DEFAULT_SETTINGS } from '../settings/settings.ts'
import type { Settings } from '../settings/settings.ts'
import { MAX_TROUBLES } from '../limits.ts'
import { startCounts, withCounted } from './counts.ts'
import { ItemList } from './item-list.ts'
import type { ChatAction, ChatState, NodeSummary, SessionAction, ScreenAction, ScreenSize } from './model.ts'
import { addLive, forget, listRooms, outdate, reducePage, reduceStretch, showRoom } from './reduce-rooms.ts'
import { reduceSend } from './reduce-sends.ts'
import { EMPTY_VIEW, withTalks, withView } from './room-view.ts'
import type { RoomView } from './room-view.ts'
import { STATUS_ROOM, plainRoom, withPerson, withRead } from './rooms.ts'
import { peerCount } from './selectors.ts'
import { EMPTY_TALK, isUnderWay, pendingItems, withAuthor, withDelivery, withLocal, withRetracted } from './talk.ts'

export interface StartOptions {
  readonly room: string
  readonly screen: ScreenSize
  readonly nowMs: number
  readonly recall: Recall
  /** @default all as they are without a configuration */
  readonly settings?: Settings
  /** Whether the program is new to the user. @default false */
  readonly isFirstRun?: boolean
}

/** The state at start. */
export function initialState(options: StartOptions): ChatState {
  return {
    room: options.room,
    previousRoom: null,
    rooms: [plainRoom(options.room)],
    facts: new Map(),
    views: new Map([[options.room, EMPTY_VIEW]]),
    link: { at: 'connecting' },
    wasReady: false,
    node: null,
    peers: [],
    sync: null,
    statusNews: 0,
    isFirstRun: options.isFirstRun ?? false,
    isHoldAgreed: false,
    paneTop: 0,
    screen: options.screen,
    nowMs: options.nowMs,
    isFocused: true,
    settings: options.settings ?? DEFAULT_SETTINGS,
    ignores: [],
    showsHidden: false,
    editor: EMPTY_EDITOR,
    recall: options.recall,
    completion: null,
    overlay: null,
    hint: null,
    isQuitArmed: false,
    lastNoticeId: 0,
    net: null,
    counts: startCounts(options.nowMs),
    troubles: [],
  }
}

export function reduce(state: ChatState, action: ChatAction): ChatState {
  if (isScreenAction(action)) return reduceScreen(state, action)
  const next = reduceSession(state, action)
  const counts = withCounted(state.counts, action)
  return counts === state.counts ? next : { ...next, counts }
}

const SCREEN_ACTIONS: Readonly<Record<ScreenAction['type'], true>> = {
  resized: true,
  focused: true,
  settings: true,
  shown: true,
  hearing: true,
  read: true,
  ticked: true,
  scrolled: true,
  edited: true,
  recalled: true,
  overlay: true,
  hint: true,
  firstRunOver: true,
  holdAgreed: true,
  paneScrolled: true,
  quitArmed: true,
  quitDisarmed: true,
  notice: true,
  cleared: true,
}

function isScreenAction(action: ChatAction): action is ScreenAction {
  return action.type in SCREEN_ACTIONS
}

function reduceScreen(state: ChatState, action: ScreenAction): ChatState {
  switch (action.type) {
    case 'resized':
      return { ...state, screen: action.screen }
    case 'focused':
      return state.isFocused === action.isFocused ? state : { ...state, isFocused: action.isFocused }
    case 'settings':
      return { ...state, settings: action.settings }
    case 'hearing': {
      const { ignores = state.ignores, showsHidden = state.showsHidden } = action
      return { ...state, ignores, showsHidden }
    }
    case 'shown':
      return showRoom(state, action.room)
    case 'read':
      return { ...state, rooms: withRead(state.rooms, action.room, action.seq) }
    case 'ticked':
      return { ...state, nowMs: action.nowMs }
    case 'scrolled':
      return inShown(state, (view) => ({ ...view, scroll: action.scroll }))
    case 'edited':
      return { ...state, editor: action.editor, completion: action.completion ?? null, hint: null, isQuitArmed: false }
    case 'recalled':
      return { ...state, recall: action.recall, editor: action.editor, completion: null, hint: null, isQuitArmed: false }
    case 'overlay':
      return { ...state, overlay: action.overlay, hint: null, isQuitArmed: false }
    case 'hint':
      return { ...state, hint: action.hint, isQuitArmed: false }
    case 'firstRunOver':
      return state.isFirstRun ? { ...state, isFirstRun: false } : state
    case 'holdAgreed':
      return { ...state, isHoldAgreed: true }
    case 'paneScrolled':
      return action.top === state.paneTop ? state : { ...state, paneTop: action.top }
    case 'quitArmed':
      return { ...state, isQuitArmed: true, hint: { level: 'info', text: 'Ctrl+C again quits' } }
    case 'quitDisarmed':
      return state.isQuitArmed ? { ...state, isQuitArmed: false, hint: null } : state
    case 'notice':
      return noticed(state, action)
    case 'cleared':
      return inShown(state, (view) => {
        const items = ItemList.of(pendingItems(view.talk).filter((item) => isUnderWay(item)))
        return { ...view, talk: { ...EMPTY_TALK, items }, scroll: 'end' }
      })
  }
}

function reduceSession(state: ChatState, action: SessionAction): ChatState {
  switch (action.type) {
    case 'link':
      return reduceLink(state, action.link)
    case 'node':
      return isDeepStrictEqual(action.node, state.node) ? state : withNode(state, action.node)
    case 'peers':
      return isDeepStrictEqual(action.peers, state.peers) ? state : { ...state, peers: action.peers }
    case 'sync':
      return isDeepStrictEqual(action.sync, state.sync) ? state : { ...state, sync: action.sync }
    case 'rooms':
      return listRooms(state, action.rooms)
    case 'newestPage':
    case 'olderPage':
    case 'newerPage':
      return reducePage(state, action)
    case 'stretch':
      return reduceStretch(state, action)
    case 'loading':
      return { ...state, views: withView(state.views, action.room, (view) => ({ ...view, loading: action.direction })) }
    case 'outdated':
      return outdate(state, action.but)
    case 'forgotten':
      return forget(state, action.room)
    case 'live':
      return addLive(state, action.messages)
    case 'facts':
      return { ...state, facts: new Map(state.facts).set(action.room, action.facts) }
    case 'delivery':
      return { ...state, views: withTalks(state.views, (talk) => withDelivery(talk, action.seq, action)) }
    case 'retracted':
      return { ...state, views: withTalks(state.views, (talk) => withRetracted(talk, action.seq)) }
    case 'net':
      return { ...state, net: action.net }
    case 'trouble':
      return { ...state, troubles: [...state.troubles, action.trouble].slice(-MAX_TROUBLES) }
    case 'author': {
      const views = withTalks(state.views, (talk) => withAuthor(talk, action.author))
      return { ...state, views, rooms: withPerson(state.rooms, action.author) }
    }
    case 'sending':
      return reduceSend({ ...state, isFirstRun: false }, action)
    case 'stored':
    case 'sendFailed':
    case 'sendUnsure':
    case 'sendsSettled':
      return reduceSend(state, action)
  }
}

/** With peers again, nothing is to be asked, and the next time there are none it is asked anew. */
function withNode(state: ChatState, node: NodeSummary): ChatState {
  if (peerCount(node.peers) === 0) return { ...state, node }
  if (state.overlay?.kind !== 'hold') return { ...state, node, isHoldAgreed: false }
  return {
    ...state,
    node,
    isHoldAgreed: false,
    overlay: null,
    hint: { level: 'info', text: 'Somebody is connected now: Enter sends it' },
  }
}

const NO_PEERS: ChatState['peers'] = []

/** What was said while the daemon was away is over when it is back. */
function reduceLink(state: ChatState, link: ChatState['link']): ChatState {
  const isBack = link.at === 'ready' && state.link.at !== 'ready'
  const hint = isBack && !state.isQuitArmed ? null : state.hint
  const views = new Map([...state.views].map(([room, view]) => [room, { ...view, loading: null }]))
  const known = link.at === 'ready' ? state : { peers: NO_PEERS, sync: null }
  return { ...state, peers: known.peers, sync: known.sync, link, hint, views, wasReady: state.wasReady || link.at === 'ready' }
}

function noticed(state: ChatState, action: Extract<ScreenAction, { type: 'notice' }>): ChatState {
  const lastNoticeId = state.lastNoticeId + 1
  const { level, text, at } = action
  const room = action.room ?? state.room
  const notice = { type: 'notice', key: `n${lastNoticeId}`, at, level, text } as const
  const views = withView(state.views, room, (view) => ({ ...view, talk: withLocal(view.talk, notice) }))
  const isNews = room === STATUS_ROOM && state.room !== STATUS_ROOM
  return { ...state, views, lastNoticeId, statusNews: state.statusNews + (isNews ? 1 : 0) }
}

function inShown(state: ChatState, change: (view: RoomView) => RoomView): ChatState {
  return { ...state, views: withView(state.views, state.room, change) }
}
