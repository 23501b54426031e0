/** What the network view knows of the node. All texts are sanitised; null is what the daemon did not tell. */

export interface Traffic {
  readonly receivedMessages: number
  readonly receivedBytes: number
  readonly sentMessages: number
  readonly sentBytes: number
}

export interface NetChannel {
  readonly id: number
  readonly url: string
  readonly session: string
  /** Unix ms. */
  readonly since: number | null
  /** Of the program at the other end, as it told. */
  readonly version: string | null
  /** Whether signed posts go over it. */
  readonly posts: boolean | null
  readonly traffic: Traffic | null
}

export interface NetSlot {
  readonly state: string
  readonly url: string | null
  readonly channel: number | null
  readonly since: number | null
  /** Of its last try that failed. */
  readonly error: string | null
}

export interface NetSeed {
  readonly url: string
  readonly state: string
  readonly at: number | null
  /** How many hosts it told. */
  readonly hosts: number | null
  readonly reason: string | null
}

export interface NetManual {
  readonly url: string
  readonly state: string
  /** Unix ms of the next try. */
  readonly next: number | null
  readonly reason: string | null
}

export interface NetDiscovery {
  readonly state: string
  readonly attempt: number
  readonly next: number | null
}

export interface NetListener {
  readonly url: string
  readonly reachable: boolean | null
}

export const HOST_COLORS = ['gold', 'white', 'grey', 'black', 'dark'] as const

export type HostCounts = Readonly<Record<(typeof HOST_COLORS)[number], number>>

export interface NetBan {
  readonly target: string
  /** Unix ms. */
  readonly until: number
  readonly count: number
  readonly reason: string
  /** What the peer did; empty where nothing is known, or the daemon does not tell. */
  readonly detail: string
}

export interface CommandTraffic extends Traffic {
  readonly command: string
}

export interface DialFailure {
  readonly url: string
  readonly at: number
  readonly reason: string
}

/** Why the node is not connected: a sentence, and what to do. */
export interface NetProblem {
  readonly text: string
  readonly hint: string
}

export interface NetStatus {
  readonly channels: readonly NetChannel[]
  readonly slots: readonly NetSlot[]
  readonly discovery: NetDiscovery | null
  readonly seeds: readonly NetSeed[]
  readonly manual: readonly NetManual[]
  readonly listeners: readonly NetListener[]
  readonly hosts: HostCounts | null
  readonly bans: readonly NetBan[]
  readonly traffic: readonly CommandTraffic[]
  readonly failures: readonly DialFailure[]
  readonly problem: NetProblem | null
  /** Whether the daemon is of before there was `net.status`: then only what older methods tell is here. */
  readonly isPartial: boolean
}

/** Something that happened in the network. */
export interface NetEvent {
  /** Unix ms. */
  readonly at: number
  readonly text: string
  /** Whether it tells of one message: of those there are many, and they must not push out the others. */
  readonly isTraffic: boolean
}

/** What is known while the view is open. */
export interface NetView {
  /** Null until the first answer. */
  readonly status: NetStatus | null
  /** Unix ms of the newest answer. */
  readonly at: number
  /** The first answer: rates are since then. */
  readonly first: { readonly at: number; readonly traffic: readonly CommandTraffic[] } | null
  /** Oldest first. */
  readonly events: readonly NetEvent[]
  /** Why there are no events, or fewer than there might be; null when all are told. */
  readonly eventsNote: string | null
}

export const EMPTY_NET: NetView = { status: null, at: 0, first: null, events: [], eventsNote: null }
