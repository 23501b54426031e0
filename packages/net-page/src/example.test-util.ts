/** Statuses for tests. */
import type { NetStatus } from '@dchat/rpc'

type Channel = NetStatus['channels'][number]

export function channel(change: Partial<Channel> = {}): Channel {
  return {
    id: 1,
    url: 'tcp://203.0.113.7:26662/',
    session: 'outbound',
    since: 0,
    version: '0.4.1',
    features: [],
    posts: true,
    received_messages: 0,
    received_bytes: 0,
    sent_messages: 0,
    sent_bytes: 0,
    ...change,
  }
}

export function netStatus(change: Partial<NetStatus> = {}): NetStatus {
  return {
    channels: [],
    slots: [],
    discovery: { state: 'off', attempt: 0, next: null },
    seeds: [],
    manual: [],
    listeners: [],
    hosts: { grey: 0, white: 0, gold: 0, black: 0, dark: 0 },
    bans: [],
    traffic: [],
    dial_failures: [],
    problem: null,
    ...change,
  }
}
