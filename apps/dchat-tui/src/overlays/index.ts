/** All overlays: which keys each takes, and what it draws. */
import type { KeyAction } from '../input/keys.ts'
import type { ChatState } from '../state/model.ts'
import type { Row } from '../view/item-rows.ts'
import { ask } from './ask.ts'
import { bare } from './bare.ts'
import { detail } from './detail.ts'
import { find } from './find.ts'
import { help } from './help.ts'
import { hold } from './hold.ts'
import { historySearch } from './history-search.ts'
import { net } from './net.ts'
import type { OverlayHandler, OverlayKind, OverlaySize, OverlayVerdict } from './overlay.ts'
import { paste } from './paste.ts'
import { results } from './results.ts'
import { select } from './select.ts'
import { switcher } from './switcher.ts'

const OVERLAYS: { readonly [K in OverlayKind]: OverlayHandler<K> } = {
  ask,
  help,
  hold,
  net,
  paste,
  search: historySearch,
  switcher,
  select,
  detail,
  find,
  results,
  bare,
}

/** What a key does while an overlay is open; undefined when none is. */
export function overlayKey(state: ChatState, size: OverlaySize, action: KeyAction): OverlayVerdict | undefined {
  const { overlay } = state
  return overlay === null ? undefined : handlerOf(overlay.kind).key({ state, overlay, size }, action)
}

/** What the open overlay draws over the talk; undefined when none is open, or it draws nothing. */
export function overlayRows(state: ChatState, size: OverlaySize): readonly Row[] | undefined {
  const { overlay } = state
  return overlay === null ? undefined : handlerOf(overlay.kind).draw?.({ state, overlay, size })
}

/** Whether the talk is out of sight. */
export function isTalkCovered({ overlay }: Pick<ChatState, 'overlay'>): boolean {
  return overlay !== null && handlerOf(overlay.kind).draw !== undefined
}

function handlerOf(kind: OverlayKind): OverlayHandler<OverlayKind> {
  return OVERLAYS[kind] as OverlayHandler<OverlayKind>
}
