/** What a node does to have peers, in the terms of the contract. */
import { isFeatured } from '@dchat/chat'
import { sessionName } from '@dchat/net'
import type { Channel, DialFailure, ManualStatus, NetworkStatus, NodeCounts, P2p, SeedState, SlotStatus } from '@dchat/net'
import type { NetStatus } from '@dchat/rpc'
import { formatSemver } from '@dchat/serial'
import type { Clock } from '@dchat/system'
import { problemInWords } from './problem-in-words.ts'

type Now = Pick<Clock, 'nowMs' | 'monotonicMs'>

export function netStatusOf(p2p: P2p, clock: Now): Omit<NetStatus, 'hosts' | 'bans'> {
  const { slots, discovery, seeds, manual, dialFailures, problem } = p2p.status
  const wasReached = p2p.dnet.counts.opened.inbound > 0
  return {
    channels: p2p.connectedChannels.map((channel) => channelOf(channel, clock)),
    slots: slots.map(slotOf),
    discovery: discoveryOf(discovery),
    seeds: seeds.map(([url, state]) => seedOf(url, state)),
    manual: manual.map(manualOf),
    listeners: p2p.listenUrls.map((url) => ({ url, reachable: wasReached ? true : null })),
    traffic: trafficOf(p2p.dnet.counts),
    dial_failures: dialFailures.map(dialFailureOf),
    problem: problem === undefined ? null : problemInWords(problem),
  }
}

function channelOf(channel: Channel, clock: Now): NetStatus['channels'][number] {
  const { info, peerVersion, startedMs } = channel
  return {
    id: info.id,
    url: info.url,
    session: sessionName(info.session),
    since: Math.round(clock.nowMs() - (clock.monotonicMs() - startedMs)),
    version: peerVersion === undefined ? null : formatSemver(peerVersion.version),
    features: peerVersion?.features.map(([name]) => name) ?? [],
    posts: isFeatured(channel),
    received_messages: channel.receivedMessages,
    received_bytes: channel.receivedBytes,
    sent_messages: channel.sentMessages,
    sent_bytes: channel.sentBytes,
  }
}

function slotOf({ at, url, channelId, sinceMs, failure }: SlotStatus): NetStatus['slots'][number] {
  return { state: at, url: url ?? null, channel: channelId ?? null, since: sinceMs, error: failure?.text ?? null }
}

/** Outbound discovery asks peers or seeds; what else it may be at is waiting. */
function discoveryOf(discovery: NetworkStatus['discovery']): NetStatus['discovery'] {
  if (discovery === undefined) return { state: 'off', attempt: 0, next: null }
  const { at, attempt, nextMs } = discovery
  return { state: at === 'getaddr' || at === 'seed' ? at : 'wait', attempt, next: nextMs ?? null }
}

function seedOf(url: string, state: SeedState): NetStatus['seeds'][number] {
  const seed = { url, state: state.at, at: null, hosts: null, reason: null }
  if (state.at === 'unasked') return seed
  const outcome = state.at === 'asking' ? state.before : state
  if (outcome === undefined) return { ...seed, at: state.atMs }
  const { hosts, reason } =
    outcome.at === 'answered' ? { ...outcome, reason: null } : { hosts: null, reason: outcome.reason.text }
  return { ...seed, at: state.atMs, hosts, reason }
}

function manualOf({ url, at, nextMs, failure }: ManualStatus): NetStatus['manual'][number] {
  return { url, state: at, next: nextMs ?? null, reason: failure?.text ?? null }
}

function dialFailureOf({ url, session, atMs, reason }: DialFailure): NetStatus['dial_failures'][number] {
  return { url, session, at: atMs, reason: reason.text }
}

function trafficOf({ received, sent }: Pick<NodeCounts, 'received' | 'sent'>): NetStatus['traffic'] {
  const NONE = { messages: 0, bytes: 0 }
  const came = new Map(received.entries())
  const went = new Map(sent.entries())
  const commands = new Set([...came.keys(), ...went.keys()])
  const rows = Array.from(commands, (command) => {
    const [inward, outward] = [came.get(command) ?? NONE, went.get(command) ?? NONE]
    return {
      command,
      received_messages: inward.messages,
      received_bytes: inward.bytes,
      sent_messages: outward.messages,
      sent_bytes: outward.bytes,
    }
  })
  const size = (row: NetStatus['traffic'][number]): number => row.received_bytes + row.sent_bytes
  return rows.filter((row) => row.received_messages + row.sent_messages > 0).toSorted((one, other) => size(other) - size(one))
}
