import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { changedKeys, placedKeys, variableOf } from '@dchat/config'
import { SCHEMES } from '@dchat/daemon'
import { ANONYMITY_PROFILE, DEFAULT_PROFILE, DEFAULT_SETTINGS } from '@dchat/net'
import { makeTlsIdentity } from '@dchat/net/internal'
import { expect, test } from 'vitest'
import { ConfigResource } from './config-resource.test-util.ts'
import { defaultConfigText } from './default-config.ts'
import { DCHATD_VERBS, dchatdHelp, parseDchatdCommand } from './command-line.ts'
import { DCHATD_SECTIONS } from './keys.ts'
import { loadDchatdConfig } from './load.ts'

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

test('the first run writes a file that loads to the defaults', () => {
  using config = new ConfigResource()
  const loaded = config.load()
  expect(loaded.isFirstRun).toBe(true)
  expect(loaded.warnings).toEqual([])
  expect(statSync(config.file).mode & 0o777).toBe(0o600)
  expect(loaded.settings).toEqual({
    ...DEFAULT_SETTINGS,
    profiles: new Map([
      ['tcp', { outboundConnectTimeoutMs: 15_000, channelHandshakeTimeoutMs: 10_000, channelHeartbeatIntervalMs: 30_000 }],
    ]),
    hostlistPath: join(config.home, 'data/hostlist.tsv'),
    bansPath: join(config.home, 'data/bans.tsv'),
    anchorsPath: join(config.home, 'data/anchors.tsv'),
  })
  expect(loaded.rpc).toEqual({
    listen: { kind: 'tcp', host: '127.0.0.1', port: 51_054, tls: false },
    disabledMethods: [],
    compat: false,
    socketPath: join(config.home, 'run/dchatd.sock'),
    socketMode: 0o600,
    allowedHosts: [],
    allowedOrigins: [],
    tokens: [],
    tls: undefined,
    allowRemote: false,
    maxConnections: 64,
  })
  expect(loaded.chat).toEqual({ rateLimit: 50, nick: null, keep: 'all' })
  expect(loaded.store).toEqual({ maxBytes: 1_073_741_824, maxAgeDays: 365 })
  expect(loaded.log).toMatchObject({ file: undefined, level: 'info', format: 'auto', levels: {}, verbosity: 0 })
  expect(loaded.paths.configFile).toBe(config.file)
  expect(config.load()).toEqual({ ...loaded, isFirstRun: false })
})

test('an empty file is the same', () => {
  using config = new ConfigResource()
  const { settings, values, ...first } = config.load()
  config.write('')
  const { settings: emptySettings, values: emptyValues, ...empty } = config.load()
  expect(empty).toEqual({ ...first, isFirstRun: false })
  expect(new Set(emptyValues.map(({ source }) => source.kind))).toEqual(new Set(['default']))
  expect(changedKeys(emptyValues, values).every(({ key }) => key.startsWith('net.profiles.tcp.'))).toBe(true)
  expect(emptySettings).toEqual({ ...settings, profiles: new Map() })
})

