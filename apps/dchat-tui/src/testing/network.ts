/** What `net.status` answers, for tests. */
import type { NetStatus } from '@dchat/rpc'

/** As a daemon of RPC 1.4.0 tells it, at the time `now` (Unix ms). */
export function aNetAnswer(now: number): NetStatus {
  const traffic = { received_messages: 40, received_bytes: 4_000, sent_messages: 30, sent_bytes: 2_000 }
  const url = 'tcp://198.51.100.7:26660/'
  return {
    channels: [
      { id: 9, url, session: 'outbound', since: now - 60_000, version: '0.1.0', features: ['posts'], posts: true, ...traffic },
      {
        id: 7,
        url: 'tcp://203.0.113.4:26660/',
        session: 'inbound',
        since: now - 3_600_000,
        version: '0.0.9',
        features: [],
        posts: false,
        ...traffic,
      },
    ],
    slots: [
      { state: 'connected', url, channel: 9, since: now - 60_000, error: null },
      {
        state: 'connecting',
        url: 'tcp://192.0.2.3:1/',
        channel: null,
        since: now - 3_000,
        error: 'tcp://192.0.2.9:1/ refused the connection',
      },
      { state: 'sleeping', url: null, channel: null, since: now - 10_000, error: null },
    ],
    discovery: { state: 'wait', attempt: 3, next: now + 12_000 },
    seeds: [
      { url: 'tcp://seed.example:26660/', state: 'failed', at: now - 20_000, hosts: null, reason: 'connection refused' },
      { url: 'tcp://other.example:26660/', state: 'answered', at: now - 120_000, hosts: 12, reason: null },
      { url: 'tcp://third.example:26660/', state: 'unasked', at: null, hosts: null, reason: null },
    ],
    manual: [{ url: 'tcp://192.0.2.1:5/', state: 'waiting', next: now + 9_000, reason: 'timed out' }],
    listeners: [{ url: 'tcp://0.0.0.0:26660/', reachable: null }],
    hosts: { grey: 80, white: 20, gold: 4, black: 0, dark: 1 },
    bans: [
      {
        target: '203.0.113.99',
        until: Math.floor(now / 1_000) + 7_200,
        count: 2,
        reason: 'NET_UNKNOWN_COMMAND',
        detail: 'command=what',
      },
    ],
    traffic: [
      { command: 'ping', ...traffic, received_bytes: 400, sent_bytes: 200 },
      { command: 'post', ...traffic },
    ],
    dial_failures: [{ url: 'tcp://192.0.2.9:1/', session: 'outbound', at: now - 5_000, reason: 'connection refused' }],
    problem: null,
  }
}
