/** What is in memory of one room: its talk, and how it is looked at. */
import { EMPTY_EDITOR } from '../input/editor.ts'
import type { Editor } from '../input/editor.ts'
import { MAX_KEPT_ROOMS, MAX_KEPT_UNITS } from '../limits.ts'
import type { Scroll } from '../view/virtual-list.ts'
import type { News } from './news.ts'
import { STATUS_ROOM } from './rooms.ts'
import { EMPTY_TALK, isUnderWay, pendingItems } from './talk.ts'
import type { Talk } from './talk.ts'

export interface RoomView {
  readonly talk: Talk
  readonly scroll: Scroll
  readonly loading: 'older' | 'newer' | null
  /** Whether its newest page was loaded: until then only what came by itself is there. */
  readonly isLoaded: boolean
  /** What the mark in the talk stands before; null for no mark. */
  readonly news: News | null
  /** The input while another room is shown. */
  readonly draft: Editor
}

export const EMPTY_VIEW: RoomView = {
  talk: EMPTY_TALK,
  scroll: 'end',
  loading: null,
  isLoaded: false,
  news: null,
  draft: EMPTY_EDITOR,
}

/** What is told of link and node comes from nowhere else. */
const STATUS_VIEW: RoomView = { ...EMPTY_VIEW, talk: { ...EMPTY_TALK, hasOlder: false }, isLoaded: true }

/** The view of a room of which nothing is in memory. */
export function emptyView(room: string): RoomView {
  return room === STATUS_ROOM ? STATUS_VIEW : EMPTY_VIEW
}

/** By room, the one shown last at the end. */
export type RoomViews = ReadonlyMap<string, RoomView>

/** With `change` made to the view of `room`, which there is from then on. */
export function withView(views: RoomViews, room: string, change: (view: RoomView) => RoomView): RoomViews {
  const view = views.get(room) ?? emptyView(room)
  const next = change(view)
  return next === view && views.has(room) ? views : new Map(views).set(room, next)
}

/** With `change` made to every talk. */
export function withTalks(views: RoomViews, change: (talk: Talk) => Talk): RoomViews {
  let result = views
  for (const [room, view] of views) {
    const talk = change(view.talk)
    if (talk !== view.talk) result = new Map(result).set(room, { ...view, talk })
  }
  return result
}

/**
 * Without the rooms that were not shown for longest, while there are too many or they hold too much. The one shown now stays, and
 * so does what cannot be loaded again: the status room, and a room with a draft or with own lines under way.
 */
export function withinBounds(views: RoomViews, shown: string): RoomViews {
  let units = 0
  for (const { talk } of views.values()) units += talk.items.units
  let count = views.size - (views.has(STATUS_ROOM) ? 1 : 0)
  let result: Map<string, RoomView> | undefined
  for (const [room, view] of views) {
    if (count <= MAX_KEPT_ROOMS && units <= MAX_KEPT_UNITS) break
    if (
      room === shown ||
      room === STATUS_ROOM ||
      view.draft.text !== '' ||
      pendingItems(view.talk).some((item) => isUnderWay(item))
    )
      continue
    result ??= new Map(views)
    result.delete(room)
    count -= 1
    units -= view.talk.items.units
  }
  return result ?? views
}
