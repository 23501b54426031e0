/** What the daemon tells of rooms, and going from room to room. Pure. */
import type { Message } from '@dchat/rpc'
import { isBeingRead } from './being-read.ts'
import { isIgnored } from './ignores.ts'
import { mentionWords } from './mention.ts'
import type { ChatState, Page, SessionAction, Stretch } from './model.ts'
import { newsOf, withUnseen } from './news.ts'
import { adopted } from './reduce-sends.ts'
import { EMPTY_VIEW, emptyView, withTalks, withView, withinBounds } from './room-view.ts'
import type { RoomView, RoomViews } from './room-view.ts'
import { STATUS_ROOM, mergedRooms, plainRoom, withLines } from './rooms.ts'
import type { RoomSummary } from './rooms.ts'
import { withJoined, withLive, withNewerPage, withNewestPage, withOlderPage, withStretch, withoutStored } from './talk.ts'

/** Another room on screen, with the draft that was begun in it; the one that is left keeps its own. */
export function showRoom(state: ChatState, room: string): ChatState {
  if (room === state.room) return state
  const left = withView(state.views, state.room, (view) => ({ ...view, draft: state.editor }))
  const view = left.get(room) ?? emptyView(room)
  const views = new Map(left)
  views.delete(room)
  views.set(room, { ...view, news: newsOf(summaryOf(state, room)), draft: EMPTY_VIEW.draft })
  return {
    ...state,
    room,
    previousRoom: state.room,
    statusNews: room === STATUS_ROOM ? 0 : state.statusNews,
    views: withinBounds(views, room),
    editor: view.draft,
    recall: { ...state.recall, at: null, draft: '' },
    completion: null,
    overlay: null,
    hint: null,
    isQuitArmed: false,
  }
}

/** With the rooms as the daemon lists them; what is shown goes back to the room before when its room is gone. */
export function listRooms(state: ChatState, listed: readonly RoomSummary[]): ChatState {
  const rooms = mergedRooms(state.rooms, listed)
  const isThere = (room: string | null): boolean => room === STATUS_ROOM || rooms.some((summary) => summary.room === room)
  const wasThere = state.rooms.some((summary) => summary.room === state.room)
  const listedNames = new Set(rooms.map((summary) => summary.room))
  const next: ChatState = {
    ...state,
    rooms,
    previousRoom: isThere(state.previousRoom) ? state.previousRoom : null,
    views: withListedNews(
      state,
      rooms,
      withTalks(state.views, (talk) => withJoined(talk, listedNames)),
    ),
    facts: new Map([...state.facts].filter(([room]) => listedNames.has(room))),
  }
  if (isThere(state.room) || !wasThere) return next
  return { ...showRoom(next, next.previousRoom ?? rooms[0]!.room), previousRoom: null }
}

/** What is new in the room that is shown was not known before the first list. */
function withListedNews(state: ChatState, rooms: readonly RoomSummary[], views: RoomViews): RoomViews {
  const listed = rooms.find(({ room }) => room === state.room)
  const news = listed === undefined || summaryOf(state, state.room).readSeq > 0 ? null : newsOf(listed)
  if (news === null) return views
  return withView(views, state.room, (view) => (view.news === null ? { ...view, news } : view))
}

function summaryOf(state: ChatState, room: string): RoomSummary {
  return state.rooms.find((summary) => summary.room === room) ?? plainRoom(room)
}

export function reducePage(state: ChatState, action: Extract<SessionAction, Page>): ChatState {
  const views = withView(state.views, action.room, (view) => withPage(view, action))
  return { ...state, views: withinBounds(views, state.room) }
}

/** Another stretch of the history of a room in place of the one in memory. */
export function reduceStretch(state: ChatState, stretch: Stretch): ChatState {
  const views = withView(state.views, stretch.room, (view) => {
    const talk = withStretch(adopted(view.talk, stretch.messages), stretch)
    return { ...view, talk, loading: null, isLoaded: true }
  })
  return { ...state, views: withinBounds(views, state.room) }
}

function withPage(view: RoomView, action: Extract<SessionAction, Page>): RoomView {
  switch (action.type) {
    case 'newestPage': {
      const talk = withNewestPage(adopted(view.talk, action.messages), action)
      return { ...view, talk, loading: null, isLoaded: true }
    }
    case 'olderPage':
      return { ...view, talk: withOlderPage(view.talk, action), loading: null }
    case 'newerPage':
      return { ...view, talk: withNewerPage(view.talk, action), loading: null }
  }
}

/** With lines of any rooms: into the talks that are in memory, and into the counts. */
export function addLive(state: ChatState, messages: readonly Message[]): ChatState {
  const isRead = isBeingRead(state)
  let { views } = state
  let hasHiddenGrown = false
  for (const [room, lines] of Map.groupBy(messages, (message) => message.room)) {
    if (!views.has(room)) continue
    if (room !== state.room) hasHiddenGrown = true
    views = withView(views, room, (view) => {
      const fresh = lines.filter((message) => !view.talk.items.hasSeq(message.seq))
      const heard = fresh.filter((message) => !isIgnored(state.ignores, message))
      const news = room !== state.room || isRead ? view.news : withUnseen(view.news, summaryOf(state, room), heard)
      return { ...view, news, talk: withLive(adopted(view.talk, fresh), lines) }
    })
  }
  const rooms = withLines(state.rooms, messages, { ...mentionWords(state), ignores: state.ignores })
  return { ...state, rooms, views: hasHiddenGrown ? withinBounds(views, state.room) : views }
}

/** Without stored lines, but for those of the room `but`; with null the counts of rooms are those of another store too. */
export function outdate(state: ChatState, but: string | null): ChatState {
  const views = new Map<string, RoomView>()
  for (const [room, view] of state.views) views.set(room, room === but || room === STATUS_ROOM ? view : outdated(view))
  if (but !== null) return { ...state, views }
  const rooms = state.rooms.map((summary) => ({ ...summary, unread: 0, mentions: 0, lastSeq: 0, readSeq: 0 }))
  return { ...state, views, rooms }
}

/** Without the stored lines of a room, which are no more. */
export function forget(state: ChatState, room: string): ChatState {
  if (!state.views.has(room)) return state
  const rooms = state.rooms.map((summary) => (summary.room === room ? { ...summary, unread: 0, mentions: 0 } : summary))
  return { ...state, rooms, views: withView(state.views, room, outdated) }
}

function outdated(view: RoomView): RoomView {
  return { ...view, talk: withoutStored(view.talk), scroll: 'end', loading: null, isLoaded: false, news: null }
}
