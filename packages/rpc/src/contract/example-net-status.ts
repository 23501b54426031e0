/** The network that examples show. */
import type { Static } from 'typebox'
import type { netStatus } from './network-shapes.ts'

const AT = 1_795_687_200_000

export const EXAMPLE_NET_STATUS: Static<typeof netStatus> = {
  channels: [],
  slots: [
    { state: 'connecting', url: 'tcp+tls://203.0.113.7:26662/', channel: null, since: AT, error: 'no answer in time' },
    { state: 'sleeping', url: null, channel: null, since: AT - 4_000, error: 'connection refused, nothing listens there' },
  ],
  discovery: { state: 'wait', attempt: 3, next: AT + 5_000 },
  seeds: [{ url: 'tcp+tls://198.51.100.2:26660/', state: 'answered', at: AT - 9_000, hosts: 2, reason: null }],
  manual: [],
  listeners: [{ url: 'tcp+tls://0.0.0.0:26662/', reachable: null }],
  hosts: { grey: 2, white: 0, gold: 0, black: 0, dark: 1 },
  bans: [],
  traffic: [{ command: 'version', received_messages: 1, received_bytes: 112, sent_messages: 1, sent_bytes: 131 }],
  dial_failures: [
    {
      url: 'tcp+tls://203.0.113.9:26662/',
      session: 'outbound',
      at: AT - 4_000,
      reason: 'connection refused, nothing listens there',
    },
  ],
  problem: {
    kind: 'dials_fail',
    text: 'The host tried last cannot be reached: connection refused, nothing listens there (tcp+tls://203.0.113.9:26662/).',
    hint: 'They may have gone, or a firewall is in between. The node goes on with others by itself.',
  },
}
