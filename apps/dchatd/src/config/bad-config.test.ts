import { ConfigError } from '@dchat/config'
import { exitCodeOf } from '@dchat/daemon'
import { expect, test } from 'vitest'
import { ConfigResource } from './config-resource.test-util.ts'

/** [what is wrong with the file, the line and key named, part of the reason]; `>` begins a new line. */
const BAD: readonly (readonly [file: string, place: string, reason: string])[] = [
  // no TOML at all
  ['[net', ':1: ', 'not valid TOML'],
  ['[net]>localnet = yes', ':2: ', 'not valid TOML'],
  ['[net]>localnet = true>localnet = true', ':3: ', 'not valid TOML'],
  ['[net]>[net]', ':2: ', 'not valid TOML'],
  ['[store]>max_bytes = 99999999999999999999', ':2: ', 'not valid TOML'],
  // tables that are none
  ['net = 1', ':1: net: ', 'must be a table, is a number'],
  ['rpc = "tcp://127.0.0.1:1"', ':1: rpc: ', 'must be a table, is a string'],
  ['[[chat]]', ':1: chat: ', 'must be a table, is a list'],
  ['[net]>profiles = ["tcp"]', ':2: net.profiles: ', 'must be a table, is a list'],
  ['[net]>profiles.tcp = 1', ':2: net.profiles.tcp: ', 'must be a table, is a number'],
  // [rpc]
  ['[rpc]>rpc_listen = 51054', ':2: rpc.rpc_listen: ', 'must be a string, is a number'],
  ['[rpc]>rpc_listen = "127.0.0.1:51054"', ':2: rpc.rpc_listen: ', 'not a URL'],
  ['[rpc]>rpc_listen = "tcp://127.0.0.1"', ':2: rpc.rpc_listen: ', 'needs a host and a port'],
  ['[rpc]>rpc_listen = "tcp://127.0.0.1:70000"', ':2: rpc.rpc_listen: ', 'the port is 0 to 65535'],
  ['[rpc]>rpc_listen = "tcp+tls://127.0.0.1"', ':2: rpc.rpc_listen: ', 'needs a host and a port'],
  ['[rpc]>rpc_disabled_methods = "send"', ':2: rpc.rpc_disabled_methods: ', 'must be a list, is a string'],
  ['[rpc]>rpc_disabled_methods = [>"send",>1]', ':4: rpc.rpc_disabled_methods: ', 'item 2 is a number'],
  ['[rpc]>rpc_compat = "yes"', ':2: rpc.rpc_compat: ', 'must be true or false, is a string'],
  [
    '[rpc]>rpc_listen = "tcp://192.168.1.1:1">rpc_compat = true',
    ':3: rpc.rpc_compat: ',
    'would let anyone who reaches 192.168.1.1:1',
  ],
  ['[rpc]>rpc_socket = false', ':2: rpc.rpc_socket: ', 'must be a string, is false'],
  [`[rpc]>rpc_socket = "/${'x'.repeat(120)}"`, ':2: rpc.rpc_socket: ', 'longer than the 103 bytes'],
  ['[rpc]>allowed_hosts = ["http://a"]', ':2: rpc.allowed_hosts: ', '"http://a" is not a host name'],
  ['[rpc]>allowed_origins = ["a.example"]', ':2: rpc.allowed_origins: ', '"a.example" is not an origin'],
  // addresses
  ['[net]>inbound = "tcp://0.0.0.0:1"', ':2: net.inbound: ', 'must be a list, is a string'],
  ['[net]>inbound = [>"tcp://0.0.0.0:1",>"0.0.0.0:2",>]', ':4: net.inbound: ', '"0.0.0.0:2" is not a URL'],
  ['[net]>inbound = ["tcp://0.0.0.0"]', ':2: net.inbound: ', '"tcp://0.0.0.0" has no port'],
  ['[net]>inbound = ["tor://0.0.0.0:1"]', ':2: net.inbound: ', 'is no loopback address; write "tor://127.0.0.1:1"'],
  ['[net]>inbound = ["socks5://127.0.0.1:1"]', ':2: net.inbound: ', 'socks5 is for dialling'],
  ['[net]>inbound = ["unix://x.sock"]', ':2: net.inbound: ', 'needs the absolute path of a socket; write it as "unix:///path"'],
  ['[net.profiles."tor"]>[net]>active_profiles = ["tcp"]', ':3: net.active_profiles: ', '"tcp" has no table'],
  [
    '[net]>active_profiles = ["tor"]>[net.profiles."tor"]>inbound = [>"tor://a.onion:1"]',
    ':5: net.profiles.tor.inbound: ',
    'no loopback address',
  ],
  ['[net]>seeds = ["tpc://a.example:1"]', ':2: net.seeds: ', '"tpc" is not a transport; did you mean "tcp"?'],
  ['[net]>seeds = ["tcp://a.example:0"]', ':2: net.seeds: ', 'needs a port from 1 to 65535'],
  ['[net]>peers = ["tcp://a b:1"]', ':2: net.peers: ', 'not a valid address'],
  ['[net]>peers = ["tcp://256.1.1.1:1"]', ':2: net.peers: ', 'not a valid address'],
  [
    '[net]>peers = [>"tcp://a.example:1",>"socks5://127.0.0.1:9050"]',
    ':4: net.peers: ',
    'has no destination behind the proxy; write it as "socks5://proxy:port/host:port"',
  ],
  ['[net]>seeds = ["tor://abc.onion:1"]', ':2: net.seeds: ', '"tor://abc.onion:1" has no valid onion name'],
  ['[net]>external_addrs = [>"tcp://0.0.0.0:1"]', ':3: net.external_addrs: ', 'is no address that others can reach'],
  [
    '[net]>inbound = ["tcp://0.0.0.0:1",>"tcp+tls://127.0.0.1:1"]',
    ':3: net.inbound: ',
    'tcp+tls://127.0.0.1:1/ and tcp://0.0.0.0:1/ cannot be listened on together',
  ],
  [
    '[net]>inbound = ["tcp://a.example:1"]>[net.profiles."tcp"]>inbound = ["unix:///a",>"tcp+tls://a.example:1"]',
    ':5: net.profiles.tcp.inbound: ',
    'cannot be listened on together',
  ],
  ['[net]>external_addrs = [["tcp://a.example:1"]]', ':2: net.external_addrs: ', 'item 1 is a list'],
  ['[net.profiles."tcp"]>seeds = ["a.example:1"]', ':2: net.profiles.tcp.seeds: ', '"a.example:1" is not a URL'],
  ['[net.profiles."tcp"]>inbound = 1', ':2: net.profiles.tcp.inbound: ', 'must be a list, is a number'],
  // profiles
  ['[net]>active_profiles = ["tcp"]', ':2: net.active_profiles: ', '"tcp" has no table; add [net.profiles."tcp"]'],
  ['[net]>active_profiles = [>"tcp",>"tor"]>[net.profiles.tcp]', ':4: net.active_profiles: ', '"tor" has no table'],
  ['[net]>active_profiles = ["http"]', ':2: net.active_profiles: ', '"http" is not a transport'],
  ['[net]>active_profiles = "tcp"', ':2: net.active_profiles: ', 'must be a list, is a string'],
  ['[net]>mixed_profiles = ["tpc"]', ':2: net.mixed_profiles: ', 'did you mean "tcp"?'],
  ['[net]>mixed_profiles = ["tcp"]>active_profiles = ["tor"]', ':3: net.active_profiles: ', '"tor" has no table'],
  ['[net]>mixed_profiles = ["tcp"]>active_profiles = ["tcp"]', ':3: net.active_profiles: ', '"tcp" has no table'],
  [
    '[net.profiles."tcp"]>outbound_connect_timeout = "15"',
    ':2: net.profiles.tcp.outbound_connect_timeout: ',
    'a number of seconds, is a string',
  ],
  [
    '[net.profiles."tcp"]>channel_handshake_timeout = 0',
    ':2: net.profiles.tcp.channel_handshake_timeout: ',
    '0.1 to 86400 seconds, is 0',
  ],
  [
    '[net.profiles."tcp"]>channel_heartbeat_interval = 30000000',
    ':2: net.profiles.tcp.channel_heartbeat_interval: ',
    '0.1 to 86400 seconds',
  ],
  // the rest of [net]
  ['[net]>outbound_connections = -1', ':2: net.outbound_connections: ', '0 to 65535, is -1'],
  ['[net]>outbound_connections = 1.5', ':2: net.outbound_connections: ', 'a whole number'],
  ['[net]>inbound_connections = "8"', ':2: net.inbound_connections: ', 'a whole number, is a string'],
  ['[net]>inbound_connections = 65536', ':2: net.inbound_connections: ', '0 to 65535'],
  ['[net]>magic_bytes = [217, 239, 182]', ':2: net.magic_bytes: ', 'four whole numbers from 0 to 255'],
  ['[net]>magic_bytes = [217, 239, 182, 256]', ':2: net.magic_bytes: ', 'four whole numbers from 0 to 255'],
  ['[net]>magic_bytes = "d9efb67d"', ':2: net.magic_bytes: ', 'must be a list, is a string'],
  [`[net]>node_id = "${'x'.repeat(256)}"`, ':2: net.node_id: ', 'at most 255 bytes'],
  ['[net]>getaddrs_max = 256', ':2: net.getaddrs_max: ', '0 to 255, is 256'],
  ['[net]>localnet = 1', ':2: net.localnet: ', 'true or false, is a number'],
  ['[net]>outbound_peer_discovery_cooloff_time = -1', ':2: net.outbound_peer_discovery_cooloff_time: ', '0.1 to 86400 seconds'],
  ['[net]>outbound_peer_discovery_attempt_time = 0', ':2: net.outbound_peer_discovery_attempt_time: ', '0.1 to 86400 seconds'],
  ['[net]>greylist_refinery_interval = nan', ':2: net.greylist_refinery_interval: ', 'is NaN'],
  ['[net]>time_with_no_connections = 1979-05-27', ':2: net.time_with_no_connections: ', 'is a date'],
  ['[net]>known_peer_percent = 101', ':2: net.known_peer_percent: ', '0 to 100'],
  ['[net]>disable_greys = "no"', ':2: net.disable_greys: ', 'true or false'],
  ['[net]>hostlist = ""', ':2: net.hostlist: ', 'a path cannot be empty'],
  ['[net]>hostlist = 1', ':2: net.hostlist: ', 'must be a string'],
  ['[net]>p2p_datastore = []', ':2: net.p2p_datastore: ', 'must be a string'],
  ['[net]>ban_policy = "Strict"', ':2: net.ban_policy: ', 'must be "strict" or "relaxed"'],
  ['[net]>never_ban = ["10.0.0.0/33"]', ':2: net.never_ban: ', 'needs a prefix from 0 to 32'],
  ['[net]>never_ban = ["localhost"]', ':2: net.never_ban: ', 'not an IP address or network'],
  ['[net]>blacklist = ["a.example"]', ':2: net.blacklist: ', 'item 1 must be'],
  ['[net]>blacklist = [>["a.example"],>["b.example", "tcp"]]', ':4: net.blacklist: ', 'item 2 must be'],
  ['[net]>blacklist = [["a.example", ["tpc"]]]', ':2: net.blacklist: ', 'item 1 must be'],
  ['[net]>blacklist = [["a.example", [], [0]]]', ':2: net.blacklist: ', 'item 1 must be'],
  ['[net]>blacklist = [["a.example", [], [], []]]', ':2: net.blacklist: ', 'item 1 must be'],
  ['[net]>tor_socks5_proxy = "localhost"', ':2: net.tor_socks5_proxy: ', 'not a URL'],
  ['[net]>tor_socks5_proxy = 9050', ':2: net.tor_socks5_proxy: ', 'must be a string, is a number'],
  ['[net]>nym_socks5_proxy = "http://127.0.0.1:1080"', ':2: net.nym_socks5_proxy: ', 'is not a SOCKS5 proxy'],
  [
    '[net]>nym_socks5_proxy = "socks5h://127.0.0.1:1080"',
    ':2: net.nym_socks5_proxy: ',
    'the proxy must be socks5://, as in "socks5://127.0.0.1:1080"',
  ],
  ['[net]>i2p_socks5_proxy = "127.0.0.1"', ':2: net.i2p_socks5_proxy: ', 'write it as "socks5://127.0.0.1:4447"'],
  ['[net]>nym_socks5_proxy = "tcp://127.0.0.1:1080"', ':2: net.nym_socks5_proxy: ', 'not a SOCKS5 proxy'],
  ['[net]>i2p_socks5_proxy = "socks5://127.0.0.1"', ':2: net.i2p_socks5_proxy: ', 'has no port'],
  ['[net]>i2p_socks5_proxy = "socks5://a:b@127.0.0.1:1"', ':2: net.i2p_socks5_proxy: ', 'nobody logs in'],
  // our own tables
  ['[chat]>rate_limt = 10', ':2: chat.rate_limt: ', 'unknown key; did you mean rate_limit?'],
  ['[chat]>colour = 10', ':2: chat.colour: ', 'unknown key; chat takes rate_limit, nick, keep'],
  ['[chat]>rate_limit = -1', ':2: chat.rate_limit: ', '0 to 10000000'],
  ['[chat]>rate_limit = 0.5', ':2: chat.rate_limit: ', 'a whole number'],
  ['[chat]>keep = "some"', ':2: chat.keep: ', '"all" or "joined"'],
  ['[chat]>nick = ""', ':2: chat.nick: ', '1 to 32 characters'],
  [`[chat]>nick = "${'x'.repeat(33)}"`, ':2: chat.nick: ', '1 to 32 characters'],
  ['[chat]>nick = "a\\u0007"', ':2: chat.nick: ', 'no control characters'],
  // the rest of [rpc]
  ['[rpc]>rpc_socket_mode = "rw"', ':2: rpc.rpc_socket_mode: ', 'must be "0600" or "0660", is "rw"'],
  ['[rpc]>rpc_listen = "tcp://0.0.0.0:1"', ':2: rpc.rpc_listen: ', 'without TLS everything travels unencrypted'],
  ['[rpc]>rpc_listen = "tcp+tls://0.0.0.0:1">rpc_compat = true', ':3: rpc.rpc_compat: ', 'would let anyone'],
  ['[rpc]>tls_cert = "x.pem"', ':2: rpc.tls_cert: ', 'is of no use without tls_key'],
  ['[rpc]>tls_key = "x.pem">tls_cert = "y.pem"', ':3: rpc.tls_cert: ', 'y.pem" cannot be read (ENOENT)'],
  ['[rpc]>rate_limit = 0', ':2: rpc.rate_limit: ', '1 to 1000000, is 0'],
  ['[rpc]>max_connections = "all"', ':2: rpc.max_connections: ', 'a whole number, is a string'],
  ['[rpc]>token = "x"', ':2: rpc.token: ', 'must be a list, is a string'],
  ['[[rpc.token]]>name = "t"', ':1: rpc.token.methods: ', 'must be set'],
  ['[[rpc.token]]>name = "t">methods = ["ping"]>hash = "md5:00"', ':4: rpc.token.hash: ', 'must be "sha256:" and 64 hex digits'],
  ['[[rpc.token]]>name = "t">method = ["ping"]', ':1: rpc.token.methods: ', 'must be set'],
  // [log]
  ['[log]>levle = "debug"', ':2: log.levle: ', 'unknown key; did you mean level?'],
  ['[log]>level = "loud"', ':2: log.level: ', 'must be "error", "warn", "info", "debug" or "trace"'],
  ['[log]>levels = {ent = "debug"}', ':2: log.levels: ', 'there is no module "ent"; did you mean net?'],
  ['log = true', ':1: log: ', 'must be a table, is true'],
  ['verbose = true', ':1: verbose: ', 'a whole number, is true'],
  ['[store]>max_byte = 1', ':2: store.max_byte: ', 'did you mean max_bytes?'],
  ['[store]>max_bytes = 0', ':2: store.max_bytes: ', '262144 to'],
  ['[store]>max_bytes = "1 GiB"', ':2: store.max_bytes: ', 'a whole number, is a string'],
  ['[store]>max_age_days = 0', ':2: store.max_age_days: ', '1 to 36500'],
]

