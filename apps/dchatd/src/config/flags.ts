/** The command line of dchatd: the reference's flags, and ours. */
import { COMMON_FLAGS, helpText, parseFlags } from '@dchat/daemon'
import type { FlagValues } from '@dchat/daemon'

/** Each overrides the key of `[net]` or `[rpc]` that its help names. */
const OVERRIDES = {
  accept: { kind: 'list', value: 'URL', help: 'Listen on these addresses (net.inbound)' },
  seeds: { kind: 'list', value: 'URL', help: 'Ask these nodes for addresses of others (net.seeds)' },
  peers: { kind: 'list', value: 'URL', help: 'Always keep these nodes connected (net.peers)' },
  'external-addrs': { kind: 'list', value: 'URL', help: 'Tell others to reach this node here (net.external_addrs)' },
  'outbound-slots': {
    kind: 'integer',
    value: 'N',
    min: 0,
    max: 65_535,
    help: 'Connections to look for (net.outbound_connections)',
  },
  'inbound-slots': { kind: 'integer', value: 'N', min: 0, max: 65_535, help: 'Connections to accept (net.inbound_connections)' },
  localnet: { kind: 'boolean', help: 'Take addresses of local networks from others (net.localnet)' },
  'rpc-listen': {
    kind: 'string',
    value: 'URL',
    canBeEmpty: true,
    help: 'Serve JSON-RPC on this address, "" for none (rpc.rpc_listen)',
  },
  'rpc-disabled-methods': { kind: 'list', value: 'NAME', help: 'Do not offer these methods (rpc.rpc_disabled_methods)' },
} as const

const FLAGS = { ...COMMON_FLAGS, ...OVERRIDES }

export type DchatdFlags = FlagValues<typeof COMMON_FLAGS & typeof OVERRIDES>

/**
 * @param args without the program's name.
 * @throws {FlagError}
 */
export function parseDchatdFlags(args: readonly string[]): DchatdFlags {
  return parseFlags(args, FLAGS)
}

/** What `--help` prints. */
export function dchatdHelp(): string {
  return helpText({
    program: 'dchatd',
    summary: 'the chat daemon: a node of the p2p network with a JSON-RPC interface',
    groups: { General: COMMON_FLAGS, 'Network and RPC (these win over the configuration file)': OVERRIDES },
    examples: [
      ['dchatd', 'Run with the configuration of this user; the first run writes a commented one.'],
      ['dchatd --seeds tcp://seed.example.org:26661', 'Join a network through its seed.'],
      ['dchatd --accept tcp://0.0.0.0:26662 --external-addrs tcp://203.0.113.7:26662', 'Let others connect to this node too.'],
      [
        'dchatd --home /tmp/alice --localnet --accept tcp://127.0.0.2:26663 --rpc-listen "" -v',
        'Try it out beside another node.',
      ],
    ],
    notes: [
      'Lists may be repeated or separated by commas.',
      'Exit codes: 0 stopped, 1 failure, 2 configuration or usage, 3 address in use,',
      '            4 data folder locked, 5 data unusable.',
    ],
  })
}
