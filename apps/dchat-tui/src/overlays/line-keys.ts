/** Keys for one line that is picked out, in the talk and in its detail view alike. Pure. */
import type { Message } from '@dchat/rpc'
import type { KeyAction } from '../input/keys.ts'
import { CLOSE } from './overlay.ts'
import type { OverlayVerdict } from './overlay.ts'

/** What a letter does with `message`; undefined for all other keys. */
export function lineKey(message: Message, action: KeyAction): OverlayVerdict | undefined {
  if (action.type !== 'insert') return undefined
  switch (action.text) {
    case 'c':
      return { changes: [], isTaken: true, request: { type: 'copy', message } }
    case 'r':
      return { changes: [CLOSE], isTaken: true, request: { type: 'quote', message } }
    case 'd':
      return { changes: [CLOSE], isTaken: true, request: { type: 'retract', message } }
    case 'x':
      return { changes: [CLOSE], isTaken: true, request: { type: 'cancelSend', message } }
    case 'q':
      return { changes: [CLOSE], isTaken: true }
    default:
      return undefined
  }
}
