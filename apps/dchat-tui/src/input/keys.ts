/** What the terminal sent, as what is meant: text, pastes, and actions by the key map. Pure. */
import type { ActionName } from './action-table.ts'
import type { KeyMap } from './key-map.ts'
import type { InputEvent } from './key-sequences.ts'

export type KeyAction =
  | { readonly type: 'insert'; readonly text: string }
  /** `isCut`: the end of it is missing. */
  | { readonly type: 'paste'; readonly text: string; readonly isCut?: boolean }
  | { readonly type: 'action'; readonly name: ActionName }
  /** The wheel of the mouse, a notch up (-1) or down. */
  | { readonly type: 'wheel'; readonly by: 1 | -1 }

/** What stands for a line end, and for a tab, in a paste that is not marked. */
const TYPED: Readonly<Record<string, string>> = { enter: '\n', 'ctrl-j': '\n', tab: '\t' }

/** What `events`, which came in one piece, mean. Keys without an action mean nothing. */
export function toKeyActions(events: readonly InputEvent[], keyMap: KeyMap): KeyAction[] {
  const pasted = unmarkedPaste(events)
  if (pasted !== null) return [{ type: 'paste', text: pasted }]
  return events.flatMap((event): KeyAction[] => {
    switch (event.type) {
      case 'text':
        return [{ type: 'insert', text: event.text }]
      case 'paste':
        return [event.isCut ? event : { type: 'paste', text: event.text }]
      case 'wheel':
        return [event]
      case 'key': {
        const name = keyMap.get(event.chord)
        return name === undefined ? [] : [{ type: 'action', name }]
      }
      case 'focus':
      case 'kitty':
        return []
    }
  })
}

/**
 * The text, when `events` are lines: text with line ends in it, as a terminal sends a paste that it does not mark. A single line end
 * at the end is Enter, typed fast.
 */
function unmarkedPaste(events: readonly InputEvent[]): string | null {
  let text = ''
  for (const event of events) {
    const piece = event.type === 'text' ? event.text : event.type === 'key' ? TYPED[event.chord] : undefined
    if (piece === undefined) return null
    text += piece
  }
  const at = text.indexOf('\n')
  const isLines = at !== -1 && at < text.length - 1
  return isLines && /[^\n\t]/u.test(text) ? text : null
}
