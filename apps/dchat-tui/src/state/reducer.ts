/** What each action makes of the state. Pure. */
import type { Message } from '@dchat/rpc'
import { EMPTY_EDITOR } from '../input/editor.ts'
import type { Recall } from '../input/recall.ts'
import type { PendingItem } from './items.ts'
import type { ChatAction, ChatState, OwnSend, SessionAction, ScreenAction, ScreenSize } from './model.ts'
import {
  EMPTY_TALK,
  pendingItems,
  withAuthor,
  withDelivery,
  withLive,
  withLocal,
  withNewerPage,
  withNewestPage,
  withOlderPage,
  withPending,
  withRetracted,
} from './talk.ts'
import type { Talk } from './talk.ts'

/** The state at start. */
export function initialState(options: { room: string; screen: ScreenSize; nowMs: number; recall: Recall }): ChatState {
  return {
    room: options.room,
    link: { at: 'connecting' },
    wasReady: false,
    node: null,
    talk: EMPTY_TALK,
    loading: null,
    scroll: 'end',
    screen: options.screen,
    nowMs: options.nowMs,
    editor: EMPTY_EDITOR,
    recall: options.recall,
    completion: null,
    overlay: null,
    hint: null,
    isQuitArmed: false,
    lastNoticeId: 0,
  }
}

export function reduce(state: ChatState, action: ChatAction): ChatState {
  return isScreenAction(action) ? reduceScreen(state, action) : reduceSession(state, action)
}

const SCREEN_ACTIONS: Readonly<Record<ScreenAction['type'], true>> = {
  resized: true,
  ticked: true,
  scrolled: true,
  edited: true,
  recalled: true,
  overlay: true,
  hint: true,
  quitArmed: true,
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
    case 'ticked':
      return { ...state, nowMs: action.nowMs }
    case 'scrolled':
      return { ...state, scroll: action.scroll }
    case 'edited':
      return { ...state, editor: action.editor, completion: action.completion ?? null, hint: null, isQuitArmed: false }
    case 'recalled':
      return { ...state, recall: action.recall, editor: action.editor, completion: null, hint: null, isQuitArmed: false }
    case 'overlay':
      return { ...state, overlay: action.overlay, hint: null, isQuitArmed: false }
    case 'hint':
      return { ...state, hint: action.hint, isQuitArmed: false }
    case 'quitArmed':
      return { ...state, isQuitArmed: true, hint: { level: 'info', text: 'Ctrl+C again quits' } }
    case 'notice': {
      const noticeId = state.lastNoticeId + 1
      const talk = withLocal(state.talk, {
        type: 'notice',
        key: `n${noticeId}`,
        at: action.at,
        level: action.level,
        text: action.text,
      })
      return { ...state, talk, lastNoticeId: noticeId }
    }
    case 'cleared':
      return { ...state, talk: { ...EMPTY_TALK, items: state.talk.items.filter((item) => isUnderWay(item)) }, scroll: 'end' }
  }
}

function isUnderWay(item: Talk['items'][number]): boolean {
  return item.type === 'pending' && (item.state === 'sending' || item.state === 'unsure')
}

function reduceSession(state: ChatState, action: SessionAction): ChatState {
  switch (action.type) {
    case 'link':
      return reduceLink(state, action.link)
    case 'node':
      return { ...state, node: action.node }
    case 'newestPage':
      return adopted({ ...state, talk: withNewestPage(state.talk, action), loading: null }, action.messages)
    case 'olderPage':
      return { ...state, talk: withOlderPage(state.talk, action), loading: null }
    case 'newerPage':
      return { ...state, talk: withNewerPage(state.talk, action), loading: null }
    case 'loading':
      return { ...state, loading: action.direction }
    case 'live': {
      const fresh = action.messages.filter((message) => !state.talk.seqs.has(message.seq))
      const next = adopted(state, fresh)
      return { ...next, talk: withLive(next.talk, action.messages) }
    }
    case 'delivery':
      return { ...state, talk: withDelivery(state.talk, action.seq, action.delivery) }
    case 'retracted':
      return { ...state, talk: withRetracted(state.talk, action.seq) }
    case 'author':
      return { ...state, talk: withAuthor(state.talk, action.author) }
    case 'sending':
      return { ...state, talk: withLocal(state.talk, pendingItem(action.send, 'sending', '')) }
    case 'stored':
      return stored(state, action)
    case 'sendFailed': {
      const talk = withPending(state.talk, (item) => (item.localId === action.send.localId ? null : item))
      return { ...state, talk: withLocal(talk, pendingItem(action.send, 'failed', action.reason)) }
    }
    case 'sendUnsure':
      return {
        ...state,
        talk: withPending(state.talk, (item) => (item.localId === action.localId ? { ...item, state: 'unsure' } : item)),
      }
    case 'sendsSettled': {
      const isSettled = (item: PendingItem): boolean => item.state === 'unsure' && action.localIds.has(item.localId)
      return { ...state, talk: withPending(state.talk, (item) => (isSettled(item) ? { ...item, state: 'unknown' } : item)) }
    }
  }
}

/** What was said while the daemon was away is over when it is back. */
function reduceLink(state: ChatState, link: ChatState['link']): ChatState {
  const isBack = link.at === 'ready' && state.link.at !== 'ready'
  const hint = isBack && !state.isQuitArmed ? null : state.hint
  return { ...state, link, hint, loading: null, wasReady: state.wasReady || link.at === 'ready' }
}

/** When the line under way was taken for another of the same text already, this one is what that other is. */
function stored(state: ChatState, action: { localId: number; message: Message }): ChatState {
  const isUnderWayStill = pendingItems(state.talk).some((item) => item.localId === action.localId)
  const next = isUnderWayStill || state.talk.seqs.has(action.message.seq) ? state : adopted(state, [action.message])
  const talk = withPending(next.talk, (item) => (item.localId === action.localId ? null : item))
  return { ...next, talk: withLive(talk, [action.message]) }
}

function pendingItem(send: OwnSend, state: PendingItem['state'], reason: string): PendingItem {
  return { type: 'pending', key: `p${send.localId}`, ...send, state, reason }
}

/**
 * Takes away the line under way that each own line of `messages` is: the first one with the same text that was sent before it
 * was stored. The answer to its call, which may come later or never, then finds it gone.
 */
function adopted(state: ChatState, messages: readonly Message[]): ChatState {
  let { talk } = state
  for (const message of messages) {
    if (!message.own) continue
    let isTaken = false
    talk = withPending(talk, (item) => {
      if (isTaken || item.state === 'failed' || !isStoredAs(item, message)) return item
      isTaken = true
      return null
    })
  }
  return talk === state.talk ? state : { ...state, talk }
}

/** The stored text is the one a call carried, but for what the sanitiser took from it on the way back. */
function isStoredAs(item: PendingItem, message: Message): boolean {
  return message.seq > item.afterSeq && message.kind === item.kind && message.text === item.text
}
