/** What the page knows, and how that changes with what comes. Pure: times come in. */
import type { HostInfo, NetStatus, NodeInfo } from '@dchat/rpc'
import { describeEvent } from './describe-event.ts'
import { EVENTS_MAX } from './limits.ts'

/** How it stands with the daemon, in words where something is wrong. */
export type LinkState =
  | { readonly at: 'opening' }
  | { readonly at: 'live' }
  /** A secret is needed. */
  | { readonly at: 'locked'; readonly text: string }
  /** It is tried again. */
  | { readonly at: 'waiting'; readonly text: string; readonly retryMs: number }

export interface EventLine {
  /** Grows by one with each. */
  readonly number: number
  readonly timeMs: number
  readonly text: string
}

/** Bytes a second. */
export interface Rate {
  readonly received: number
  readonly sent: number
}

export interface PageState {
  readonly link: LinkState
  readonly node: NodeInfo | undefined
  readonly status: NetStatus | undefined
  /** When `status` came. */
  readonly statusMs: number
  /** By the id of a channel, since the status before. */
  readonly rates: ReadonlyMap<number, Rate>
  readonly hosts: readonly HostInfo[]
  /** The newest last, at most EVENTS_MAX. */
  readonly events: readonly EventLine[]
  /** What stands still while it is paused. */
  readonly frozen: readonly EventLine[] | undefined
  readonly filter: string
}

export type Action =
  | { readonly type: 'link'; readonly link: LinkState }
  | { readonly type: 'node'; readonly node: NodeInfo }
  | { readonly type: 'status'; readonly status: NetStatus; readonly atMs: number }
  | { readonly type: 'hosts'; readonly hosts: readonly HostInfo[] }
  | { readonly type: 'event'; readonly timeMs: number; readonly event: string; readonly info: unknown }
  | { readonly type: 'pause' }
  | { readonly type: 'clear' }
  | { readonly type: 'filter'; readonly filter: string }

export const FIRST_STATE: PageState = {
  link: { at: 'opening' },
  node: undefined,
  status: undefined,
  statusMs: 0,
  rates: new Map(),
  hosts: [],
  events: [],
  frozen: undefined,
  filter: '',
}

/** What was shown stays while the link is down; without a secret nothing of the node is shown. */
export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case 'link':
      return action.link.at === 'locked'
        ? { ...FIRST_STATE, filter: state.filter, link: action.link }
        : { ...state, link: action.link }
    case 'node':
      return { ...state, node: action.node }
    case 'status':
      return { ...state, status: action.status, statusMs: action.atMs, rates: ratesOf(state, action) }
    case 'hosts':
      return { ...state, hosts: action.hosts }
    case 'event':
      return { ...state, events: withEvent(state.events, action) }
    case 'pause':
      return { ...state, frozen: state.frozen === undefined ? state.events : undefined }
    case 'clear':
      return { ...state, events: [], frozen: state.frozen === undefined ? undefined : [] }
    case 'filter':
      return { ...state, filter: action.filter }
  }
}

function withEvent(events: readonly EventLine[], { timeMs, event, info }: Action & { type: 'event' }): EventLine[] {
  const line = { number: (events.at(-1)?.number ?? 0) + 1, timeMs, text: describeEvent(event, info) }
  return [...events.slice(-(EVENTS_MAX - 1)), line]
}

function ratesOf(before: PageState, { status, atMs }: Action & { type: 'status' }): Map<number, Rate> {
  const seconds = (atMs - before.statusMs) / 1_000
  const known = new Map(before.status?.channels.map((channel) => [channel.id, channel]))
  const rates = new Map<number, Rate>()
  for (const channel of status.channels) {
    const last = known.get(channel.id)
    if (last === undefined || seconds <= 0) continue
    rates.set(channel.id, {
      received: Math.max(0, channel.received_bytes - last.received_bytes) / seconds,
      sent: Math.max(0, channel.sent_bytes - last.sent_bytes) / seconds,
    })
  }
  return rates
}
