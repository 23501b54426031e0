/** From when on: what people type, and the line that this is. */
import { toMessages } from '../session/ingress.ts'
import type { CommandContext } from './command-context.ts'

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/**
 * Unix ms of `2026-03-02`, `2026-03-02T12:55` (local time), or `30m`, `2h`, `7d`, `2w` before now; null for anything else, days
 * that there are not among it.
 */
export function sinceTime(word: string, nowMs: number): number | null {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/iu.exec(word) ?? []
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * UNIT_MS[unit.toLowerCase()]!
  const [, year, month, day, hour = '0', minute = '0'] = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/u.exec(word) ?? []
  if (year === undefined) return null
  const date = new Date(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
  const isReal = date.getMonth() === Number(month) - 1 && date.getDate() === Number(day) && date.getHours() === Number(hour)
  return isReal && date.getMinutes() === Number(minute) ? date.getTime() : null
}

/**
 * The line after which all were stored at `time` or later, as far as this node's clock ran forwards: found by halves, with a call for
 * each. @throws {RpcError | RpcUnreachable}
 */
export async function seqSince(
  time: number,
  place: { session: Pick<CommandContext['session'], 'call'>; scope: { room?: string } },
): Promise<number> {
  const { session, scope } = place
  let low = 0
  let high = (await session.call('chat.history', { limit: 1, ...scope })).last_seq
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [first] = toMessages((await session.call('chat.history', { since: middle, limit: 1, ...scope })).messages)
    if (first === undefined || first.received >= time) high = middle
    else low = first.seq
  }
  return low
}