test.each(BAD)('%s', (text, place, reason) => {
  using config = new ConfigResource()
  config.write(text.replaceAll('>', '\n'))
  const error = failure(() => config.load())
  expect(error).toBeInstanceOf(ConfigError)
  expect(exitCodeOf(error)).toBe(2)
  const { message } = error as ConfigError
  expect(message).toContain(`${config.file}${place}`)
  expect(message).toContain(reason)
  expect(message).not.toContain('\n')
})

test.each([
  [['--accept', '127.0.0.1:1'], '--accept: "127.0.0.1:1" is not a URL; write it as "tcp://host:port"'],
  [['--seeds', 'tcp://a.example:1,tcp://b.example'], '--seeds: "tcp://b.example" has no port'],
  [['--peers', 'tcp://a:0'], '--peers: "tcp://a:0" needs a port'],
  [['--peers', 'socks5://127.0.0.1:9050'], '--peers: "socks5://127.0.0.1:9050" has no destination behind the proxy'],
  [['--external-addrs', 'tcp://0.0.0.0:1'], '--external-addrs: "tcp://0.0.0.0:1" is no address that others can reach'],
  [
    ['--accept', 'tcp://127.0.0.1:1,tcp+tls://127.0.0.1:1'],
    '--accept: tcp+tls://127.0.0.1:1/ and tcp://127.0.0.1:1/ cannot be listened on together',
  ],
  [['--external-addrs', 'x'], '--external-addrs: "x" is not a URL'],
  [['--accept', 'tor://0.0.0.0:1'], '--accept: "tor://0.0.0.0:1" cannot be listened on: it is no loopback address'],
  [['--outbound-slots', 'many'], '--outbound-slots: must be a whole number from 0 to 65535, is "many"'],
  [['--inbound-slots', '65536'], '--inbound-slots: must be a whole number from 0 to 65535'],
  [['--rpc-listen', '51054'], '--rpc-listen: "51054": not a URL'],
  [['--outbound-slot', '1'], '--outbound-slot: unknown flag; did you mean --outbound-slots?'],
])('%j', (args, message) => {
  using config = new ConfigResource()
  const error = failure(() => config.load(...args))
  expect(exitCodeOf(error)).toBe(2)
  expect((error as Error).message).toContain(message)
})

function failure(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
