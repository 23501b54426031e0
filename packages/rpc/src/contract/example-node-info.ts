/** The node that examples show. */
import { EXAMPLE_AUTHOR, EXAMPLE_KEY } from './example-message.ts'

export const EXAMPLE_NODE_INFO = {
  name: 'dchatd',
  version: '0.1.0',
  commit: '4be1c7a2f0d95e3b8a6c1d7e9f2b5a8c3d6e1f40',
  rpc_version: '1.7.0',
  protocol: { app_name: 'dchatd', version: '0.4.1' },
  node_id: '',
  features: ['dchat.posts'],
  state: 'run',
  uptime_s: 86_400,
  listen: ['tcp+tls://0.0.0.0:26662/'],
  external_addrs: ['tcp+tls://198.51.100.3:26662/'],
  peers: { inbound: 2, outbound: 8, manual: 1, seed: 0, refine: 0, direct: 0 },
  hosts: { grey: 310, white: 120, gold: 14, black: 0, dark: 3 },
  bans: 1,
  key: EXAMPLE_KEY,
  nick: 'ann',
  tag: EXAMPLE_AUTHOR.tag,
  sync: { state: 'paging' as const, room: 'dchat', received: 1_200, expected: 5_000, peers: 3 },
  warnings: [],
  store: { messages: 42, bytes: 9_321, last_seq: 42, file_bytes: 65_536 },
}
