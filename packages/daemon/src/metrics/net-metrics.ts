/** Figures of nodes of the network. */
import { HostColor, sessionName } from '@dchat/net'
import type { HostState, P2p, TrafficTable } from '@dchat/net'
import type { Labels, Metric, Sample } from './metric.ts'

/** A node, and what tells it from others of the same process. */
export interface MeasuredNode {
  readonly p2p: P2p
  readonly labels: Labels
}

const STATES = ['open', 'start', 'started', 'run', 'stopped'] as const
const HOST_STATES: readonly HostState[] = ['free', 'suspend', 'insert', 'refine', 'connect', 'connected', 'move']
const COLORS = Object.entries(HostColor).map(([name, color]) => [name.toLowerCase(), color] as const)

/** @param nodes of one process; they have the same names of labels, none when there is one node */
export function netMetrics(nodes: readonly MeasuredNode[]): Metric[] {
  const own = Object.keys(nodes[0]?.labels ?? {})
  const each = (read: (p2p: P2p) => readonly Sample[]) => (): Sample[] =>
    nodes.flatMap(({ p2p, labels }) => read(p2p).map((sample) => ({ ...sample, labels: { ...labels, ...sample.labels } })))
  const one = (read: (p2p: P2p) => number): (() => Sample[]) => each((p2p) => [{ labels: {}, value: read(p2p) }])
  return [...channelMetrics(each, one), ...trafficMetrics(each, one), ...hostMetrics(each, one)].map((metric) => ({
    ...metric,
    labels: [...own, ...(metric.labels ?? [])],
  }))
}

type Each = (read: (p2p: P2p) => readonly Sample[]) => () => Sample[]
type One = (read: (p2p: P2p) => number) => () => Sample[]

function channelMetrics(each: Each, one: One): Metric[] {
  return [
    {
      name: 'dchat_node_state',
      type: 'gauge',
      help: '1 for the state the node is in, 0 for the others.',
      labels: ['state'],
      read: each((p2p) => STATES.map((state) => ({ labels: { state }, value: p2p.state === state ? 1 : 0 }))),
    },
    {
      name: 'dchat_channels',
      type: 'gauge',
      help: 'Channels after their version exchange.',
      labels: ['session'],
      read: each(channelsBySession),
    },
    {
      name: 'dchat_channels_opened_total',
      type: 'counter',
      help: 'Channels that have done their version exchange.',
      labels: ['session'],
      read: each((p2p) => Object.entries(p2p.dnet.counts.opened).map(([session, value]) => ({ labels: { session }, value }))),
    },
    {
      name: 'dchat_inbound_half_open',
      type: 'gauge',
      help: 'Connections that came in and still exchange versions.',
      read: one((p2p) => p2p.inboundCounts.halfOpen),
    },
    {
      name: 'dchat_inbound_refused_total',
      type: 'counter',
      help: 'Connections turned away at the door, of banned hosts or for want of room.',
      labels: ['reason'],
      read: each((p2p) => Object.entries(p2p.dnet.counts.refused).map(([reason, value]) => ({ labels: { reason }, value }))),
    },
    {
      name: 'dchat_addresses_dropped_total',
      type: 'counter',
      help: 'Addresses that peers told and that were not kept; "listed" were known.',
      labels: ['reason'],
      read: each((p2p) => Object.entries(p2p.dnet.counts.dropped).map(([reason, value]) => ({ labels: { reason }, value }))),
    },
    {
      name: 'dchat_outbound_slots',
      type: 'gauge',
      help: 'Outbound slots by whether a channel fills them.',
      labels: ['state'],
      read: each(({ outboundSlots }) => {
        const filled = outboundSlots.filter((id) => id !== 0).length
        return [
          { labels: { state: 'filled' }, value: filled },
          { labels: { state: 'empty' }, value: outboundSlots.length - filled },
        ]
      }),
    },
    {
      name: 'dchat_dials_total',
      type: 'counter',
      help: 'Dials of an endpoint by how they ended; "ended" are those this node gave up.',
      labels: ['outcome'],
      read: each((p2p) => Object.entries(p2p.dnet.counts.dials).map(([outcome, value]) => ({ labels: { outcome }, value }))),
    },
  ]
}

function trafficMetrics(each: Each, one: One): Metric[] {
  return [
    {
      name: 'dchat_messages_total',
      type: 'counter',
      help: 'Messages of the network; "other" are commands that nobody takes here.',
      labels: ['direction', 'command'],
      read: each((p2p) => traffic(p2p, 'messages')),
    },
    {
      name: 'dchat_message_bytes_total',
      type: 'counter',
      help: 'Bytes of their frames, those of "other" commands not counted.',
      labels: ['direction', 'command'],
      read: each((p2p) => traffic(p2p, 'bytes')),
    },
    {
      name: 'dchat_send_queue_bytes',
      type: 'gauge',
      help: 'Bytes that wait for peers to read.',
      read: one((p2p) => p2p.channels.reduce((sum, channel) => sum + channel.queuedBytes, 0)),
    },
  ]
}

function hostMetrics(each: Each, one: One): Metric[] {
  return [
    {
      name: 'dchat_hosts',
      type: 'gauge',
      help: 'Known hosts by list.',
      labels: ['color'],
      read: each((p2p) => COLORS.map(([color, at]) => ({ labels: { color }, value: p2p.hosts.container.size(at) }))),
    },
    {
      name: 'dchat_host_registry',
      type: 'gauge',
      help: 'Hosts by what is done with them; "free" and "suspend" are those nothing is done with, kept for a day.',
      labels: ['state'],
      read: each((p2p) => HOST_STATES.map((state) => ({ labels: { state }, value: p2p.hosts.registry.countIn(state) }))),
    },
    {
      name: 'dchat_clock_ahead_seconds',
      type: 'gauge',
      help: 'How far the clock of this computer is ahead of those of its peers; nothing while fewer than three were dialled.',
      read: each(({ clockAheadMs: ms }) => (ms === undefined ? [] : [{ labels: {}, value: ms / 1000 }])),
    },
    { name: 'dchat_bans', type: 'gauge', help: 'Bans that run.', read: one((p2p) => p2p.hosts.bans.list().length) },
    {
      name: 'dchat_bans_made_total',
      type: 'counter',
      help: 'Bans made for offences, by the code of the error.',
      labels: ['reason'],
      read: each((p2p) => [...p2p.hosts.bans.punished].map(([reason, value]) => ({ labels: { reason }, value }))),
    },
  ]
}

function channelsBySession(p2p: P2p): Sample[] {
  const count: Record<string, number> = { inbound: 0, outbound: 0, manual: 0, seed: 0, refine: 0, direct: 0 }
  for (const { info } of p2p.connectedChannels) count[sessionName(info.session)]! += 1
  return Object.entries(count).map(([session, value]) => ({ labels: { session }, value }))
}

function traffic({ dnet }: P2p, what: 'messages' | 'bytes'): Sample[] {
  const rows = (direction: string, table: TrafficTable): Sample[] =>
    table.entries().map(([command, count]) => ({ labels: { direction, command }, value: count[what] }))
  return [...rows('in', dnet.counts.received), ...rows('out', dnet.counts.sent)]
}
