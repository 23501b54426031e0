/** What the operator of a node should look at, in words for people: a sentence, and what to do about it. */
import { basename } from 'node:path'
import { isClockOff } from '@dchat/net'
import type { NodeWarning } from '@dchat/rpc'
import type { OpenReport } from '@dchat/store'

export interface NodeTroubles {
  /** As `P2p.clockAheadMs`. */
  readonly clockAheadMs: number | undefined
  readonly setAside: OpenReport['setAside']
  readonly isKeyLost: boolean
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
]

export function warningsInWords({ clockAheadMs, setAside, isKeyLost }: NodeTroubles): NodeWarning[] {
  return [...clockWarning(clockAheadMs), ...storeWarning(setAside), ...(isKeyLost ? [KEY_LOST] : [])]
}

const KEY_LOST: NodeWarning = {
  kind: 'key_lost',
  text: 'The key of this node was gone when it started, and a new one was made: others see somebody new.',
  hint: 'If that was not meant, stop the node, put `identity.key` back from a backup, and start it again.',
}

/** Only the name of the file: whoever may only look needs no folders. */
function storeWarning(setAside: NodeTroubles['setAside']): NodeWarning[] {
  if (setAside === null) return []
  const text = `The message store was damaged when the node started: it was set aside as ${basename(setAside.movedTo)}, and a new one begun.`
  const hint = 'What others said comes back from peers. For the rest restore a backup, or try `sqlite3 .recover` on that file.'
  return [{ kind: 'store_set_aside', text, hint }]
}

function clockWarning(clockAheadMs: number | undefined): NodeWarning[] {
  if (clockAheadMs === undefined || !isClockOff(clockAheadMs)) return []
  const where = clockAheadMs > 0 ? 'ahead of' : 'behind'
  const text = `The clock of this computer is ${aboutText(Math.abs(clockAheadMs) / 1_000)} ${where} those of its peers.`
  return [{ kind: 'clock_off', text, hint: CLOCK_HINTS[where] }]
}

const CLOCK_HINTS = {
  'ahead of': 'Set it: what is written more than 10 minutes ahead is refused by others until their clocks get there.',
  behind: 'Set it: lines of others are refused while they seem to come from more than 10 minutes ahead.',
} as const

/** In the largest unit that fits: a clock may be off by any amount. */
function aboutText(seconds: number): string {
  const [size, name] = UNITS.find(([unit]) => seconds >= unit) ?? UNITS.at(-1)!
  const amount = Math.round(seconds / size)
  return `${amount.toLocaleString('en-US')} ${name}${amount === 1 ? '' : 's'}`
}
