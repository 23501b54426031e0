/** Own lines on their way to the daemon: shown at once, given up for the stored line, marked when they failed. Pure. */
import type { Message } from '@dchat/rpc'
import type { PendingItem } from './items.ts'
import type { ChatState, OwnSend, SessionAction } from './model.ts'
import { withView } from './room-view.ts'
import { isUnderWay, pendingItems, withLive, withLocal, withPending } from './talk.ts'
import type { Talk } from './talk.ts'

/** What is told of own sends. */
export type SendAction = Extract<SessionAction, { type: 'sending' | 'stored' | 'sendFailed' | 'sendUnsure' | 'sendsSettled' }>

export function reduceSend(state: ChatState, action: SendAction): ChatState {
  switch (action.type) {
    case 'sending':
      return inRoom(state, action.send, (talk) => withLocal(talk, pendingItem(action.send, 'sending')))
    case 'stored':
      return inRoom(state, action.send, (talk) => stored(talk, action))
    case 'sendFailed':
      return inRoom(state, action.send, (talk) =>
        withLocal(without(talk, action.send), {
          ...pendingItem(action.send, 'failed'),
          reason: action.reason,
          isKeyless: action.isKeyless === true,
        }),
      )
    case 'sendUnsure':
      return inRoom(state, action.send, (talk) =>
        withPending(talk, (item) => (item.localId === action.send.localId ? { ...item, state: 'unsure' } : item)),
      )
    case 'sendsSettled': {
      const isSettled = (item: PendingItem): boolean => item.state === 'unsure' && action.localIds.has(item.localId)
      let { views } = state
      for (const room of views.keys()) {
        views = withView(views, room, (view) => {
          const talk = withPending(view.talk, (item) => (isSettled(item) ? { ...item, state: 'unknown' } : item))
          return talk === view.talk ? view : { ...view, talk }
        })
      }
      return { ...state, views }
    }
  }
}

/** Own lines of all rooms that wait for their answer. */
export function underWayCount(state: Pick<ChatState, 'views'>): number {
  let count = 0
  for (const { talk } of state.views.values()) count += pendingItems(talk).filter((item) => isUnderWay(item)).length
  return count
}

/**
 * Takes away the line under way that each own line of `messages` is: the first one with the same text that was sent before it
 * was stored. The answer to its call, which may come later or never, then finds it gone.
 */
export function adopted(talk: Talk, messages: readonly Message[]): Talk {
  let result = talk
  for (const message of messages) {
    if (!message.own) continue
    let isTaken = false
    result = withPending(result, (item) => {
      if (isTaken || item.state === 'failed' || !isStoredAs(item, message)) return item
      isTaken = true
      return null
    })
  }
  return result
}

function inRoom(state: ChatState, send: OwnSend, change: (talk: Talk) => Talk): ChatState {
  return { ...state, views: withView(state.views, send.room, (view) => ({ ...view, talk: change(view.talk) })) }
}

/** When the line under way was taken for another of the same text already, this one is what that other is. */
function stored(talk: Talk, action: { send: OwnSend; message: Message }): Talk {
  const isUnderWayStill = pendingItems(talk).some((item) => item.localId === action.send.localId)
  const next = isUnderWayStill || talk.items.hasSeq(action.message.seq) ? talk : adopted(talk, [action.message])
  return withLive(without(next, action.send), [action.message])
}

function without(talk: Talk, send: OwnSend): Talk {
  return withPending(talk, (item) => (item.localId === send.localId ? null : item))
}

function pendingItem(send: OwnSend, state: PendingItem['state']): PendingItem {
  const { localId, text, kind, at, afterSeq } = send
  return { type: 'pending', key: `p${localId}`, localId, text, kind, at, afterSeq, state, reason: '', isKeyless: false }
}

/** The stored text is the one a call carried, but for what the sanitiser took from it on the way back. */
function isStoredAs(item: PendingItem, message: Message): boolean {
  return message.seq > item.afterSeq && message.kind === item.kind && message.text === item.text
}
