/** What the sections of the configuration file come to: the network and its profiles, our own tables. */
import { CONFIG_SCHEMES } from '@dchat/daemon'
import { ANONYMITY_PROFILE, DEFAULT_PROFILE, DEFAULT_SETTINGS } from '@dchat/net'
import { expect, test } from 'vitest'
import { ConfigResource, fixture } from './config-resource.test-util.ts'

test("a public node's file of the reference loads, with a warning for each key that counts for nothing", () => {
  using config = new ConfigResource()
  config.write(fixture('public-network.toml'))
  const { settings, rpc, warnings } = config.load()
  expect(settings).toEqual({
    ...DEFAULT_SETTINGS,
    magicBytes: Uint8Array.of(1, 2, 3, 4),
    nodeId: 'alpha',
    inbound: ['tcp+tls://0.0.0.0:26662/', 'tcp+tls://[::]:26662/'],
    externalAddrs: ['tcp+tls://me.example:26662/'],
    seeds: ['tcp+tls://lilith0.example:26661/', 'tcp+tls://lilith1.example:26661/'],
    outboundConnections: 4,
    inboundConnections: 16,
    getaddrsMax: 20,
    activeProfiles: ['tcp+tls'],
    torSocks5Proxy: 'socks5://127.0.0.1:9150/',
    nymSocks5Proxy: 'socks5://127.0.0.1:1081/',
    i2pSocks5Proxy: 'socks5://[::1]:4448/',
    profiles: new Map([
      ['tcp+tls', { outboundConnectTimeoutMs: 20_000, channelHandshakeTimeoutMs: 5_000, channelHeartbeatIntervalMs: 12_000 }],
    ]),
    outboundPeerDiscoveryCooloffMs: 60_000,
    outboundPeerDiscoveryAttemptMs: 10_000,
    greylistRefineryIntervalMs: 5_000,
    timeWithNoConnectionsMs: 0,
    knownPeerPercent: 90,
    disableGreys: true,
    blacklist: [
      { host: 'example.com', schemes: ['tcp+tls'], ports: [26_661, 26_662] },
      { host: '198.51.100.7', schemes: [], ports: [] },
      { host: '192.0.2.1', schemes: [], ports: [] },
    ],
    banPolicy: 'relaxed',
    hostlistPath: '/home/u/.local/share/darkfi/dchatd/hostlist.tsv',
    bansPath: '/home/u/.local/share/darkfi/dchatd/bans.tsv',
    anchorsPath: '/home/u/.local/share/darkfi/dchatd/anchors.tsv',
  })
  expect(rpc.disabledMethods).toEqual(['p2p.get_info'])
  expect(warnings.map((warning) => warning.replace(`${config.file}:`, ''))).toEqual([
    '4: database: unknown key, ignored',
    '54: network_config: unknown key, ignored',
    '35: net.gold_connect_count: unknown key, ignored',
    '36: net.slot_preference_strict: unknown key, ignored',
    '48: net.profiles."tcp+tls".reconnect_pause: unknown key, ignored',
  ])
})

test('address lists of [net] and of its profiles add up, each address once', () => {
  using config = new ConfigResource()
  config.write(fixture('local-node.toml'))
  const { settings, rpc, warnings } = config.load()
  expect(settings).toMatchObject({
    localnet: true,
    outboundConnections: 3,
    seeds: ['tcp://127.0.0.1:50515/', 'tcp://127.0.0.2:50515/'],
    peers: ['tcp://127.0.0.1:50516/', 'tcp://127.0.0.2:50516/'],
    inbound: ['tcp://127.0.0.1:50517/', 'tcp://127.0.0.2:50517/'],
    externalAddrs: ['tcp://127.0.0.1:50517/', 'tcp://127.0.0.2:50517/'],
  })
  expect(rpc.listen).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 0, tls: false })
  expect(warnings).toEqual([])
})

