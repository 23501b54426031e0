/** What the daemon tells of the network, checked and made safe to show. What is missing or misshapen is left out. */
import type { BanInfo, NodeInfo, P2pInfo } from '@dchat/rpc'
import { MAX_NET_LISTED } from '../limits.ts'
import { HOST_COLORS } from '../network/net-status.ts'
import type { HostCounts, NetBan, NetChannel, NetProblem, NetSlot, NetStatus, Traffic } from '../network/net-status.ts'
import { carriesTalk, countOf, isNumber, isObject, line } from './ingress.ts'
import type { Fields } from './ingress.ts'

/** `value` as the answer of `net.status`; null when it is none. */
export function toNetStatus(value: unknown): NetStatus | null {
  if (!isObject(value)) return null
  return {
    channels: listOf(value['channels'], toChannel),
    slots: listOf(value['slots'], toSlot),
    discovery: isObject(value['discovery']) ? toDiscovery(value['discovery']) : null,
    seeds: listOf(value['seeds'], (seed) => ({
      ...urlAndState(seed),
      at: numberOrNull(seed['at']),
      hosts: numberOrNull(seed['hosts']),
      reason: lineOrNull(seed['reason']),
    })),
    manual: listOf(value['manual'], (peer) => ({
      ...urlAndState(peer),
      next: numberOrNull(peer['next']),
      reason: lineOrNull(peer['reason']),
    })),
    listeners: listOf(value['listeners'], (listener) => ({
      url: word(listener['url']),
      reachable: booleanOrNull(listener['reachable']),
    })),
    hosts: toHosts(value['hosts']),
    bans: listOf(value['bans'], toBan),
    traffic: listOf(value['traffic'], (entry) => ({ command: word(entry['command']), ...toTraffic(entry) })),
    failures: listOf(value['dial_failures'], (entry) => ({
      url: word(entry['url']),
      at: countOf(entry['at']),
      reason: word(entry['reason']),
    })),
    problem: toProblem(value['problem']),
    isPartial: false,
  }
}

/** The same from what a daemon of before `net.status` tells. */
export function toPartialStatus(told: { node: NodeInfo; p2p: P2pInfo; bans: readonly BanInfo[] }): NetStatus {
  const channels = listOf(told.p2p.channels, toChannel)
  const slots = Array.isArray(told.p2p.outbound_slots) ? told.p2p.outbound_slots.slice(0, MAX_NET_LISTED) : []
  const carriers = channels.filter((channel) => carriesTalk(channel))
  return {
    channels,
    slots: slots.map((id) => slotOf(countOf(id), channels)),
    discovery: null,
    seeds: [],
    manual: [],
    listeners: (Array.isArray(told.node.listen) ? told.node.listen : []).map((url) => ({ url: line(url), reachable: null })),
    hosts: toHosts(told.node.hosts),
    bans: listOf(told.bans, toBan),
    traffic: [],
    failures: [],
    problem: carriers.length === 0 ? NOT_CONNECTED : null,
    isPartial: true,
  }
}

const NOT_CONNECTED: NetProblem = {
  text: 'No peer is connected.',
  hint: 'This dchatd is older than RPC 1.4.0 and does not tell why; /connect ADDRESS connects a peer.',
}

function slotOf(channel: number, channels: readonly NetChannel[]): NetSlot {
  const url = channels.find(({ id }) => id === channel)?.url ?? null
  return channel === 0
    ? { state: 'empty', url: null, channel: null, since: null, error: null }
    : { state: 'connected', url, channel, since: null, error: null }
}

function toChannel(channel: Fields): NetChannel {
  return {
    id: countOf(channel['id']),
    url: word(channel['url']),
    session: word(channel['session']),
    since: numberOrNull(channel['since']),
    version: lineOrNull(channel['version']),
    posts: booleanOrNull(channel['posts']),
    traffic: isNumber(channel['received_bytes']) ? toTraffic(channel) : null,
  }
}

function toSlot(slot: Fields): NetSlot {
  return {
    state: word(slot['state']),
    url: lineOrNull(slot['url']),
    channel: numberOrNull(slot['channel']),
    since: numberOrNull(slot['since']),
    error: lineOrNull(slot['error']),
  }
}

function toDiscovery(discovery: Fields): NetStatus['discovery'] {
  return { state: word(discovery['state']), attempt: countOf(discovery['attempt']), next: numberOrNull(discovery['next']) }
}

/** `until` comes in seconds. */
function toBan(ban: Fields): NetBan {
  const { target, until, count, reason, detail } = ban
  return {
    target: word(target),
    until: countOf(until) * 1_000,
    count: countOf(count),
    reason: word(reason),
    detail: word(detail),
  }
}

function toHosts(value: unknown): HostCounts | null {
  if (!isObject(value)) return null
  return Object.fromEntries(HOST_COLORS.map((color) => [color, countOf(value[color])])) as HostCounts
}

function toTraffic(value: Fields): Traffic {
  return {
    receivedMessages: countOf(value['received_messages']),
    receivedBytes: countOf(value['received_bytes']),
    sentMessages: countOf(value['sent_messages']),
    sentBytes: countOf(value['sent_bytes']),
  }
}

function toProblem(value: unknown): NetProblem | null {
  if (!isObject(value) || typeof value['text'] !== 'string') return null
  return { text: line(value['text']), hint: word(value['hint']) }
}

function urlAndState(value: Fields): { url: string; state: string } {
  return { url: word(value['url']), state: word(value['state']) }
}

function listOf<T>(values: unknown, make: (value: Fields) => T): T[] {
  if (!Array.isArray(values)) return []
  return values
    .filter((value): value is Fields => isObject(value))
    .slice(0, MAX_NET_LISTED)
    .map((value) => make(value))
}

function word(value: unknown): string {
  return typeof value === 'string' ? line(value) : ''
}

function lineOrNull(value: unknown): string | null {
  return typeof value === 'string' ? line(value) : null
}

function numberOrNull(value: unknown): number | null {
  return isNumber(value) ? value : null
}

function booleanOrNull(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}
