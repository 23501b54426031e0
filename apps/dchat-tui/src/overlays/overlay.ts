/** What an overlay is: it takes keys before the input line does, and may draw over the talk. */
import type { KeyAction } from '../input/keys.ts'
import type { Destination } from '../state/switcher.ts'
import type { Message } from '@dchat/rpc'
import type { ChatState, Overlay, ScreenAction, Whereabouts } from '../state/model.ts'
import type { Row } from '../view/item-rows.ts'
import type { Glyphs } from '../view/theme.ts'

export type OverlayKind = Overlay['kind']

export interface OverlayVerdict {
  readonly changes: readonly ScreenAction[]
  /** Whether the key is done with; else it goes on to the input line. */
  readonly isTaken: boolean
  readonly submits?: boolean
  readonly request?: LineRequest
  /** What was said to a question. */
  readonly answer?: 'yes' | 'always' | 'no'
  /** Where the user goes. */
  readonly goesTo?: Destination
}

/** What a key wants done that is no change of the state, or needs more than the state. */
export type LineRequest =
  /** Picks out the line before or after. */
  | { readonly type: 'select'; readonly by: 1 | -1 }
  | { readonly type: 'detail'; readonly message: Message; readonly back: Overlay | null }
  | { readonly type: 'copy' | 'quote' | 'retract' | 'cancelSend'; readonly message: Message }
  /** Shows the line in its room, picked out; leaving it returns to `back`. */
  | { readonly type: 'goTo'; readonly message: Message; readonly back: Overlay }
  | { readonly type: 'return'; readonly to: Whereabouts }
  | { readonly type: 'moreResults' }
  | { readonly type: 'resultsOf'; readonly room: string | null }
  | { readonly type: 'find'; readonly by: 'typing' | 'older' | 'newer' }

/** Where an overlay draws: the columns and rows of the talk. */
export interface OverlaySize {
  readonly columns: number
  readonly height: number
  readonly glyphs: Glyphs
}

export interface KeyPlace<K extends OverlayKind> {
  readonly state: ChatState
  readonly overlay: Extract<Overlay, { kind: K }>
  readonly size: OverlaySize
}

export interface DrawPlace<K extends OverlayKind> {
  readonly state: ChatState
  readonly overlay: Extract<Overlay, { kind: K }>
  readonly size: OverlaySize
}

export interface OverlayHandler<K extends OverlayKind> {
  /** What a key does. Pure. */
  key(place: KeyPlace<K>, action: KeyAction): OverlayVerdict
  /** The rows over the talk, at most `size.height`; the talk stays in sight without it. */
  draw?(place: DrawPlace<K>): readonly Row[]
}

export const CLOSE: ScreenAction = { type: 'overlay', overlay: null }
export const IGNORED: OverlayVerdict = { changes: [], isTaken: true }

/** Whether `action` is the key that closes what is open. */
export function isLeaving(action: KeyAction): boolean {
  return action.type === 'action' && (action.name === 'cancel' || action.name === 'interrupt')
}