const MIXED = `
[net]
active_profiles = ["tcp", "tor", "tcp"]
mixed_profiles = ["tcp"]
[net.profiles."tcp"]
seeds = ["tcp://a.example:1"]
inbound = ["tcp://0.0.0.0:1"]
peers = ["tcp://a.example:2"]
external_addrs = ["tcp://a.example:3"]
outbound_connect_timeout = "not looked at"
[net.profiles."tor"]
seeds = ["tor://b.example:1"]
channel_handshake_timeout = 0.5
[net.profiles."i2p"]
seeds = ["i2p://c.example:1"]
[net.profiles."tpc"]
`

test('only active, unmixed profiles count', () => {
  using config = new ConfigResource()
  config.write(MIXED)
  const { settings, warnings } = config.load()
  expect(settings).toMatchObject({
    activeProfiles: ['tcp', 'tor'],
    mixedProfiles: ['tcp'],
    seeds: ['tor://b.example:1/'],
    inbound: [],
    peers: [],
    externalAddrs: [],
  })
  expect(settings.profiles).toEqual(
    new Map([['tor', { outboundConnectTimeoutMs: 65_000, channelHandshakeTimeoutMs: 500, channelHeartbeatIntervalMs: 90_000 }]]),
  )
  expect(warnings.map((warning) => warning.slice(config.file.length))).toEqual([
    ':4: net.mixed_profiles: tcp: is active too: peers not reached over another transport are dialled directly, unless it is ' +
      'taken out of active_profiles, and what stands in its own table (4 addresses) does not count, as it is mixed',
    ':16: net.profiles.tpc: unknown key, ignored; did you mean tcp?',
  ])
})

test('every transport but quic is there, with the times of its kind', () => {
  using config = new ConfigResource()
  const schemes = CONFIG_SCHEMES.filter((scheme) => scheme !== 'quic')
  config.write(
    `[net]\nactive_profiles = ${JSON.stringify(schemes)}\n${schemes.map((name) => `[net.profiles."${name}"]\n`).join('')}`,
  )
  const { settings, warnings } = config.load()
  expect(warnings).toEqual([])
  expect(settings.activeProfiles).toEqual(schemes)
  for (const scheme of schemes) {
    const isFast = ['tcp', 'tcp+tls', 'unix'].includes(scheme)
    expect([scheme, settings.profiles.get(scheme)]).toEqual([scheme, isFast ? DEFAULT_PROFILE : ANONYMITY_PROFILE])
  }
})

test('without a host list file, p2p_datastore is the folder of one', () => {
  using config = new ConfigResource()
  config.write('[net]\np2p_datastore = "~/store"')
  expect(config.load().settings).toMatchObject({
    hostlistPath: '/home/u/store/hostlist.tsv',
    bansPath: '/home/u/store/bans.tsv',
    anchorsPath: '/home/u/store/anchors.tsv',
  })
})

test('a key of a profile in [net] says where it belongs', () => {
  using config = new ConfigResource()
  config.write('[net]\nchannel_heartbeat_interval = 10')
  expect(config.load().warnings).toEqual([
    `${config.file}:2: net.channel_heartbeat_interval: unknown key, ignored; it belongs into [net.profiles."tcp"]`,
  ])
})

test('the key of a seed says what it is called here', () => {
  using config = new ConfigResource()
  config.write('accept_addrs = []\n[net]\naccept_addrs = ["tcp://0.0.0.0:1"]')
  expect(config.load().warnings.map((warning) => warning.slice(config.file.length))).toEqual([
    ':1: accept_addrs: unknown key, ignored; dchatd listens on the addresses in net.inbound',
    ':3: net.accept_addrs: unknown key, ignored; dchatd listens on the addresses in net.inbound',
  ])
})

test('a name of the longest length is taken', () => {
  using config = new ConfigResource()
  const longest = 'é'.repeat(127) + 'x'
  config.write(`[net]\nnode_id = "${longest}"`)
  expect(config.load().settings.nodeId).toBe(longest)
})

test('our own tables', () => {
  using config = new ConfigResource()
  config.write('[chat]\nkeep = "joined"\nrate_limit = 0\nnick = "Zoë 🙂"\n[store]\nmax_bytes = 300_000\nmax_age_days = 1')
  expect(config.load()).toMatchObject({
    chat: { rateLimit: 0, nick: 'Zoë 🙂', keep: 'joined' },
    store: { maxBytes: 300_000, maxAgeDays: 1 },
  })
})
