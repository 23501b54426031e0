/** Fifty configurations that cannot be used. More of them, without a process each: apps/dchatd/src/config/bad-config.test.ts. */

export interface BadConfig {
  /** The file; `>` begins a new line. */
  readonly text: string
  /** Where the fault is. */
  readonly line: number
  /** Null where the file is no TOML. */
  readonly key: string | null
  readonly says: string
}

const bad = (text: string, place: readonly [line: number, key: string | null], says: string): BadConfig => {
  const [line, key] = place
  return { text, line, key, says }
}

export const BAD_CONFIGS: readonly BadConfig[] = [
  bad('[net', [1, null], 'not valid TOML'),
  bad('[net]>localnet = yes', [2, null], 'not valid TOML'),
  bad('[net]>localnet = true>localnet = true', [3, null], 'not valid TOML'),
  bad('[store]>max_bytes = 99999999999999999999', [2, null], 'not valid TOML'),
  bad('net = 1', [1, 'net'], 'must be a table'),
  bad('[[chat]]', [1, 'chat'], 'must be a table'),
  bad('[net]>profiles = ["tcp"]', [2, 'net.profiles'], 'must be a table'),
  bad('[rpc]>rpc_listen = 51054', [2, 'rpc.rpc_listen'], 'must be a string'),
  bad('[rpc]>rpc_listen = "127.0.0.1:51054"', [2, 'rpc.rpc_listen'], 'not a URL'),
  bad('[rpc]>rpc_listen = "tcp://127.0.0.1"', [2, 'rpc.rpc_listen'], 'needs a host and a port'),
  bad('[rpc]>rpc_listen = "tcp://127.0.0.1:70000"', [2, 'rpc.rpc_listen'], 'the port is 0 to 65535'),
  bad('[rpc]>rpc_listen = "tcp://0.0.0.0:1"', [2, 'rpc.rpc_listen'], 'without TLS everything travels unencrypted'),
  bad('[rpc]>rpc_listen = "tcp+tls://0.0.0.0:1">rpc_compat = true', [3, 'rpc.rpc_compat'], 'would let anyone'),
  bad('[rpc]>rpc_disabled_methods = "send"', [2, 'rpc.rpc_disabled_methods'], 'must be a list'),
  bad('[rpc]>rpc_compat = "yes"', [2, 'rpc.rpc_compat'], 'must be true or false'),
  bad('[rpc]>rpc_socket_mode = "rw"', [2, 'rpc.rpc_socket_mode'], 'must be "0600" or "0660"'),
  bad('[rpc]>allowed_hosts = ["http://a"]', [2, 'rpc.allowed_hosts'], 'is not a host name'),
  bad('[rpc]>allowed_origins = ["a.example"]', [2, 'rpc.allowed_origins'], 'is not an origin'),
  bad('[rpc]>tls_cert = "x.pem"', [2, 'rpc.tls_cert'], 'is of no use without tls_key'),
  bad('[rpc]>rate_limit = 0', [2, 'rpc.rate_limit'], '1 to 1000000'),
  bad('[[rpc.token]]>name = "t"', [1, 'rpc.token.methods'], 'must be set'),
  bad('[net]>inbound = "tcp://0.0.0.0:1"', [2, 'net.inbound'], 'must be a list'),
  bad('[net]>inbound = [>"tcp://0.0.0.0:1",>"0.0.0.0:2",>]', [4, 'net.inbound'], 'not a URL'),
  bad('[net]>inbound = ["tcp://0.0.0.0"]', [2, 'net.inbound'], 'has no port'),
  bad('[net]>inbound = ["tor://0.0.0.0:1"]', [2, 'net.inbound'], 'is no loopback address'),
  bad('[net]>inbound = ["tcp://0.0.0.0:1",>"tcp+tls://127.0.0.1:1"]', [3, 'net.inbound'], 'cannot be listened on together'),
  bad('[net]>seeds = ["tpc://a.example:1"]', [2, 'net.seeds'], 'did you mean "tcp"?'),
  bad('[net]>seeds = ["tcp://a.example:0"]', [2, 'net.seeds'], 'needs a port from 1 to 65535'),
  bad('[net]>seeds = ["tor://abc.onion:1"]', [2, 'net.seeds'], 'has no valid onion name'),
  bad('[net]>peers = ["tcp://256.1.1.1:1"]', [2, 'net.peers'], 'not a valid address'),
  bad('[net]>external_addrs = [>"tcp://0.0.0.0:1"]', [3, 'net.external_addrs'], 'is no address that others can reach'),
  bad('[net]>active_profiles = ["tcp"]', [2, 'net.active_profiles'], 'has no table'),
  bad('[net]>active_profiles = ["http"]', [2, 'net.active_profiles'], 'is not a transport'),
  bad('[net]>outbound_connections = -1', [2, 'net.outbound_connections'], '0 to 65535'),
  bad('[net]>inbound_connections = "8"', [2, 'net.inbound_connections'], 'a whole number'),
  bad('[net]>magic_bytes = [217, 239, 182]', [2, 'net.magic_bytes'], 'four whole numbers'),
  bad(`[net]>node_id = "${'x'.repeat(256)}"`, [2, 'net.node_id'], 'at most 255 bytes'),
  bad('[net]>getaddrs_max = 256', [2, 'net.getaddrs_max'], '0 to 255'),
  bad('[net]>greylist_refinery_interval = nan', [2, 'net.greylist_refinery_interval'], 'is NaN'),
  bad('[net]>ban_policy = "Strict"', [2, 'net.ban_policy'], 'must be "strict" or "relaxed"'),
  bad('[net]>never_ban = ["10.0.0.0/33"]', [2, 'net.never_ban'], 'needs a prefix from 0 to 32'),
  bad('[net]>blacklist = ["a.example"]', [2, 'net.blacklist'], 'item 1 must be'),
  bad('[net]>tor_socks5_proxy = "localhost"', [2, 'net.tor_socks5_proxy'], 'not a URL'),
  bad(
    '[net.profiles."tcp"]>channel_handshake_timeout = 0',
    [2, 'net.profiles.tcp.channel_handshake_timeout'],
    '0.1 to 86400 seconds',
  ),
  bad('[chat]>rate_limt = 10', [2, 'chat.rate_limt'], 'did you mean rate_limit?'),
  bad('[chat]>nick = "a\\u0007"', [2, 'chat.nick'], 'no control characters'),
  bad('[log]>level = "loud"', [2, 'log.level'], 'must be "error"'),
  bad('[log]>levels = {ent = "debug"}', [2, 'log.levels'], 'did you mean net?'),
  bad('[store]>max_bytes = 0', [2, 'store.max_bytes'], '262144 to'),
  bad('[store]>max_age_days = 0', [2, 'store.max_age_days'], '1 to 36500'),
]