test('the values shown in comments are the defaults', () => {
  using config = new ConfigResource()
  const first = config.load()
  const text = defaultConfigText().replaceAll(/^#(?=\S)/gm, '')
  expect(text.match(/^[a-z_]+ = /gm)!.length).toBeGreaterThanOrEqual(30)
  config.write(text)
  const { values, ...uncommented } = config.load()
  expect({ ...uncommented, values: first.values }).toEqual({ ...first, isFirstRun: false })
  expect(changedKeys(first.values, values)).toEqual([])
})

test('the examples in comments load too', async () => {
  using config = new ConfigResource()
  const identity = await makeTlsIdentity({ names: ['rpc.example'] })
  for (const part of ['cert', 'key'] as const) writeFileSync(join(config.home, `rpc-${part}.pem`), identity[part])
  const isExample = (line: string): boolean => /^# +(?:[a-z_0-9]+ = |\[\[)/.test(line)
  const text = defaultConfigText().replaceAll(/^#[^\n]*$\n/gm, (line) => (isExample(line) ? line.slice(1).trimStart() : ''))
  config.write(text.replaceAll('~/dchat/rpc-', `${config.home}/rpc-`))
  const loaded = config.load()
  expect(loaded.warnings).toEqual([])
  expect(loaded.rpc.tokens).toMatchObject([{ name: 'monitor', methods: ['readonly'] }])
  expect(loaded.rpc.tls).toEqual(identity)
  expect(loaded.log).toMatchObject({ file: '/home/u/dchat/dchatd.log', levels: { net: 'debug' } })
  expect(loaded.settings).toMatchObject({
    seeds: ['tcp://seed.example.org:26661/'],
    peers: ['tcp://203.0.113.7:26662/'],
    inbound: ['tcp://0.0.0.0:26662/'],
    getaddrsMax: 8,
    hostlistPath: '/home/u/dchat/hostlist.tsv',
  })
  expect(loaded.rpc.socketPath).toBe('/home/u/.dchatd.sock')
})

test('a file that is there is never rewritten', () => {
  using config = new ConfigResource()
  config.write('# mine\n')
  chmodSync(config.file, 0o640)
  expect(config.load().isFirstRun).toBe(false)
  expect(readFileSync(config.file, 'utf8')).toBe('# mine\n')
  expect(statSync(config.file).mode & 0o777).toBe(0o640)
})

test('a file that cannot be written is a warning', () => {
  using config = new ConfigResource()
  writeFileSync(join(config.home, 'file'), '')
  const home = join(config.home, 'file/deep')
  const loaded = loadDchatdConfig(parseDchatdCommand(['--home', home]).flags, { env: { HOME: '/home/u' } })
  expect(loaded.isFirstRun).toBe(false)
  expect(loaded.settings.activeProfiles).toEqual(['tcp'])
  expect(loaded.warnings).toEqual([expect.stringMatching(/dchatd\.toml: could not be written, going on with the defaults: /)])
})

test('--config names a file that has to be there', () => {
  using config = new ConfigResource()
  const other = join(config.home, 'other.toml')
  expect(() => config.load('-c', other)).toThrow(
    `${other}: there is no such file; without --config ${config.file} is read, and written when it is missing`,
  )
  expect(existsSync(other)).toBe(false)
  writeFileSync(other, '[net]\nhostlist = "hosts.tsv"\nlocalnet = true')
  expect(config.load('-c', other)).toMatchObject({
    settings: {
      localnet: true,
      hostlistPath: join(config.home, 'hosts.tsv'),
      bansPath: join(config.home, 'bans.tsv'),
      anchorsPath: join(config.home, 'anchors.tsv'),
    },
    paths: { configFile: other, hostlistPath: join(config.home, 'hosts.tsv'), bansPath: join(config.home, 'bans.tsv') },
  })
  expect(existsSync(config.file)).toBe(false)
})

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
  const schemes = SCHEMES.filter((scheme) => scheme !== 'quic')
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

const FILE = `[rpc]
rpc_listen = "tcp://127.0.0.1:1"
rpc_disabled_methods = ["ping"]
[net]
inbound = ["tcp://f.example:1"]
seeds = ["tcp://f.example:2"]
peers = ["tcp://f.example:3"]
external_addrs = ["tcp://f.example:4"]
outbound_connections = 1
inbound_connections = 1
[net.profiles."tcp"]
seeds = ["tcp://f.example:5"]
`

test.each([
  [['--accept', 'tcp://127.0.0.1:0,tcp://[::1]:0'], { settings: { inbound: ['tcp://127.0.0.1:0/', 'tcp://[::1]:0/'] } }],
  [['--seeds', 'tcp://a:1', '--seeds', 'tcp://b:1'], { settings: { seeds: ['tcp://a:1/', 'tcp://b:1/'] } }],
  [['--seeds', ''], { settings: { seeds: [], peers: ['tcp://f.example:3/'] } }],
  [['--peers', 'tcp://a:1'], { settings: { peers: ['tcp://a:1/'], seeds: ['tcp://f.example:2/', 'tcp://f.example:5/'] } }],
  [['--external-addrs', 'tcp://a:1'], { settings: { externalAddrs: ['tcp://a:1/'] } }],
  [['--outbound-slots', '0'], { settings: { outboundConnections: 0, inboundConnections: 1 } }],
  [['--inbound-slots', '100'], { settings: { outboundConnections: 1, inboundConnections: 100 } }],
  [['--localnet'], { settings: { localnet: true } }],
  [['--rpc-listen', 'tcp://127.0.0.1:0'], { rpc: { listen: { kind: 'tcp', host: '127.0.0.1', port: 0, tls: false } } }],
  [['--rpc-listen', ''], { rpc: { listen: undefined } }],
  [['--rpc-disabled-methods', 'send,recv'], { rpc: { disabledMethods: ['send', 'recv'] } }],
  [['--log', '/tmp/x.log', '-vv'], { log: { file: '/tmp/x.log', verbosity: 2 } }],
  [['-vvv'], { log: { verbosity: 3 } }],
  [
    [],
    {
      settings: { inbound: ['tcp://f.example:1/'], localnet: false },
      rpc: { disabledMethods: ['ping'] },
      log: { file: undefined, verbosity: 0 },
    },
  ],
])('flags win over the file: %j', (args, expected) => {
  using config = new ConfigResource()
  config.write(FILE)
  expect(config.load(...args)).toMatchObject(expected)
})

test('an RPC that other machines reach needs TLS or leave, and credentials, wherever the address stands', () => {
  using config = new ConfigResource()
  config.write('')
  expect(() => config.load('--rpc-listen', 'tcp://0.0.0.0:1')).toThrow(
    /^--rpc-listen: 0\.0\.0\.0:1 can be reached from other machines, and without TLS everything travels unencrypted; /,
  )
  expect(() => config.loadWith({ DCHAT_RPC_RPC_LISTEN: 'tcp://0.0.0.0:1' })).toThrow(/^DCHAT_RPC_RPC_LISTEN: 0\.0\.0\.0:1 can/)
  config.write('[rpc]\nallow_remote = true')
  expect(config.load('--rpc-listen', 'tcp://0.0.0.0:1').warnings).toEqual([
    `${config.file}:2: rpc.allow_remote: the RPC at 0.0.0.0:1 can be reached from other machines, and cookie, tokens and messages travel unencrypted`,
  ])
  config.write('[rpc]\nrpc_compat = true')
  expect(config.load().rpc.compat).toBe(true)
  expect(() => config.load('--rpc-listen', 'tcp://0.0.0.0:1')).toThrow(
    `${config.file}:2: rpc.rpc_compat: would let anyone who reaches 0.0.0.0:1 drive this node`,
  )
})

test('variables win over the file, flags over variables', () => {
  using config = new ConfigResource()
  config.write(FILE)
  const env = {
    DCHAT_NET_SEEDS: 'tcp://e.example:1,tcp://e.example:2',
    DCHAT_NET_PEERS: '',
    DCHAT_NET_LOCALNET: 'true',
    DCHAT_NET_MAGIC_BYTES: '1,2,3,4',
    DCHAT_NET_HOSTLIST: '/srv/hosts.tsv',
    DCHAT_NET_PROFILES_TCP_OUTBOUND_CONNECT_TIMEOUT: '2.5',
    DCHAT_RPC_RPC_LISTEN: '',
    DCHAT_CHAT_NICK: 'eve',
    DCHAT_STORE_MAX_AGE_DAYS: '7',
    DCHAT_LOG_LEVEL: 'warn',
  }
  const loaded = config.loadWith(env, '--outbound-slots', '4', '--seeds', 'tcp://flag.example:1')
  expect(loaded).toMatchObject({
    settings: {
      seeds: ['tcp://flag.example:1/'],
      peers: [],
      externalAddrs: ['tcp://f.example:4/'],
      localnet: true,
      magicBytes: Uint8Array.of(1, 2, 3, 4),
      hostlistPath: '/srv/hosts.tsv',
      bansPath: '/srv/bans.tsv',
      outboundConnections: 4,
      inboundConnections: 1,
    },
    rpc: { listen: undefined },
    chat: { nick: 'eve' },
    store: { maxAgeDays: 7 },
    log: { level: 'warn' },
    warnings: [],
  })
  expect(loaded.settings.profiles.get('tcp')?.outboundConnectTimeoutMs).toBe(2_500)
  const sources = new Map(loaded.values.map(({ key, source }) => [key, source]))
  expect(sources.get('net.seeds')).toEqual({ kind: 'flag', name: '--seeds' })
  expect(sources.get('net.profiles.tcp.seeds')).toEqual({ kind: 'file', file: config.file, line: 12 })
  expect(sources.has('net.profiles.tor.seeds')).toBe(false)
  expect(sources.get('chat.nick')).toEqual({ kind: 'env', name: 'DCHAT_CHAT_NICK' })
  expect(sources.get('net.external_addrs')).toEqual({ kind: 'file', file: config.file, line: 8 })
  expect(sources.get('net.known_peer_percent')).toEqual({ kind: 'default' })
})

test('transports that a variable names need no table, and it may fill one', () => {
  using config = new ConfigResource()
  config.write('')
  const { settings } = config.loadWith({
    DCHAT_NET_ACTIVE_PROFILES: 'tcp+tls,tor',
    DCHAT_NET_PROFILES_TOR_PEERS: 'tcp+tls://a.example:1',
  })
  expect(settings.activeProfiles).toEqual(['tcp+tls', 'tor'])
  expect(settings.peers).toEqual(['tcp+tls://a.example:1/'])
  expect(settings.profiles.get('tor')).toEqual(ANONYMITY_PROFILE)
})

test('a variable that is no key is a warning', () => {
  using config = new ConfigResource()
  config.write('')
  expect(config.loadWith({ DCHAT_RPC_LISTEN: 'x', DCHAT_FAREWELL: 'x', DCHAT_RPC: 'x' }).warnings).toEqual([
    'DCHAT_RPC_LISTEN: unknown variable, ignored; did you mean DCHAT_RPC_RPC_LISTEN?',
  ])
})

test('every key has a variable of its own', () => {
  const names = placedKeys(DCHATD_SECTIONS).map((key) => variableOf('DCHAT_', key))
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('without leave to write, a missing file stays missing', () => {
  using config = new ConfigResource()
  const { flags } = parseDchatdCommand(['--home', config.home])
  expect(loadDchatdConfig(flags, { env: {}, isReadOnly: true })).toMatchObject({ hasFile: false, isFirstRun: false })
  expect(existsSync(config.file)).toBe(false)
})

test('DCHAT_HOME and the XDG folders say where the file is', () => {
  using config = new ConfigResource()
  const { flags } = parseDchatdCommand([])
  expect(loadDchatdConfig(flags, { env: { HOME: '/home/u', DCHAT_HOME: config.home } }).paths.configFile).toBe(config.file)
  const xdg = {
    HOME: '/home/u',
    XDG_CONFIG_HOME: join(config.home, 'c'),
    XDG_DATA_HOME: join(config.home, 'd'),
    XDG_RUNTIME_DIR: join(config.home, 'r'),
  }
  const { paths, settings, rpc } = loadDchatdConfig(flags, { env: xdg })
  expect([paths.configFile, settings.hostlistPath, rpc.socketPath]).toEqual(
    ['c/dchat/dchatd.toml', 'd/dchat/hostlist.tsv', 'r/dchat/dchatd.sock'].map((path) => join(config.home, path)),
  )
})

test('help names every verb and flag, within 100 columns', () => {
  const help = dchatdHelp()
  for (const name of Object.keys(parseDchatdCommand([]).flags)) expect(help).toContain(`--${name}`)
  expect(help).toMatch(/--accept URL .*\(net\.inbound\)$/m)
  for (const verb of Object.keys(DCHATD_VERBS)) {
    expect(help).toMatch(new RegExp(`^  ${verb} `, 'm'))
    expect(dchatdHelp(verb)).toContain(`Usage: dchatd ${verb}`)
    expect(
      dchatdHelp(verb)
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([])
  }
  expect(help.split('\n').filter((line) => line.length > 100)).toEqual([])
})
