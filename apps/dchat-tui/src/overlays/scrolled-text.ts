/** Views that are a text of their own over the talk: moving through it, and the rows that are in sight. Pure. */
import type { ActionName } from '../input/action-table.ts'
import type { KeyAction } from '../input/keys.ts'
import type { Row } from '../view/item-rows.ts'
import type { OverlaySize } from './overlay.ts'

/** Rows of the keys for a few rows, and of a notch of the wheel. */
const FEW_ROWS = 3
const FAR = 1e9

/** The first row in sight after `action`, of `count` rows; undefined when it does not scroll. */
export function scrolledTop(from: { top: number; count: number; height: number }, action: KeyAction): number | undefined {
  const by = rowsOf(action, Math.max(1, from.height - 1))
  return by === undefined ? undefined : Math.min(lastTop(from.count, from.height), Math.max(0, from.top + by))
}

/** The first row in sight furthest down: the last row is at the bottom then. */
export function lastTop(count: number, height: number): number {
  return Math.max(0, count - height)
}

/** What of `rows` is in sight from `top` on. */
export function inSight(rows: readonly Row[], top: number, { height }: Pick<OverlaySize, 'height'>): readonly Row[] {
  const first = Math.min(top, lastTop(rows.length, height))
  return rows.slice(first, first + height)
}

/** Rows down (negative: up) of each action; a page is reckoned by height. */
const ROWS: Readonly<Partial<Record<ActionName, number>>> = {
  'input-up': -1,
  'input-down': 1,
  'scroll-up': -FEW_ROWS,
  'scroll-down': FEW_ROWS,
  'scroll-top': -FAR,
  home: -FAR,
  'scroll-bottom': FAR,
  end: FAR,
}

/** Rows down (negative: up) that `action` scrolls; undefined when it does not. */
export function rowsOf(action: KeyAction, page: number): number | undefined {
  if (action.type === 'wheel') return action.by * FEW_ROWS
  if (action.type !== 'action') return undefined
  if (action.name === 'scroll-page-up') return -page
  return action.name === 'scroll-page-down' ? page : ROWS[action.name]
}
