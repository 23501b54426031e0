/** The file that the first run writes: every key with its default, in comments, and how to join a network. */

/**
 * Lines that begin with `#` and no space are settings with their defaults: taking the `#` away changes nothing.
 * Loading the text as it is gives the defaults too.
 */
export function defaultConfigText(): string {
  return TEXT
}

const TEXT = `# Configuration of dchatd. Written once, at the first run; never changed by the program.
# Take away the # of a key to set it: the values shown are the defaults. Times are in seconds.
# All keys are explained in docs/configuration.md; "dchatd --help" shows the flags, which win over this file.

[rpc]
# JSON-RPC for dchat-cli, dchat-tui, curl and others: raw lines, HTTP and WebSocket on one address. Clients on TCP need
# the cookie, a file that only you can read. "" listens on no address but the socket below.
rpc_listen = "tcp://127.0.0.1:51054"
# Methods that are not offered, by name.
#rpc_disabled_methods = []
# Let line clients on this machine in without the cookie: needed for the old dchat-cli and for dnet.
#rpc_compat = false
# Unix socket, for you alone; "" for none. Without this key it is dchatd.sock in the runtime folder.
# rpc_socket = "~/.dchatd.sock"
# Host names and web origins let in over HTTP besides this machine's own.
#allowed_hosts = []
#allowed_origins = []

[net]
# To join a network, name a seed of it: a node that tells yours about others.
#     seeds = ["tcp://seed.example.org:26661"]
#seeds = []
# Or name nodes that yours stays connected with, such as a friend's.
#     peers = ["tcp://203.0.113.7:26662"]
#peers = []
# To let others connect to you: listen, and if you are behind a router, forward the port and say where you are reached.
#     inbound = ["tcp://0.0.0.0:26662"]
#     external_addrs = ["tcp://203.0.113.7:26662"]
# As a hidden service of tor: listen on "tor://127.0.0.1:26662", let tor forward to it, and announce its .onion address.
#inbound = []
#external_addrs = []

# Nodes with other magic bytes are of another network.
#magic_bytes = [217, 239, 182, 125]
# A name shown to peers, for tracking down trouble; it makes you recognisable.
#node_id = ""
# Connections to look for, and to accept.
#outbound_connections = 8
#inbound_connections = 8
# Addresses to ask a peer for at once, at most 255. Without this key as many as outbound_connections.
# getaddrs_max = 8
# Take addresses of local networks from others: for trying things out on one machine.
#localnet = false

# Transports in use, as in ["tcp+tls", "tor"]; each needs a table [net.profiles."NAME"], which may be empty. There are tcp, unix,
# socks5, tor, i2p and nym, and all but unix inside TLS, as "tcp+tls". tor, i2p and nym need their program on this machine.
active_profiles = ["tcp"]
# Transports whose peers are dialled over another one in use: ["tcp"] while only "tor" is in use hides where you are.
#mixed_profiles = []
#tor_socks5_proxy = "socks5://127.0.0.1:9050"
#nym_socks5_proxy = "socks5://127.0.0.1:1080"
#i2p_socks5_proxy = "socks5://127.0.0.1:4447"

# How eagerly peers are looked for.
#outbound_peer_discovery_attempt_time = 5
#outbound_peer_discovery_cooloff_time = 30
#greylist_refinery_interval = 15
#time_with_no_connections = 30
#known_peer_percent = 70
#disable_greys = false

# Whom not to talk to: [host, [schemes], [ports]]; without schemes tcp+tls, without ports all of them.
#blacklist = []
# "strict" bans peers that break the protocol, "relaxed" bans nobody. IPs and networks in never_ban are never banned.
#ban_policy = "strict"
#never_ban = []

# The file of known hosts; bans and the peers to come back to are kept beside it. Without these keys they are in the data folder.
# hostlist = "~/dchat/hostlist.tsv"
# p2p_datastore = "~/dchat"

[net.profiles."tcp"]
#outbound_connect_timeout = 15
#channel_handshake_timeout = 10
#channel_heartbeat_interval = 30

[chat]
# Messages a second that one peer may send you; above it they wait. 0 for no limit.
#rate_limit = 50
# Your name, until you set another with /nick.
# nick = "alice"

[store]
# The history is kept below this size in bytes and this age; oldest lines of others go first, your own last.
#max_bytes = 1073741824
#max_age_days = 365
`
