/** What the operator of a node should look at, in words for people: a sentence, and what to do about it. */
import { isClockOff } from '@dchat/net'
import type { NodeWarning } from '@dchat/rpc'

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
]

/** @param clockAheadMs as `P2p.clockAheadMs` */
export function warningsInWords(clockAheadMs: number | undefined): NodeWarning[] {
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
