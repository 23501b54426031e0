/** What answers and events make of the network view. Pure. */
import { MAX_NET_EVENTS, MAX_NET_TRAFFIC_EVENTS } from '../limits.ts'
import type { NetEvent, NetStatus, NetView } from './net-status.ts'

/** With the newest answer. Counts that fell belong to a daemon that was restarted: rates begin anew. */
export function withStatus(view: NetView, status: NetStatus, at: number): NetView {
  const isContinued = view.first !== null && !hasFallen(view.first.traffic, status.traffic)
  return { ...view, status, at, first: isContinued ? view.first : { at, traffic: status.traffic } }
}

/** With `events`, in order, at the end; the oldest go, of those of single messages first. */
export function withNetEvents(view: NetView, events: readonly NetEvent[]): NetView {
  const all = [...view.events, ...events.slice(-MAX_NET_EVENTS)]
  let surplus = all.reduce((count, { isTraffic }) => count + (isTraffic ? 1 : 0), 0) - MAX_NET_TRAFFIC_EVENTS
  const kept = all.filter(({ isTraffic }) => !isTraffic || surplus-- <= 0)
  return { ...view, events: kept.slice(-MAX_NET_EVENTS) }
}

function hasFallen(before: NetStatus['traffic'], after: NetStatus['traffic']): boolean {
  const now = new Map(after.map((entry) => [entry.command, entry]))
  return before.some((entry) => (now.get(entry.command)?.receivedBytes ?? 0) < entry.receivedBytes)
}
